"""The functions of app.py, by their names in the template and in alarms, logs and graphs."""

from __future__ import annotations

FUNCTIONS = {
    "Intake": "intake",
    "Drop": "drop",
    "Plan": "plan",
    "Run": "run",
    "DeliverUrgent": "deliver-urgent",
    "DeliverBulk": "deliver-bulk",
    "Receipt": "receipt",
    "Sweep": "sweep",
    "Reply": "reply",
    "Count": "count",
    "EventsHttp": "events-http",
    "APIHandler": "api-handler",
}
"""Logical id -> name; Chalice makes the logical ids from the names in app.py."""
