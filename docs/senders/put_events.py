"""Put a file of events (JSON lines, each with its type) on Ringback's bus: put_events.py FILE BUS"""

import json
import sys
from pathlib import Path

import boto3

lines = Path(sys.argv[1]).read_text(encoding="utf-8").split("\n")
events = [json.loads(line) for line in lines if line.strip()]
bus = boto3.client("events")
for start in range(0, len(events), 10):
    entries = [
        {
            "EventBusName": sys.argv[2],
            "Source": "operator.billing",
            "DetailType": one.pop("type"),
            "Detail": json.dumps(one),
        }
        for one in events[start : start + 10]
    ]
    answer = bus.put_events(Entries=entries)
    if answer["FailedEntryCount"]:
        sys.exit(f"of {len(entries)} events the bus took not all: send the file again, nothing is told twice")
