"""No request makes a page fail or leaves the console's address, whatever is in it: what the pages offer is
taken, changed at random and sent to the API's function, over every route, role and method, at each kind of
address.

FUZZ=5000 sends that many, from more of what each page offers; SEED draws others.
"""

from __future__ import annotations

import base64
import json
import os
import random
import re
from collections import Counter
from typing import Any
from urllib.parse import quote, urlencode

import boto3
import pytest

from chalicelib import clock, queues
from chalicelib.campaigns import batches, lifecycle
from chalicelib.campaigns.lifecycle import Who
from chalicelib.campaigns.live import live
from chalicelib.console import routes, session
from chalicelib.console.address import FROM_ISSUER, SECOND_FACTOR, START, TO_ISSUER, Address, address
from chalicelib.console.frame import CARE, MENU, Page, Route, Visit
from chalicelib.console.routes import ROUTES, match
from chalicelib.delivery import dry_run
from chalicelib.functions import api, counting, drops
from chalicelib.functions import kannel_calls as kannel_calls
from chalicelib.problems import Problem
from chalicelib.store import catalogue, drop_bucket
from chalicelib.store.relationship import relationship
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.conversations import Text
from tests.functions.test_batches import OFFER, batch, run_all
from tests.functions.test_counting import NO_CONTEXT, record
from tests.functions.test_kannel_routes import KNOWN
from tests.support.addresses import KINDS, strays
from tests.support.console import HOST, identity
from tests.support.dynamodb import Aws
from tests.support.factories import WANG, complain
from tests.support.issuer import TestIssuer, issuer
from tests.support.pages import Ask, asks_of
from tests.support.service import Service

__all__ = ["issuer"]

ODD = (
    "", " ", "0", "-1", "1", "2", "99999999999999999999", "²", "٣", "1e309", "nan", "inf", "1.5",
    "true", "abc", "é", "0001-01-01", "9999-12-31", "2026-02-30", "2026-11-24", "0000-00-00",
    "2026-11-24T25:61", "10000-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    "csv", "json", "counts", "all", "mine", "none:", "zh-CN", "/queue", "//evil.example", "/\\evil",
    "/\t/evil", "a\r\nSet-Cookie: x=1", "\x00", "\u202e", "😡" * 50, "x" * 3000, "=1+1",
    "'", "\"><script>", "{{ 7*7 }}", "{% for x in y %}", "{{ 1/0 }}", "%s %(n)s", "%", "../../etc/passwd",
    "#", "|", "+8613800000001", "13800000001", "text", "text@b", "usage-alert", "v00000001", "[]", "{}",
    "null", "a,b", "a:b", "a#b", "2026-11-24#x", "~", "1~", "day", "region", "version", "Mars/Olympus",
    "eyJhIjogMX0=", "eyJhIjogMX0", "W10", "bnVsbA==", "MTI=", "K-7Q2M9XB4TA",
)  # fmt: skip
UNLINKED = (
    *(Ask("GET", path, []) for path in ("/me", "/draft", "/inbox/news", "/shift", "/batches/dry/d1")),
    Ask("GET", "/queue/news", [("tab", "all"), ("seen", "2026-11-24"), ("was", "1"), ("look", "1")]),
    Ask("POST", "/shift", [("case", "K-7Q2M9XB4TA"), ("to", "li.na"), ("team", ""), ("text", "x")]),
    Ask("GET", "/results/plan-offer/texts", [("step", "sent"), ("reason", "x"), ("part", "1")]),
    Ask("GET", "/queue/views", [("tab", "all"), ("overdue", "1")]),
    Ask("POST", "/queue/views", [("title", "x"), ("team", ""), ("list", "tab=all&overdue=1")]),
    Ask("POST", "/queue/views/1a2b3c4d", [("title|1a2b3c4d", "y"), ("what", "rename")]),
    Ask("POST", "/draft", []),
    Ask("POST", "/inbox/undo", [("msisdn", WANG.msisdn), ("reply", "in-3")]),
)  # what no page that opens in the test has a link to
MANY = int(os.environ.get("FUZZ", "120"))
EACH = 2 if MANY < 1000 else 8  # requests of a route that are taken from the pages
STAGE = "live"
METHODS = ("GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS")
OPEN = (
    Ask("GET", START, [("why", "idle"), ("next", "/queue")]),
    Ask("GET", TO_ISSUER, [("next", "/queue")]),
    Ask("GET", FROM_ISSUER, [("code", "c1"), ("state", "x")]),
    Ask("GET", FROM_ISSUER, [("error", "access_denied"), ("state", "x")]),
    Ask("POST", "/choose", [("language", "en"), ("theme", "dark"), ("back", "/queue")]),
    Ask("GET", SECOND_FACTOR, []),
    Ask("POST", SECOND_FACTOR, [("code", "123456"), ("secret", "A" * 32)]),
    Ask("GET", "/static/app.css", []),
    Ask("GET", "/nowhere/x", [("a", "b")]),
    Ask("GET", "/kannel/dlr", [("r", "x"), ("id", "7"), ("w", "1"), ("t", "1")]),
    Ask("POST", "/kannel/mo", [("id", "m-1")]),
    Ask("POST", "/events", []),
)  # what has an address and is no page of a session


