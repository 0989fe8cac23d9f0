"""What receipts of several hand-offs of one text come to: the table, and any order of them, on the writes
themselves with the simulation's DynamoDB."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, combinations
from typing import Any
from unittest import mock

import pytest
from botocore.client import BaseClient
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import log
from chalicelib.clock import iso, parse
from chalicelib.delivery import release, sending
from chalicelib.delivery.hand_offs import (
    IN_PART,
    RANK,
    ComesTo,
    NetworkWord,
    noted,
    verdict,
    with_words,
    words_of,
)
from chalicelib.delivery.hand_offs import HandOffWord as Said
from chalicelib.delivery.record_receipts import record_receipts
from chalicelib.delivery.states import FINAL, may
from chalicelib.job import Job
from chalicelib.store import conversations
from chalicelib.store.schema.base import Key
from chalicelib.store.schema.conversations import Text, due_partition, text_key
from tests.simulation.database import Database
from tests.simulation.setting import clients

NOW = parse("2026-11-24T04:00:00.000Z")
MSISDN, ITEM = "+8613900000001", "mt#usage-alert/s-1/2026-11/text"
JOB = Job(campaign="usage-alert", subscriber="s-1", occasion="2026-11", step="text", lane="urgent")
LAST, EARLIER, FIRST = "t-3", "t-2", "t-1"
WORDS: tuple[NetworkWord, ...] = ("first part", "closed", "in part", "taken", "undelivered", "delivered")


def table(last: NetworkWord | None, earlier: Collection[NetworkWord]) -> ComesTo:
    """docs/states.md, row by row."""
    rows: Mapping[NetworkWord | None, ComesTo] = {
        "delivered": "delivered",
        "undelivered": "undelivered",
        "taken": "sent",
        None: "under way",
    }
    if "delivered" in earlier:
        return "delivered"
    if last == "first part":
        return "under way"
    if last not in ("closed", "in part"):
        return rows[last]
    return "undelivered" if "undelivered" in earlier else "sent" if "taken" in earlier else "again"


SETS = [set(some) for some in chain.from_iterable(combinations(WORDS, n) for n in range(7))]


@pytest.mark.parametrize("last", [None, *WORDS])
@pytest.mark.parametrize("earlier", SETS, ids=lambda one: "+".join(sorted(one)) or "none")
def test_the_table(last: NetworkWord | None, earlier: set[NetworkWord]) -> None:
    assert verdict(last, earlier) == table(last, earlier)


@given(st.lists(st.tuples(st.sampled_from([LAST, EARLIER]), st.sampled_from(WORDS[1:5])), max_size=8))
def test_of_one_hand_off_the_word_that_says_most_counts(said: list[tuple[str, NetworkWord]]) -> None:
    news = [(token, Said(word)) for token, word in said]
    assert with_words({}, news) == with_words({}, reversed(news))
    for token, heard in with_words({}, news).items():
        assert heard.word == max((word for whose, word in said if whose == token), key=lambda one: RANK[one])


def test_words_come_back_as_they_were_noted() -> None:
    words = {LAST: Said("taken", "7", iso(NOW)), EARLIER: Said("undelivered", "", "", "spam", 2, 0.05)}
    assert words_of(row("in_doubt", said=noted(words))) == words


# What can be said of a hand-off: Kannel's kinds of reports, two of them with a number of the SMSC.
KINDS: Mapping[str, Mapping[str, Any]] = {
    "8": {"eventType": "TEXT_ACCEPTED"},
    "16": {"eventType": "TEXT_REFUSED", "error": {"code": "SMPP", "reason": "0x58"}},
    "16 for good": {"eventType": "TEXT_REFUSED", "error": {"code": "SMPP", "reason": "0x0b"}},
    "16 in part": {"eventType": "TEXT_REFUSED", "error": {"code": "Kannel", "reason": "part refused"}},
    "1": {"eventType": "TEXT_DELIVERED"},
    "1 of the first part": {"eventType": "TEXT_DELIVERED", "firstPart": True},
    "2": {"eventType": "TEXT_UNREACHABLE"},
    "recorded": {},  # no receipt: the worker of the last hand-off records that the gateway has it
}
MEANS: Mapping[str, NetworkWord] = {
    "8": "taken", "16": "closed", "16 for good": "closed", "1": "delivered", "2": "undelivered",
}  # fmt: skip
Report = tuple[str, str]  # token, kind


def receipt(token: str, kind: str) -> dict[str, Any]:
    return {
        **KINDS[kind],
        "eventTimestamp": int(NOW.timestamp() * 1000),
        "isFinal": kind[:1] in "12" and kind[:2] != "16",
        "destinationPhoneNumber": MSISDN,
        "messageId": f"m-{token}",
        "context": {"item": ITEM, "token": token},
    }


def row(status: str, token: str = LAST, **more: Any) -> Text:
    waits = {
        "held": {"reason": "throttled", "due_partition": due_partition("time", ITEM), "due": iso(NOW)},
        "handed_over": {"due_partition": due_partition("handed", ITEM), "due": iso(NOW)},
        "in_doubt": {"reason": "timeout", "due_partition": due_partition("doubt", ITEM), "due": iso(NOW)},
        "sending": {"lease_until": iso(NOW)},
        "sent": {"message_id": f"m-{LAST}", "sent_at": iso(NOW)},
    }[status]
    job = {} if status in ("sent", "sending") else {"job": JOB.dumps()}
    return Text(
        **{
            "msisdn": MSISDN,
            "item": ITEM,
            "status": status,
            "token": token,
            "at": iso(NOW),
            **waits,
            **job,
            **more,
        }
    )


@dataclass
class Memory:
    """The table in memory, with one text in it; `path` are the states that it went through."""

    path: list[str]

    @property
    def key(self) -> Key:
        return text_key(MSISDN, ITEM)

    def text(self) -> Text:
        return conversations.find(Text, [self.key])[self.key]

    def note(self) -> None:
        if (status := self.text().status) != self.path[-1]:
            assert may(self.path[-1], status), f"{self.path} -> {status}"
            self.path.append(status)


@pytest.fixture(scope="module", autouse=True)
def simulated() -> Iterator[None]:
    with clients():
        yield


class _With:
    """A text in a table of its own, while the block runs."""

    def __init__(self, text: Text) -> None:
        database = Database(lambda: 0.0)

        def call(_: Any, operation: str, params: Mapping[str, Any]) -> Any:
            return database.call(operation, params)

        self.patch = mock.patch.object(BaseClient, "_make_api_call", call)
        self.text = text

    def __enter__(self) -> Memory:
        self.patch.start()
        assert conversations.write([conversations.insert(self.text)]) == ["ok"]
        return Memory([self.text.status])

    def __exit__(self, *_: object) -> None:
        self.patch.stop()


def _recorded(memory: Memory) -> None:
    """What a worker writes after Kannel has queued the last hand-off."""
    draft = mock.Mock(job=JOB, key=memory.key, token=LAST)
    draft.text.item = ITEM
    conversations.write([sending.handed_over(draft, NOW)])


def played(text: Text, batches: Sequence[Sequence[Report]]) -> list[str]:
    """The states that a text goes through with these reports, a batch after the other; what came too early
    comes again at the end."""
    early: list[Mapping[str, Any]] = []
    with _With(text) as memory:
        for batch in batches:
            early += record_receipts([receipt(*one) for one in batch if one[1] != "recorded"], NOW).early
            if (LAST, "recorded") in batch:
                _recorded(memory)
            memory.note()
        while early:
            early = list(record_receipts(early, NOW).early)
            memory.note()
        return memory.path


def comes_to(status: str, reports: Collection[Report]) -> str:
    """What all of these together come to by the table, whatever their order."""
    words: dict[str, NetworkWord] = {"held": {LAST: "closed"}, "sent": {LAST: "taken"}}.get(status, {})  # type: ignore[assignment]
    for token, kind in reports:
        word = MEANS.get(kind)
        if word and (word != "closed" or token == LAST) and RANK[word] > RANK[words.get(token)]:
            words[token] = word
    found = verdict(words.get(LAST), {word for token, word in words.items() if token != LAST})
    if found == "under way":
        return "handed_over" if status == "sending" else status
    if found == "again":
        return "failed" if (LAST, "16 for good") in reports and status != "held" else "held"
    return found


def contradict(status: str, reports: Collection[Report]) -> bool:
    """Whether the network contradicts itself where one of the two words ends the text: docs/states.md."""
    kinds = {kind for _, kind in reports}
    last = {kind for token, kind in reports if token == LAST}
    earlier = {kind for token, kind in reports if token != LAST}
    ended = "2" in last or ("2" in earlier and ("16" in last or status == "held"))
    return (
        ("1" in kinds and ended)
        or ("16 for good" in last and bool(kinds - {"16 for good", "recorded"}))
        or ("2" in earlier and ("16" in last or status == "held") and "8" in last)
    )


REPORTS = st.one_of(
    st.tuples(st.just(LAST), st.sampled_from(["8", "16", "16 for good", "1", "2"])),
    st.tuples(st.sampled_from([EARLIER, FIRST]), st.sampled_from(["8", "16", "1", "2"])),
)
STATES = st.sampled_from(["sending", "handed_over", "in_doubt", "sent", "held"])


@st.composite
def orders(draw: st.DrawFn) -> tuple[Text, list[Report], list[list[Report]]]:
    """A text, reports about it, and the same reports in some order and some batches."""
    text = row(draw(STATES))
    reports = draw(st.lists(REPORTS, min_size=1, max_size=7))
    if text.status == "sending":
        reports.append((LAST, "recorded"))
    batches: list[list[Report]] = [[]]
    for one in draw(st.permutations(reports)):
        if draw(st.booleans()):
            batches.append([])
        batches[-1].append(one)
    return text, reports, batches


@settings(max_examples=300, deadline=None)
@given(orders())
def test_any_order_of_the_same_receipts_ends_in_the_same_state(
    order: tuple[Text, list[Report], list[list[Report]]],
) -> None:
    text, reports, batches = order
    ends = played(text, batches)[-1]
    wanted = comes_to(text.status, reports)
    if not contradict(text.status, reports):
        assert ends == wanted
    else:
        first_refusal = ends == "held" and {(LAST, "16"), (LAST, "16 for good")} <= set(reports)
        assert ends == wanted or ends in FINAL or first_refusal


def test_what_contradicts_itself_differs_by_its_order_and_nothing_else_does() -> None:
    """Each exception of docs/states.md is one: were it none, it would have to go from there."""
    for status, one, other in (
        ("handed_over", (LAST, "1"), (LAST, "2")),
        ("handed_over", (LAST, "8"), (LAST, "16 for good")),
        ("held", (EARLIER, "2"), (LAST, "8")),
    ):
        assert contradict(status, [one, other])
        assert played(row(status), [[one], [other]])[-1] != played(row(status), [[other], [one]])[-1]


CASES: Mapping[str, tuple[str, Sequence[Report], str]] = {
    "a late failure of the first while the second is carried": (
        "handed_over",
        [(EARLIER, "2")],
        "handed_over",
    ),
    "and while the second is in doubt": ("in_doubt", [(EARLIER, "2")], "in_doubt"),
    "and when the network has the second": ("sent", [(EARLIER, "2")], "sent"),
    "and before the second is recorded": ("sending", [(EARLIER, "2"), (LAST, "recorded")], "handed_over"),
    "then the second is delivered": ("handed_over", [(EARLIER, "2"), (LAST, "8"), (LAST, "1")], "delivered"),
    "then the second is refused": ("handed_over", [(EARLIER, "2"), (LAST, "16")], "undelivered"),
    "the first is delivered": ("handed_over", [(EARLIER, "1")], "delivered"),
    "taken after it was refused": ("handed_over", [(LAST, "16"), (LAST, "8")], "sent"),
    "refused after it was taken": ("handed_over", [(LAST, "8"), (LAST, "16")], "sent"),
    "refused, and the first was taken": ("handed_over", [(EARLIER, "8"), (LAST, "16")], "sent"),
    "refused, and the first is taken after": ("handed_over", [(LAST, "16"), (EARLIER, "8")], "sent"),
    "refused for good, and the first was taken": (
        "in_doubt",
        [(EARLIER, "8"), (LAST, "16 for good")],
        "sent",
    ),
    "which then fails": ("in_doubt", [(EARLIER, "8"), (LAST, "16"), (EARLIER, "2")], "undelivered"),
    "refused, undelivered": ("handed_over", [(LAST, "16"), (LAST, "2")], "undelivered"),
    "waits after a doubt, and the first is taken": ("held", [(LAST, "8")], "sent"),
}


@pytest.mark.parametrize(("status", "reports", "ends"), CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one batch"])
def test_reports_of_two_hand_offs(status: str, reports: Sequence[Report], ends: str, together: bool) -> None:
    batches = [list(reports)] if together else [[one] for one in reports]
    assert played(row(status), batches)[-1] == ends


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ({EARLIER: Said("taken", "m-2", iso(NOW))}, "sent"),
        ({EARLIER: Said("undelivered", "m-2", iso(NOW), "spam")}, "undelivered"),
        ({LAST: Said("first part", "m-2", iso(NOW))}, "delivered"),
        ({LAST: IN_PART}, "failed"),
        ({EARLIER: IN_PART}, "failed"),
        ({}, "failed"),
    ],
)
def test_a_doubt_that_is_over_ends_by_what_was_said_of_an_earlier_hand_off(
    said: Mapping[str, Said], ends: str
) -> None:
    text = row("in_doubt", said=noted(said) if said else "")
    later = NOW + timedelta(minutes=1)
    with (
        _With(text) as memory,
        mock.patch.object(release, "live", return_value=mock.Mock(campaigns={}, is_unread=lambda _: False)),
    ):
        release.end_doubts(later)
        after = memory.text()
    assert (after.status, after.due, after.job) == (ends, "", "")
    assert after.message_id == next((one.id for one in said.values()), "")


IN_PARTS: Mapping[str, tuple[str, Sequence[Report], str]] = {
    "some are refused": ("handed_over", [(LAST, "16 in part")], "held"),
    "some are refused, and the first arrives": (
        "handed_over", [(LAST, "16 in part"), (LAST, "1 of the first part")], "held",
    ),
    "the first arrives before some are refused": (
        "handed_over", [(LAST, "1 of the first part"), (LAST, "16 in part")], "held",
    ),
    "before it is recorded": (
        "sending", [(LAST, "1 of the first part"), (LAST, "recorded"), (LAST, "16 in part")], "held",
    ),
    "the first arrives before all are taken": (
        "handed_over", [(LAST, "1 of the first part"), (LAST, "8")], "delivered",
    ),
    "and after": ("handed_over", [(LAST, "8"), (LAST, "1 of the first part")], "delivered"),
    "while it is in doubt": ("in_doubt", [(LAST, "1 of the first part")], "in_doubt"),
    "and then some are refused": (
        "in_doubt", [(LAST, "1 of the first part"), (LAST, "16 in part")], "held",
    ),
    "it waits to be sent again after its doubt": ("held", [(LAST, "1 of the first part")], "delivered"),
    "of an earlier hand-off": ("handed_over", [(EARLIER, "1 of the first part")], "handed_over"),
    "of an earlier one that was taken": (
        "handed_over", [(EARLIER, "8"), (EARLIER, "1 of the first part")], "delivered",
    ),
    "some are refused, then all are taken": (
        "handed_over", [(LAST, "16 in part"), (LAST, "8"), (LAST, "1 of the first part")], "delivered",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("status", "reports", "ends"), IN_PARTS.values(), ids=IN_PARTS.keys())
@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in one batch"])
def test_the_first_part_that_arrives_is_no_text_while_others_may_be_refused(
    status: str, reports: Sequence[Report], ends: str, together: bool
) -> None:
    batches = [list(reports)] if together else [[one] for one in reports]
    assert played(row(status), batches)[-1] == ends


@pytest.mark.parametrize("first", ["1 of the first part", "16 in part"])
def test_that_a_part_was_refused_is_known_though_the_worker_died(first: str) -> None:
    """The receipt comes again as long as a queue keeps it; the row may wait for longer."""
    second = {"1 of the first part": "16 in part", "16 in part": "1 of the first part"}[first]
    with _With(row("sending")) as memory:
        early = [*record_receipts([receipt(LAST, first)], NOW).early]
        early += record_receipts([receipt(LAST, second)], NOW).early
        assert len(early) == 1
        assert words_of(memory.text()) == {LAST: IN_PART}


def test_what_is_refused_in_part_is_tried_for_an_hour_and_has_then_failed() -> None:
    waits = []
    for refusals in range(9):
        text = row("handed_over", job=dataclasses.replace(JOB, refusals=refusals).dumps())
        with _With(text) as memory:
            record_receipts([receipt(LAST, "16 in part")], NOW)
            after = memory.text()
        if after.status == "held":
            waits.append((parse(after.due) - NOW).total_seconds())
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]
    assert (after.status, after.reason) == ("failed", "refused")


def test_a_text_that_waits_again_after_a_lost_token_hears_of_any_hand_off() -> None:
    """Held by its window after a resend, a row has no hand-off of its own."""
    for kind, ends in {"8": "sent", "2": "undelivered", "1": "delivered", "16": "held"}.items():
        assert played(row("held", token=""), [[(EARLIER, kind)]])[-1] == ends


def test_a_late_acknowledgement_of_another_hand_off_is_not_the_network_taking_one_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted: list[str] = []
    monkeypatch.setattr(log, "measure", lambda values, **_: counted.extend(values))
    played(row("handed_over"), [[(EARLIER, "1")], [(LAST, "8")], [(EARLIER, "8")]])
    played(row("handed_over"), [[(EARLIER, "8")], [(LAST, "16")], [(LAST, "8")]])
    assert counted == []
