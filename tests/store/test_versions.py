"""The latest versions of many documents in a few calls, and what the query cache of a page reads again."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.store import catalogue, dynamodb, queries, transactions, versions
from chalicelib.store.query_cache import query_cache
from chalicelib.store.schema.catalogue import (
    CATALOGUE,
    LATEST,
    ZONES_KEY,
    Document,
    Zones,
    document_key,
)

pytestmark = pytest.mark.usefixtures("aws")
ALERT, OFFER = "campaign#usage-alert", "campaign#plan-offer"


def save(name: str, **document: str) -> int:
    return versions.save(name, document, by="li.na", at="2026-11-24T04:00:00Z", status="draft")


def latest() -> dict[str, int]:
    return {one.name: one.number for one in versions.latest_of("campaign#")}


def test_the_latest_of_every_document_by_name() -> None:
    for name in (OFFER, ALERT, "policy", ALERT, ALERT):
        save(name)
    assert latest() == {OFFER: 1, ALERT: 3}
    assert list(latest()) == [OFFER, ALERT]


def test_documents_saved_before_numbers_were_noted_are_among_them() -> None:
    save(ALERT)
    save(OFFER)
    queries.delete(CATALOGUE.key(LATEST, ALERT))
    assert latest() == {ALERT: 1, OFFER: 1}


def test_a_version_that_was_noted_and_never_saved_hides_none(monkeypatch: pytest.MonkeyPatch) -> None:
    save(ALERT)

    def dies(_: object) -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(versions, "version_text", dies)
        with pytest.raises(KeyboardInterrupt):
            save(ALERT)
    assert latest() == {ALERT: 1}
    assert save(ALERT) == 2
    assert latest() == {ALERT: 2}


def test_a_slow_note_does_not_go_back_behind_a_later_one() -> None:
    save(ALERT)
    save(ALERT)
    versions._note_latest(ALERT, 1)
    assert latest() == {ALERT: 2}
    keys = [document_key(ALERT, n) for n in (1, 2)]
    assert len(dynamodb.read(keys)) == 2


def somebody_else(do: Callable[[], object]) -> None:
    """Something is written meanwhile by another page."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(do).result()


def test_a_page_reads_what_is_live_and_a_query_once() -> None:
    save(ALERT)
    with query_cache():
        before = (catalogue.control().live, latest())
        somebody_else(lambda: save(ALERT))
        somebody_else(lambda: catalogue.go_live({ALERT: 2}))
        assert (catalogue.control().live, latest()) == before
    assert (catalogue.control().live, latest()) == ({ALERT: 2}, {ALERT: 2})


def test_what_is_not_there_is_looked_for_once() -> None:
    with query_cache():
        assert versions.get(ALERT, 1) is None
        somebody_else(lambda: save(ALERT))
        assert versions.get(ALERT, 1) is None
        assert dynamodb.read([document_key(ALERT, 1)]) == []


WRITES: dict[str, Callable[[], object]] = {
    "a statement": lambda: catalogue.pause("usage-alert"),
    "a transaction": lambda: transactions.commit([transactions.put(Zones())]),
    "a single put": lambda: queries.put(Zones()),
    "several puts": lambda: queries.put_all([Zones()]),
    "an update": lambda: queries.update(
        ZONES_KEY, [queries.column(Zones.zones).add({"solar#Asia/Shanghai"})]
    ),
    "an addition to a set": lambda: dynamodb.add_to_set(ZONES_KEY, Zones.zones, ["solar#Asia/Shanghai"]),
    "a removal": lambda: queries.delete(ZONES_KEY),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_a_write_of_its_own_makes_a_page_read_anew(write: Callable[[], object]) -> None:
    save(ALERT)
    with query_cache():
        assert latest() == {ALERT: 1}
        somebody_else(lambda: save(ALERT))
        write()
        assert latest() == {ALERT: 2}


def test_queries_that_differ_in_anything_are_different() -> None:
    for _ in range(3):
        save(ALERT)
    with query_cache():
        every = [one.number for one in queries.every(Document, ALERT)]
        backwards = [one.number for one in queries.every(Document, ALERT, backwards=True)]
        above = queries.column(Document.version) > "v00000001"
        below = queries.column(Document.version) < "v00000003"
        assert (every, backwards) == ([1, 2, 3], [3, 2, 1])
        assert [one.number for one in queries.every(Document, ALERT, where=above)] == [2, 3]
        assert [one.number for one in queries.every(Document, ALERT, where=below)] == [1, 2]
        assert [one.number for one in queries.every(Document, ALERT, limit=1)] == every


def test_a_partition_that_was_read_whole_answers_for_its_items() -> None:
    for _ in range(2):
        save(ALERT)
    with query_cache():
        assert len(list(queries.every_kind(CATALOGUE, ALERT, consistent=True))) == 2
        somebody_else(lambda: save(ALERT))
        assert [versions.get(ALERT, n) is not None for n in (1, 2, 3)] == [True, True, False]
        assert len(dynamodb.read([document_key(ALERT, n) for n in (1, 2, 3)])) == 2
        assert versions.get(OFFER, 1) is None
    with query_cache():
        backwards = queries.every_kind(CATALOGUE, ALERT, where=queries.column(Document.version) < "v00000002")
        assert len(list(backwards)) == 1
        assert versions.get(ALERT, 2) is not None, "a part of it answers for nothing else"
    with query_cache():
        next(queries.every_kind(CATALOGUE, ALERT))
        assert versions.get(ALERT, 3) is not None, "nor one that was not read to its end"