class Caller:
    """Sends requests to the API's function as API Gateway does, in any role; `marks` are of the sessions.
    `host` is the address that the console is found at."""

    def __init__(self, host: str = HOST) -> None:
        self.at = address({"host": host}, STAGE)
        self.cookies: dict[str, str] = {}
        self.marks: dict[str, str] = {}
        for role in session.ROLES:
            self.begin(role)

    def begin(self, role: str) -> None:
        cookie = session.begin(identity(role), clock.now())
        found = session.opened(cookie, clock.now())
        assert isinstance(found, session.Session)
        prefix = "__Host-" if self.at.secure else ""
        self.cookies[role], self.marks[role] = f"{prefix}session={cookie}", session.mark(found)

    def send(self, role: str, ask: Ask, body: bytes | None = None, **headers: str) -> dict[str, Any]:
        """What the function answers."""
        form = ask.method == "POST" and body is None
        given = {"host": self.at.host, "cookie": self.cookies.get(role, ""), **headers}
        if form:
            given["content-type"] = "application/x-www-form-urlencoded"
            body = urlencode(ask.fields).encode()
        query = {} if form else dict(ask.fields)
        own = ask.path in ("/", "/events", "/kannel/dlr", "/kannel/mo")
        event = {
            "httpMethod": ask.method,
            "path": ask.path,
            "headers": given,
            "multiValueHeaders": {name: [value] for name, value in given.items()},
            "queryStringParameters": query or None,
            "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
            "pathParameters": None if own else {"proxy": quote(ask.path.lstrip("/"))},
            "stageVariables": None,
            "requestContext": {
                "httpMethod": ask.method,
                "resourcePath": ask.path if own else "/{proxy+}",
                "path": ask.path,
                "stage": STAGE,
                "identity": {"sourceIp": "10.0.3.4"},
            },
            "body": base64.b64encode(body or b"").decode(),
            "isBase64Encoded": True,
        }
        answer: dict[str, Any] = api.app(event, None)
        return answer


def offers(caller: Caller, opened: list[tuple[Ask, str]] | None = None) -> dict[str, list[Ask]]:
    """What the pages offer an administrator, by `method route`, each with the fields that stand in it. The
    pages themselves are put into `opened`."""
    found: dict[str, list[Ask]] = {}
    left: list[tuple[Ask, list[str]]] = []
    waiting = [*(Ask("GET", path, []) for _, _, entries in MENU for path, _ in entries), *UNLINKED]
    seen = set()
    while waiting:
        ask = waiting.pop(0)
        one = match(ask.method, ask.path)
        if one is None:
            continue
        route, _ = one
        known = found.setdefault(f"{route.method} {route.path}", [])
        about = (route, *sorted({name for name, _ in ask.fields}))
        if about in seen or len(known) >= EACH:
            continue
        seen.add(about)
        known.append(ask)
        if ask.method == "GET":
            answer = caller.send("admin", ask)
            left += [(ask, strayed)] if (strayed := strays(answer, caller.at)) else []
            headers = {**answer["headers"], **answer["multiValueHeaders"]}
            if answer["statusCode"] == 200 and "html" in str(headers["Content-Type"]):
                if opened is not None:
                    opened.append((ask, answer["body"]))
                waiting += asks_of(answer["body"].replace(f'"{caller.at.base}/', '"/'), ask.path)
    assert left == []
    return found


