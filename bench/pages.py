"""Every page of the console that reads tables: with many cases and texts against the same page with few.

Two sets of tables side by side in one DynamoDB Local, so that its JVM is as warm for both, and each page is
opened in turn in the one and the other, through the console's entry point. Of few there are as many as a
page shows, so that both show the same amount. Texts are 1,000 and 20,000 rows; the counters that pages read
are those of 1,000 and 1,000,000 texts, worked out by the functions that count. Takes about three minutes.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from unittest.mock import patch

from bench.figure import Figure
from bench.pages_world import BATCH, CAMPAIGN, NOW, OPEN, Size, fill
from chalicelib import clock, queues
from chalicelib.console import requests, session
from chalicelib.console.routes import ROUTES
from chalicelib.console.session import Identity
from chalicelib.problems import Problem
from chalicelib.store import dynamodb, subscribers
from tests.support.dynamodb import TABLES, definition, dynamodb_local, environment

TARGET = 1.2
REPEATS = 15
# What to open: for each address that the console has, one or several pages of it.
PAGES: Mapping[str, Sequence[tuple[str, dict[str, str]]]] = {
    "/inbox": [("/inbox", {}), ("/inbox", {"show": "all"})],
    "/queue": [
        *[("/queue", {"tab": tab}) for tab in ("team", "mine", "unowned", "all", "waiting", "closed")],
        ("/queue", {"tab": "all", "overdue": "1"}),
    ],
    "/queue/views": [("/queue/views", {"tab": "all", "overdue": "1"})],
    "/cases": [("/cases", {"q": what}) for what in ("王芳", "0000", OPEN.number)],
    "/cases/{id}": [(f"/cases/{OPEN.case_id}", {})],
    "/cases/{id}/here": [(f"/cases/{OPEN.case_id}/here", {})],
    "/subscribers/{id}": [(f"/subscribers/{OPEN.subscriber}", {})],
    "/shift": [("/shift", {})],
    "/teams": [("/teams", {})],
    "/deadlines": [("/deadlines", {})],
    "/answers": [("/answers", {})],
    "/policy": [("/policy", {})],
    "/board": [("/board", {}), ("/board", {"days": "7"})],
    "/topics": [("/topics", {})],
    "/campaigns": [("/campaigns", {})],
    "/campaigns/new": [("/campaigns/new", {})],
    "/campaigns/{id}": [(f"/campaigns/{CAMPAIGN}", {})],
    "/campaigns/{id}/edit": [(f"/campaigns/{CAMPAIGN}/edit", {})],
    "/campaigns/{id}/audience": [(f"/campaigns/{CAMPAIGN}/audience", {})],
    "/batches": [("/batches", {})],
    "/batches/new": [("/batches/new", {})],
    "/batches/dry/{id}": [(f"/batches/dry/{BATCH}", {})],
    "/batches/{id}": [(f"/batches/{BATCH}", {})],
    "/templates": [("/templates", {})],
    "/results": [("/results", {})],
    "/results/{id}": [(f"/results/{CAMPAIGN}", {})],
    "/results/{id}/texts": [(f"/results/{CAMPAIGN}/texts", {})],
    "/audit": [("/audit", {"day": f"{NOW:%Y-%m-%d}"})],
    "/dead-letters": [("/dead-letters", {})],
    "/service": [("/service", {})],
}
# Cognito's users, what is one's own, and the files of a bucket.
ELSEWHERE = {"/people", "/me", "/draft", "/imports", "/imports/look", "/imports/report", "/contract/{name}"}
ASKED = {"/inbox/news", "/queue/news"}  # what an open page asks; it shows nothing
DOWNLOAD = ("/queue", {"tab": "all", "as": "csv"})  # all rows instead of a page of them: counted by the row
FILTERS: Sequence[tuple[str, dict[str, str]]] = (
    ("a topic that one case in five has", {"topic": "network"}),
    ("a tier that one in a hundred has", {"tier": "diamond"}),
)
FEW = Size(cases=200, texts=1_000, rows=1_000, subscribers=3_000, audit=100, labels=100)
MANY = Size(cases=12_500, texts=1_000_000, rows=20_000, subscribers=20_000, audit=2_000, labels=2_000)
TINY = Size(cases=3, texts=20, rows=10, subscribers=10, audit=5, labels=5)
TINIER = Size(cases=2, texts=10, rows=5, subscribers=5, audit=3, labels=3)


class Worlds:
    """The sets of tables in one DynamoDB Local, one of them in use at a time."""

    def __init__(self, endpoint: str, sizes: Mapping[str, Size]) -> None:
        os.environ.update(environment(endpoint))
        dynamodb.dynamodb.cache_clear()
        for name, size in sizes.items():
            for table in sorted(TABLES):
                dynamodb.dynamodb().create_table(**definition(table) | {"TableName": f"{name}-{table}"})
            self.use(name)
            subscribers._zones_known.clear()
            fill(size)

    @staticmethod
    def use(name: str) -> None:
        os.environ.update({f"RINGBACK_{table.upper()}": f"{name}-{table}" for table in TABLES})


def opened(path: str, query: Mapping[str, str]) -> tuple[float, int]:
    """Open a page as somebody who may see all; the seconds it took, and its lines."""
    begun = session.begin(Identity("li.na", "li.na", "admin"), clock.now())
    cookie = f"__Host-session={begun}; language=zh-CN"
    start = time.perf_counter()
    answer = requests.answer(requests.Request("GET", path, query, headers={"cookie": cookie}))
    took = time.perf_counter() - start
    assert answer.status_code == 200, f"{path} {dict(query)}: {answer.status_code}"
    return took, str(answer.body).count("\n")


def both(path: str, query: Mapping[str, str], repeats: int) -> tuple[float, float]:
    """Median seconds with few and with many, in turn; where there are several, two rounds before them warm
    up."""
    times: dict[str, list[float]] = {"few": [], "many": []}
    for _ in range(repeats + 2 if repeats > 1 else 1):
        for name, found in times.items():
            Worlds.use(name)
            found.append(opened(path, query)[0])
    few, many = (statistics.median(found[-repeats:]) for found in times.values())
    return few, many


def measure(tiny: bool = False) -> list[Figure]:
    """The page that grows most, and what each comes to."""
    reading = {route.path for route in ROUTES if route.method == "GET"} - ELSEWHERE - ASKED
    assert reading == set(PAGES), f"not measured: {reading ^ set(PAGES)}"
    sizes = {"few": TINIER, "many": TINY} if tiny else {"few": FEW, "many": MANY}
    repeats = 1 if tiny else REPEATS
    with (
        tempfile.TemporaryDirectory() as folder,
        dynamodb_local(Path(folder), heap="256m" if tiny else "3g") as endpoint,
        patch.object(queues, "send"),
        patch.object(queues, "letters", _letters),
        patch.object(queues, "depth", lambda _: 5),
        patch.object(queues, "put_back"),
    ):
        Worlds(endpoint, sizes)
        found = {}
        for pages in list(PAGES.values())[: 2 if tiny else None]:
            for path, query in pages:
                few, many = both(path, query, repeats)
                if many / few > TARGET and not tiny:  # look again, longer: was it something else?
                    few, many = both(path, query, 3 * repeats)
                found[path + _asked(query)] = (few, many)
        download = _download(tiny)
        filtered = {what: both("/queue", {"tab": "all", **query}, repeats) for what, query in FILTERS}
    return [_pages(found, sizes), _filtered(filtered), download]


def _pages(found: Mapping[str, tuple[float, float]], sizes: Mapping[str, Size]) -> Figure:
    ratios = {page: many / few for page, (few, many) in found.items()}
    worst = max(ratios, key=lambda page: ratios[page])
    few, many = sizes["few"], sizes["many"]
    slowest = max(found, key=lambda page: found[page][1])
    times = "; ".join(f"{page} {1000 * many:.0f} ms {many / few:.2f}" for page, (few, many) in found.items())
    return Figure(
        name="pages-growth",
        what="console: the page that grows most with cases and texts",
        measured=ratios[worst],
        target=TARGET,
        unit="x",
        floor=f"the same page with {4 * few.cases} cases and {few.texts:,} texts",
        low=min(ratios.values()),
        high=ratios[worst],
        notes=(
            f"{len(found)} pages, {4 * many.cases:,} cases, the counters of {many.texts:,} texts and "
            f"{many.rows:,} of their rows; most: {worst}; slowest {slowest}, "
            f"{1000 * found[slowest][1]:.0f} ms; the median page "
            f"{statistics.median(ratios.values()):.2f}. {times}"
        ),
        facts={f"ms {page}": round(1000 * many, 1) for page, (_, many) in found.items()},
    )


def _filtered(found: Mapping[str, tuple[float, float]]) -> Figure:
    worst = max(many / few for few, many in found.values())
    return Figure(
        name="pages-filtered",
        what="console: a queue's page that shows only some of the cases",
        measured=worst,
        target=None,
        unit="x",
        floor="the same filter where it has fewer than a page to show",
        notes="bounded at 1,000 rows read a page, not flat: "
        + "; ".join(
            f"{what}: {1000 * few:.0f} ms, {1000 * many:.0f} ms" for what, (few, many) in found.items()
        ),
    )


def _download(tiny: bool) -> Figure:
    few, many = both(*DOWNLOAD, repeats=1 if tiny else 5)
    rows = {}
    for name in ("few", "many"):
        Worlds.use(name)
        rows[name] = opened(*DOWNLOAD)[1] - 1  # the first line names the columns
    each = {"few": few / rows["few"], "many": many / rows["many"]}
    return Figure(
        name="pages-download",
        what="console: the queue as CSV, a row of it",
        measured=each["many"] / each["few"],
        target=None,
        unit="x",
        floor=f"a row of {rows['few']:,}, {1000 * each['few']:.2f} ms",
        notes=f"{rows['many']:,} rows, the most that a file holds, {1000 * many:.0f} ms in all",
        facts={"ms": 1000 * many, "rows": rows["many"]},
    )


def _asked(query: Mapping[str, str]) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""


def _letters(queue: str, **_: object) -> list[queues.Letter]:
    """What SQS holds does not depend on the tables."""
    return [
        queues.Letter(
            f"{queue}-{n}", queue, "{}", Problem("not_json", {"line": 1, "column": 1}), NOW, NOW, "-"
        )
        for n in range(5)
    ]
