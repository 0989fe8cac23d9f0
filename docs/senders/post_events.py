"""Post a file of events (JSON lines, each with its type) to Ringback: post_events.py FILE

RINGBACK_URL is the console's address, RINGBACK_KEY a key of `ringback keys make SENDER`.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

lines = Path(sys.argv[1]).read_text(encoding="utf-8").split("\n")
events = [json.loads(line) for line in lines if line.strip()]
headers = {"Content-Type": "application/json", "X-Api-Key": os.environ["RINGBACK_KEY"]}
for start in range(0, len(events), 100):
    body = json.dumps(events[start : start + 100]).encode()
    asked = urllib.request.Request(os.environ["RINGBACK_URL"] + "/events", body, headers)  # noqa: S310
    for wait in (1, 2, 4, 8, 16, 0):
        try:
            print(urllib.request.urlopen(asked, timeout=30).read().decode())  # noqa: S310
            break
        except urllib.error.HTTPError as error:
            if error.code not in (429, 500, 502, 503, 504) or not wait:
                sys.exit(f"{error.code}: {error.read().decode()}")
            time.sleep(wait)  # the same ids again: nothing is told twice