@pytest.fixture
def busy(service: Service, issuer: TestIssuer, aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Service:
    """Something on every page: a case, a reply that nobody dealt with, dead letters, sends, a dry run, two
    versions of the topics, figures."""
    del issuer
    monkeypatch.setattr(kannel_calls, "settings", lambda: KNOWN)
    name, who = "campaign#plan-offer", Who("li.na", "marketing")
    lifecycle.save(name, OFFER, who, service.now)
    lifecycle.take("submit", name, 1, who, service.now)
    lifecycle.take("approve", name, 1, Who("zhao.lei", "marketing"), service.now)
    lifecycle.take("go_live", name, 1, who, service.now)
    complain(msisdn=WANG.msisdn)
    complain(msisdn=WANG.msisdn, complaint="C-2", inbound="in-2")
    service.write("请问我的套餐下个月能不能换成更便宜的那个", "in-3", "+8613955550000")
    monkeypatch.setenv("RINGBACK_DROP_BUCKET", "drops")
    drop_bucket._s3.cache_clear()
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="drops")
    for key in ("waiting/a.csv", "subscribers/b.csv"):
        s3.put_object(Bucket="drops", Key=key, Body=b"id,phone\nF-1,+8613900009901\n")
    drops.take_file("drops", "subscribers/b.csv")
    queues.dead_letter("intake", [("{}", Problem("field.missing", place="resource"))])
    campaign = live(catalogue.control()).campaigns["plan-offer"]
    batches.plan(batch(service), campaign, "marketing", service.now)
    asked = replace(batch(service, id="b2", facts={"offer": "10GB"}), status="asked", people=500)
    batches.plan(asked, campaign, "marketing", service.now)
    dry_run.start(batch(service, id="d1"), OFFER, service.now, "d1")
    run_all(service, aws)
    care = dict(lifecycle.history("care")[0].document)
    lifecycle.save("care", {**care, "auto_claim": not care.get("auto_claim")}, who, service.now)
    rules = lifecycle.history("policy")[0].document
    lifecycle.save("policy", {**rules, "keep_proof_months": 30}, who, service.now)
    service.usage(85)
    service.settle()
    said = [one for one in relationship(WANG.msisdn) if isinstance(one, Text)]
    counting.count({"Records": [record(n, None, one) for n, one in enumerate(said)]}, NO_CONTEXT)
    return service


def changed(chance: random.Random, ask: Ask, words: list[str], values: list[str]) -> Ask:
    """A request with some of what is in it changed: a value, a field that is gone, doubled or not its own, a
    part of the path."""
    fields, path, method = list(ask.fields), ask.path, ask.method
    for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3))):
        value = chance.choice(ODD) if chance.random() < 0.7 else chance.choice(values)
        place = chance.randrange(len(fields)) if fields else 0
        what = chance.choice(("value", "value", "value", "gone", "double", "other", "path", "method"))
        if what == "value" and fields:
            fields[place] = (fields[place][0], value)
        elif what == "gone" and fields:
            del fields[place]
        elif what == "double" and fields:
            fields.insert(0, (fields[place][0], value))
        elif what == "other":
            fields.append((chance.choice(words), value))
        elif what == "path":
            parts = path.split("/")
            parts[chance.randrange(1, len(parts))] = value.replace("/", "")
            path = "/".join(parts)
        elif what == "method" and chance.random() < 0.3:
            method = chance.choice(METHODS)
    return Ask(method, path, fields)


