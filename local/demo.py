"""`make demo`: a day in the life of an operator, and whether every phone got what it should have.

    python -m local.demo [--subscribers 1000] [--seed 1] [--break RULE]

Sample subscribers, a day of events with repeats and disorder, the planner hour by hour around the world,
typed replies; then a table of what was expected, worked out from the input alone, against what the phones
got. Exit code 1 on any difference. `--break` changes one rule of the running service and not what is
expected of it, to see that the demo notices.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from chalicelib.job import mt_parts
from local.demo_day import EVENING, HOURS, Day, make_day
from local.demo_expect import Line, expected
from local.package import ROOT
from local.processes import free_ports
from local.stack import Options, Stack, running_stack

PATIENCE = 300.0  # seconds that one wave may take
SHOWN = 20  # differences told one by one

Document = dict[str, Any]


def _break_thresholds(documents: Mapping[str, Document]) -> None:
    documents["campaign#usage-alert"]["trigger"]["when"] = "percent_used >= threshold + 5"


def _break_audience(documents: Mapping[str, Document]) -> None:
    documents["campaign#birthday-greeting"]["audience"] = ""


def _break_consent(documents: Mapping[str, Document]) -> None:
    documents["policy"]["categories"]["service"]["stopped_by"] = []


RULES: Mapping[str, Callable[[Mapping[str, Document]], None]] = {
    "thresholds": _break_thresholds,
    "audience": _break_audience,
    "consent": _break_consent,
}


def main() -> int:
    """Run the day; the exit code."""
    parser = argparse.ArgumentParser(description="a day with sample subscribers, expected against received")
    parser.add_argument("--subscribers", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--break", dest="broken", choices=RULES, help="change this rule in the running service"
    )
    arguments = parser.parse_args()
    emulator, console, handsets = free_ports(3)
    with tempfile.TemporaryDirectory(prefix="ringback-demo-") as folder, _log_on_failure(Path(folder)):
        options = Options(
            port_emulator=emulator,
            port_console=console,
            port_handsets=handsets,
            samples=0,
            folder=Path(folder),
            schedules={},  # `live_through` plans and sweeps; the planner may not come before the day's events
        )
        with running_stack(options, print) as stack:
            if arguments.broken:
                break_rule(stack, arguments.broken)
            day = make_day(arguments.subscribers, arguments.seed, datetime.now(UTC))
            live_through(stack, day)
            show_touches(stack, day)
            return compare(expected(day, ROOT / "templates"), received(stack))


@contextmanager
def _log_on_failure(folder: Path) -> Iterator[None]:
    """Show the end of the emulator's log, where the functions' errors are, before it is gone."""
    try:
        yield
    except RuntimeError:
        log = folder / "logs" / "emulator.log"
        if log.exists():
            lines = [
                line
                for line in log.read_text(errors="replace").splitlines()
                if "WARN" in line or "Error" in line
            ]
            print("\n".join(lines[-20:]))
        raise


def break_rule(stack: Stack, rule: str) -> None:
    """Publish documents with one rule changed."""
    with _as_commands(stack):
        from chalicelib.store import catalogue, versions

        live = catalogue.control().live
        documents = {name: dict(one) for name, one in catalogue.documents(live.items()).items()}
        RULES[rule](documents)
        at = datetime.now(UTC).isoformat()
        changed = {
            name: versions.save(name, document, by="demo", at=at, status="live")
            for name, document in documents.items()
        }
        catalogue.go_live(changed)
    print(f"BROKEN ON PURPOSE: {rule}")


class _as_commands:
    """The environment in which the store's functions reach this stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def __enter__(self) -> None:
        import os

        os.environ["RINGBACK_STACK"] = str(self.stack.file)
        from chalicelib.commands.place import stack

        stack()

    def __exit__(self, *_: object) -> None:
        return None


def live_through(stack: Stack, day: Day) -> None:
    """The day, from its beginning to its end, an hour at a time."""
    began = time.monotonic()
    with _as_commands(stack):
        from chalicelib.intake import subscriber_changes

        subscriber_changes.put_many(day.people)
    print(f"{len(day.people):,} subscribers, {len(day.morning) + len(day.evening):,} events, {day.today}")
    phones = Phones(stack, day)
    for hour in range(HOURS):
        moment = day.begins + timedelta(hours=hour, minutes=0 if hour == 0 else 30)
        stack.shift_clock((moment - datetime.now(UTC)).total_seconds())
        if hour == 0:
            put(stack, [*day.morning, *day.bad])
            settled(stack)
            phones.ask(ROOT / "templates")
            settled(stack)
        if hour in day.touches:
            put(stack, day.touches[hour])
            settled(stack)
        if hour == EVENING:
            put(stack, day.evening)
            settled(stack)
        stack.invoke("plan", _scheduled(moment))
        settled(stack)
        stack.invoke("sweep", _scheduled(moment))
        settled(stack)
        typed = phones.answer()
        if typed:
            settled(stack)
        counts = f"{phones.count():,} texts, {typed} answers typed"
        print(f"  {moment:%H:%M} UTC   {counts}   ({time.monotonic() - began:.0f} s)", flush=True)


def _scheduled(moment: datetime) -> Mapping[str, Any]:
    return {
        "version": "0",
        "account": "0",
        "region": "us-east-1",
        "detail": {},
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "time": moment.isoformat(),
        "id": "demo",
        "resources": [],
    }


