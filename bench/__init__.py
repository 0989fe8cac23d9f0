"""How fast and how cheap Ringback is, as ratios to what nothing could go below.

A subject is a module with `measure(tiny) -> list[Figure]`; the names of its figures begin with the
subject's. Later ones may use what earlier ones measured (see `report.measured`).
"""

from collections.abc import Mapping

SUBJECTS: Mapping[str, str] = {
    "delivery": "bench.delivery",
    "calls": "bench.calls",
    "texts": "bench.texts",
    "replies": "bench.replies",
    "start": "bench.start",
    "intake": "bench.intake",
    "planner": "bench.planner",
    "pages": "bench.pages",
    "gateways": "bench.gateways",
    "urgent": "bench.urgent",
    "day": "bench.day",
    "cost": "bench.cost",
}