def requests_over(known: dict[str, list[Ask]], chance: random.Random, many: int) -> list[tuple[str, Ask]]:
    """So many pairs of a role and a request: every route as often as any other."""
    words = sorted({name for asks in known.values() for one in asks for name, _ in one.fields})
    values = sorted({value for asks in known.values() for one in asks for _, value in one.fields})
    everywhere = [*known.values(), *([one] for one in OPEN)]
    drawn = []
    for at in range(many):
        ask = changed(chance, chance.choice(everywhere[at % len(everywhere)]), words, values)
        role = "admin" if chance.random() < 0.7 else chance.choice((*session.ROLES, "nobody"))
        drawn.append((role, ask))
    return drawn


def kind_of(answer: dict[str, Any], at: Address) -> str:
    """What is wrong with an answer to a request at an address: "" for nothing."""
    headers = "".join(str(one) for one in (*answer["headers"].items(), *answer["multiValueHeaders"].items()))
    if answer["statusCode"] >= 500:
        return str(answer["statusCode"])
    if re.search(r"\\[rn]|\\x00|//evil", headers):
        return "a header that leads elsewhere or has two lines"
    return ", ".join(strays(answer, at))


def test_no_request_makes_a_page_fail(busy: Service, capsys: pytest.CaptureFixture[str]) -> None:
    del busy
    callers = [Caller(host) for host in KINDS.values()]
    known = offers(callers[0])  # below the stage, where a page can go wrong that is right anywhere else
    assert {f"{one.method} {one.path}" for one in ROUTES} - set(known) == set()
    chance = random.Random(int(os.environ.get("SEED", "1")))
    failed, statuses = [], Counter[int]()
    for number, (role, drawn) in enumerate(requests_over(known, chance, MANY)):
        ask, caller = drawn, callers[number % len(callers)]
        if ask.method == "POST" and role != "nobody" and chance.random() < 0.95:
            kept = [one for one in ask.fields if one[0] != "mark"]
            ask = Ask(ask.method, ask.path, [*kept, ("mark", caller.marks[role])])
        answer = caller.send(role, ask)
        statuses[answer["statusCode"]] += 1
        if wrong := kind_of(answer, caller.at):
            failed.append((wrong, role, ask))
        if "/sign-in" in str(answer["headers"].get("Location", "")) and role != "nobody":
            caller.begin(role)
    with capsys.disabled():
        print(sorted(statuses.items()))
    assert failed == []
    assert len(statuses) > 5


def test_a_fault_of_a_page_is_a_logged_500_and_says_so(
    tables: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    del tables

    def at_fault(visit: Visit) -> Page:
        nothing: dict[str, Page] = {}
        return nothing[visit.role]

    monkeypatch.setattr(routes, "ROUTES", (Route("GET", "/queue", CARE, at_fault),))
    answer = Caller().send("care", Ask("GET", "/queue", []))
    assert answer["statusCode"] == 500
    assert "our mistake" in answer["body"]
    (line,) = [json.loads(one) for one in capsys.readouterr().out.splitlines() if '"ERROR"' in one]
    assert line["type"] == "KeyError"
    assert "test_fuzz.py" in line["where"][-1]


UNFIT = {
    "a control character in an address": ("GET", "/queue", {"score": "1\x00"}, "score: "),
    "an address without an end": ("GET", "/queue", {"region": "x" * 2000}, "region: "),
    "a control character in a form": ("POST", "/people", {"email": "a\x07"}, "email: "),
    "a control character in a path": ("GET", "/cases/\x01", {}, "invisible character"),
}


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(("method", "path", "fields", "said"), UNFIT.values(), ids=UNFIT.keys())
def test_what_no_page_sends_is_refused_with_its_place(
    method: str, path: str, fields: dict[str, str], said: str
) -> None:
    caller = Caller()
    answer = caller.send("admin", Ask(method, path, [*fields.items(), ("mark", caller.marks["admin"])]))
    assert answer["statusCode"] == 400
    assert said in answer["body"]
