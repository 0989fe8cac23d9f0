"""The resources of the template that come in series: queues, log groups, alarms and the dashboard.

Each module holds a table that a person reads and the few functions that turn its rows into CloudFormation.
What is one of its kind is YAML in `.chalice/resources/`.
"""

from __future__ import annotations

from typing import Any

from local.resources import alarms, dashboard, logs, queues

Template = dict[str, Any]


def parts() -> dict[str, Template]:
    """What the tables make, by the file that holds the table."""
    return {
        "local/resources/alarms.py": alarms.part(),
        "local/resources/dashboard.py": dashboard.part(),
        "local/resources/logs.py": logs.part(),
        "local/resources/queues.py": queues.part(),
    }
