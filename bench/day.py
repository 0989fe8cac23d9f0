"""One New Year's Eve of a hundred million subscribers: how long it takes, and how alerts fare meanwhile.

    python -m bench.day                                   three ways to run it, two minutes
    python -m bench.day --workers 10 --originators 5      another one, on its own

`day_lane` simulates it; `measure` does it at two samplings to see that they agree. Alerts are not thinned
out: every one of a single originator is followed. A mass send that waits is a proposal, not in the service.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

import yaml

from bench.alerts import follow
from bench.day_lane import SLOT, Day, Seen, Simulation
from bench.figure import Figure, Points
from bench.prices import ROUND_TRIP, WHOLE_CORE_MB
from bench.report import measured
from chalicelib.delivery.policy import policy_from

POLICY = Path(__file__).parents[1] / "templates/policy.yaml"


def seconds_a_text(memory: int) -> float:
    """What a worker of the bulk lane is busy with a text, as measured: CPU at the memory's share of a core,
    and its share of the calls."""
    figures = measured()
    cpu = figures["delivery-cpu-bulk"].facts["us"] / 1e6
    calls = figures["calls-bulk"].facts["delivery.calls"]
    return cpu * max(1.0, WHOLE_CORE_MB / memory) + calls * ROUND_TRIP


def simulate(day: Day) -> Seen:
    """The day."""
    policy = policy_from(yaml.safe_load(POLICY.read_text()))
    seen = Simulation(day, policy, seconds_a_text(day.memory)).run()
    share = day.subscribers * day.alerts / day.originators
    seen.alerts = follow(Random(2), day.per_second, share, day.subscribers * day.alerts, seen.bulk)
    return seen


SHIPPED = Day("as shipped: 10 workers", workers=10)
RAISED = Day("60 workers")
WAITING = Day("60 workers, were a mass send to wait", deep=120)  # not built: what it would change


def clock(second: float) -> str:
    """`17:05`, in Shanghai, with the day where it is a later one."""
    days, rest = divmod(int(second), 86_400)
    return f"{rest // 3600:02d}:{rest % 3600 // 60:02d}" + (f" +{days} d" if days else "")


def summary(seen: Seen) -> str:
    """Some lines of text."""
    lines = [f"== {seen.day.name} (one text in {seen.day.one_in} followed)"]
    lines += [f"   {name:42} {number:>13,}" for name, number in sorted(seen.outcomes.items())]
    lines += [f"   last {name:37} {clock(at):>13}" for name, at in sorted(seen.last.items())]
    lines.append(f"   parts a second at the peak {seen.peak():>24,.0f}")
    lines.append(f"   most waiting in the bulk lane {max(seen.depth.values()):>21,.0f}")
    lines.append(f"   workers of the bulk lane at the peak {max(seen.busy.values()) / SLOT:>14.0f}")
    lines += [f"   {line}" for line in seen.alerts.lines()]
    return "\n".join(lines)


def curve(values: Mapping[int, float], scale: float) -> Points:
    """A point each half hour of the day."""
    step = 1800 // SLOT
    return [
        (slot * SLOT / 3600, values.get(slot, 0.0) / scale) for slot in range(0, 86_400 // SLOT + 1, step)
    ]


def measure(tiny: bool = False) -> list[Figure]:
    """The day in three ways; the second of them, which settings alone make of it, at two samplings."""
    days = [SHIPPED, RAISED, WAITING]
    if tiny:
        days = [replace(one, one_in=50_000, alerts=one.alerts / 100) for one in days]
    found = [simulate(one) for one in days]
    coarse = simulate(replace(days[1], one_in=days[1].one_in * 2))
    raised = found[1]
    for seen in (*found, coarse):
        print(summary(seen))
    full = raised.day.originators * raised.day.per_second
    hours = (max(raised.last.values()) - 8 * 3600) / 3600
    other = (max(coarse.last.values()) - 8 * 3600) / 3600
    expired = {
        seen.day.name: sum(n for what, n in seen.outcomes.items() if "expired" in what) for seen in found
    }
    return [
        Figure(
            name="day-hours",
            what="New Year's Eve, 100 M subscribers: hours from the first text to the last",
            measured=hours,
            target=None,
            unit="h",
            floor=f"{sum(raised.sent.values()) / full / 3600:.1f} h, all parts at {full:,.0f} a second",
            notes=(
                f"{raised.day.name}; one text in {raised.day.one_in} followed, with one in "
                f"{coarse.day.one_in} {other:.2f} h. Expired: "
                + "; ".join(f"{name} {n:,}" for name, n in expired.items())
            ),
            growth={seen.day.name: curve(seen.depth, 1e6) for seen in found},
            axes=("hour in Shanghai", "million texts waiting in the bulk lane"),
        ),
        Figure(
            name="day-pace",
            what="New Year's Eve: parts a second at the peak",
            measured=raised.peak(),
            target=None,
            unit="/s",
            floor=f"{raised.day.originators} originators with {raised.day.per_second:.0f} a second",
            growth={seen.day.name: curve(seen.sent, SLOT) for seen in found},
            axes=("hour in Shanghai", "message parts a second"),
        ),
        Figure(
            name="day-urgent",
            what="New Year's Eve: an alert's 99th percentile while bulk goes out, against the quiet hours",
            measured=raised.alerts.ratio(99),
            target=1.2,
            unit="x",
            floor=f"quiet: {raised.alerts.percentile(99, busy=False):.2f} s",
            notes="; ".join(raised.alerts.lines()),
        ),
    ]


def main() -> None:
    """Simulate what the arguments say, or the three ways."""
    parser = argparse.ArgumentParser(prog="python -m bench.day", description="One day.")
    plain = Day()
    for name in Day.__dataclass_fields__:
        kind = type(getattr(plain, name))
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=kind, help=f"{getattr(plain, name)!r} when left out"
        )
    given = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
    days = [replace(plain, name="as asked", **given)] if given else [SHIPPED, RAISED, WAITING]
    for day in days:
        print(summary(simulate(day)), flush=True)


if __name__ == "__main__":
    main()