def put(stack: Stack, events: Iterable[Mapping[str, Any]]) -> None:
    """Put events on the bus, ten at a time."""
    bus = stack.client("events")
    entries = [
        {
            "EventBusName": stack.document["event_bus"],
            "Source": "operator.demo",
            "DetailType": event["type"],
            "Detail": json.dumps({name: value for name, value in event.items() if name != "type"}),
        }
        for event in events
    ]
    for start in range(0, len(entries), 10):
        failed = bus.put_events(Entries=entries[start : start + 10])["FailedEntryCount"]
        if failed:
            raise RuntimeError(f"the bus refused {failed} events")


def settled(stack: Stack) -> None:
    """Return when every queue but the dead letters' is empty, and stays so."""
    sqs = stack.client("sqs")
    live = {name: url for name, url in stack.document["queues"].items() if not name.endswith("dead")}
    end = time.monotonic() + PATIENCE
    quiet = 0
    while quiet < 3:
        waiting: Counter[str] = Counter()
        for queue, url in live.items():
            names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
            found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
            waiting[queue] += sum(int(value) for value in found.values())
        quiet = 0 if waiting.total() else quiet + 1
        if time.monotonic() > end:
            left = dict(+waiting)
            raise RuntimeError(f"messages still on their way after {PATIENCE:.0f} s: {left}")
        time.sleep(0.1)


class Phones:
    """The people with the phones: they answer the surveys they get, each once."""

    def __init__(self, stack: Stack, day: Day) -> None:
        self.stack = stack
        self.day = day
        self.answered: set[str] = set()

    def count(self) -> int:
        """Texts on all phones."""
        return len(messages(self.stack))

    def ask(self, templates: Path) -> None:
        """The first touch of a service: some write a keyword to their brand's number. Each is delivered
        twice."""
        brands = {one["id"]: one for one in yaml.safe_load((templates / "brands.yaml").read_text("utf-8"))}
        for one in self.day.people:
            if one.subscriber_id in self.day.asking:
                to = _number_for(brands[one.brand], one.msisdn)
                self._write({"from": one.msisdn, "to": to, "body": self.day.asking[one.subscriber_id]})

    def _write(self, reply: Mapping[str, Any]) -> None:
        _http(
            f"{self.stack.document['handsets_url']}/reply".replace("//reply", "/reply"), {**reply, "times": 2}
        )

    def answer(self) -> int:
        """Type the answers to surveys that came since; each reply is delivered twice. How many were typed."""
        typed = 0
        for message in messages(self.stack):
            campaign, _, occasion, step = mt_parts(message["context"]["item"])
            if campaign != "post-complaint-survey" or step != "invitation" or occasion in self.answered:
                continue
            self.answered.add(occasion)
            typed += 1
            self._write(
                {
                    "from": message["to"],
                    "to": message["from"],
                    "body": self.day.answers[occasion],
                    "in_reply_to": message["id"],
                }
            )
        return typed


def _number_for(brand: Mapping[str, Any], msisdn: str) -> str:
    """The number of ours that they know: the originator of the longest code that theirs begins with."""
    codes = {code: one["identity"] for one in brand["originators"] for code in one["countries"]}
    return str(codes[max((code for code in codes if msisdn.startswith(f"+{code}")), key=len)])


def messages(stack: Stack) -> list[Mapping[str, Any]]:
    """Every text that reached a phone."""
    url = f"{stack.document['handsets_url'].rstrip('/')}/messages"
    found: list[Mapping[str, Any]] = _http(url)["messages"]
    return found


def _http(url: str, body: Mapping[str, Any] | None = None) -> Any:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 (our own simulator)
        return json.load(answer)


def received(stack: Stack) -> Counter[Line]:
    """What the phones got, in the terms of what is expected."""
    texts: Counter[Line] = Counter()
    for message in messages(stack):
        campaign, subscriber, occasion, step = mt_parts(message["context"]["item"])
        about = {"automatic": step, "service-info": "asked"}.get(campaign, occasion)
        who = "" if campaign == "birthday-greeting" else subscriber
        texts[message["to"], campaign, who, about] += 1
    return texts


def show_touches(stack: Stack, day: Day) -> None:
    """Print what the phone of one asker of each language got, from asking to leaving."""
    asked = [one for one in day.people if one.subscriber_id in day.asking and one.status == "active"]
    shown = {one.language: one for one in reversed(asked)}
    for one in shown.values():
        print(f"\nOn the phone of {one.subscriber_id}, who wrote {day.asking[one.subscriber_id]!r}:")
        texts = [text for text in messages(stack) if text["to"] == one.msisdn]
        for text in sorted(texts, key=lambda text: str(text["sent_at"])):
            print(f"  {text['body']}")


def compare(wanted: Counter[Line], got: Counter[Line]) -> int:
    """Print the table; 1 on any difference."""
    campaigns = sorted({line[1] for line in (*wanted, *got)})
    print(f"\n{'campaign':<24}{'expected':>10}{'received':>10}{'missing':>10}{'too many':>10}")
    for campaign in campaigns:
        rows = [Counter({k: v for k, v in one.items() if k[1] == campaign}) for one in (wanted, got)]
        missing, extra = rows[0] - rows[1], rows[1] - rows[0]
        figures = (rows[0].total(), rows[1].total(), missing.total(), extra.total())
        print(f"{campaign:<24}" + "".join(f"{figure:>10,}" for figure in figures))
    missing, extra = wanted - got, got - wanted
    for word, lines in (("missing", missing), ("too many", extra)):
        for (to, campaign, subscriber, about), count in list(lines.items())[:SHOWN]:
            print(f"  {word}: {campaign} {about} for {subscriber or 'somebody'} at {to} ({count})")
    same = not missing and not extra
    print("\nEvery phone got what it should have." if same else "\nTHE PHONES GOT SOMETHING ELSE.")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
