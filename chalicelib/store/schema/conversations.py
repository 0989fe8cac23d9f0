"""`conversations`: one partition per phone number (MSISDN), everything that was said in it.

Natural keys make repeats collide, so a conditional write is the whole de-duplication. What waits (held texts,
doubts, surveys to remind or close) carries `due_partition` and `due` and is thereby in the sparse index
`parked`; nothing else is. A text without a number lies under `subscriber#<id>`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from chalicelib.store.schema.base import (
    Attribute,
    Index,
    Key,
    Record,
    Table,
    flag,
    mapping,
    number,
    sequence,
    text,
)

CONVERSATIONS = Table(
    "conversations",
    hash="msisdn",
    range="item",
    ttl="expires",
    indexes=(
        Index(
            "parked",
            hash="due_partition",
            range="due",
            include=("job", "status", "reason", "campaign"),
        ),
        Index("inbox", hash="inbox", range="received_at"),
    ),
    stream=True,
)
DUE_PARTITIONS = 8  # that one kind of waiting is spread over
STATE = "state"
ERASED = "forgotten#"


class Text(Record, table=CONVERSATIONS, under="mt#"):
    """A text out (MT), from its claim or its first parking to its receipt. Times are ISO 8601 in UTC."""

    msisdn: Attribute[str] = text("the number it goes to, E.164; `subscriber#<id>` where there is none")
    item: Attribute[str] = text("`mt#<campaign>/<subscriber>/<occasion>/<step>`, its natural key")
    status: Attribute[str] = text("one of the states of docs/states.md")
    reason: Attribute[str] = text("why it is in that state, see `delivery.states`", default="")
    error: Attribute[str] = text(
        "what the template or the gateway said, its first 200 characters", default=""
    )
    scope: Attribute[str] = text("the opt-out that stopped it", default="")
    campaign: Attribute[str] = text("campaign id", default="")
    version: Attribute[int] = number("the campaign's version that it was worded with", default=0)
    variant: Attribute[str] = text("the campaign's variant", default="")
    lane: Attribute[str] = text("urgent or bulk", default="")
    category: Attribute[str] = text("mandatory, service, survey, marketing or reply", default="")
    brand: Attribute[str] = text("brand id", default="")
    region: Attribute[str] = text("the subscriber's region", default="")
    tier: Attribute[str] = text("the subscriber's tier", default="")
    dimensions: Attribute[Mapping[str, str]] = mapping(
        "the subscriber's attributes that results are given by", default={}
    )
    at: Attribute[str] = text("when it was drafted last", default="")
    valid_until: Attribute[str] = text("later than this it is worthless", default="")
    body: Attribute[str] = text("its words, as they went out", default="")
    language: Attribute[str] = text("zh-CN or en", default="")
    segments: Attribute[int] = number("segments as we count them", default=0)
    originator: Attribute[str] = text("the number or sender ID that it comes from", default="")
    token: Attribute[str] = text("of the worker that claimed it", default="")
    claimed_at: Attribute[str] = text("when it was claimed", default="")
    lease_until: Attribute[str] = text("until when its worker may hold it", default="")
    message_id: Attribute[str] = text("the gateway's id", default="")
    sent_at: Attribute[str] = text("when the gateway accepted it", default="")
    receipt_at: Attribute[str] = text("when its final receipt (DLR) came", default="")
    network_at: Attribute[str] = text(
        "when the network delivered it or gave it up, by its own clock", default=""
    )
    parts: Attribute[int | None] = number("message parts that the network counted", default=None)
    price: Attribute[float | None] = number("what the network took for it, in its currency", default=None)
    job: Attribute[str] = text("the outbox job to put back (JSON), while it waits", default="")
    resends: Attribute[int] = number("how often a doubt was ended by sending again", default=0)
    said: Attribute[str] = text(
        "what the network said of its hand-offs (JSON by claim token, see `delivery.hand_offs`), once it"
        " spoke of an earlier one",
        default="",
    )
    due_partition: Attribute[str] = text("see the index `parked`; while it waits", default="")
    due: Attribute[str] = text("when it is looked at again; while it waits", default="")
    expires: Attribute[int] = number("epoch seconds, 400 days after it was drafted", default=0)


class Reply(Record, table=CONVERSATIONS, under="mo#"):
    """A text in (MO), stored as the bytes said before it is understood."""

    msisdn: Attribute[str] = text("who wrote, E.164")
    item: Attribute[str] = text("`mo#<inbound id>`")
    body: Attribute[str] = text("what was written", default="")
    to: Attribute[str] = text("the originator that it was sent to", default="")
    previous_message_id: Attribute[str] = text(
        "the gateway's id of our last text to the number, as the network knows it", default=""
    )
    received_at: Attribute[str] = text("when it came first", default="")
    applied: Attribute[bool] = flag("whether everything that follows from it was done", default=False)
    reading: Attribute[Mapping[str, Any]] = mapping(
        "what it was read as: {kind, score, choice, scope, why, said, machine, evidence}, those that hold"
        " something",
        default={},
    )
    asked: Attribute[str] = text(
        "what the text that it answers asked, as `replies.conversation` names it", default=""
    )
    about: Attribute[str] = text("the `survey#` item that it answers", default="")
    answers_item: Attribute[str] = text("the `mt#` item of the text that it answers", default="")
    campaign: Attribute[str] = text("campaign of the text that it answers", default="")
    brand: Attribute[str] = text("brand that it was written to", default="")
    subscriber: Attribute[str] = text("subscriber id of whose reply it is", default="")
    automatic: Attribute[str] = text("step of the automatic answer that it got", default="")
    handled: Attribute[str] = text(
        "where it ended: `rule`, `case`, `inbox`, or what a person made of it there", default=""
    )
    handled_by: Attribute[str] = text("the person who dealt with it in the inbox", default="")
    handled_at: Attribute[str] = text("when", default="")
    case_id: Attribute[str] = text("the case that it opened or joined", default="")
    proposal: Attribute[Mapping[str, Any]] = mapping(
        "what a model proposes to who looks: {kind, quote, score}; {kind: none} for nothing usable",
        default={},
    )
    inbox: Attribute[str] = text("`unhandled`, else `handled#<month>`: see the index `inbox`", default="")
    expires: Attribute[int] = number("epoch seconds", default=0)


class Survey(Record, table=CONVERSATIONS, under="survey#"):
    """A survey under way beside its invitation, opened when the invitation goes out."""

    msisdn: Attribute[str] = text("who is asked, E.164")
    item: Attribute[str] = text("`survey#<campaign>/<subscriber>/<occasion>`")
    status: Attribute[str] = text("open, answered, expired or closed")
    campaign: Attribute[str] = text("campaign id")
    subscriber: Attribute[str] = text("subscriber id")
    occasion: Attribute[str] = text("what it is about, such as the complaint's id")
    reason: Attribute[str] = text("why it was closed", default="")
    version: Attribute[int] = number("the campaign's version that asked", default=0)
    brand: Attribute[str] = text("brand id", default="")
    language: Attribute[str] = text("of the invitation", default="")
    facts: Attribute[Mapping[str, Any]] = mapping("what its texts may name", default={})
    asked_at: Attribute[str] = text("when the invitation went out", default="")
    expires_at: Attribute[str] = text("from then on an answer is late", default="")
    question: Attribute[int] = number(
        "the question that waits: 0 the rating, then those of the block", default=0
    )
    score: Attribute[int | None] = number("the rating that counts", default=None)
    scored_at: Attribute[str] = text("when the rating came", default="")
    choice: Attribute[str] = text("the option that was chosen", default="")
    answers: Attribute[Mapping[str, str]] = mapping(
        "step of a further question -> what was answered", default={}
    )
    answered_at: Attribute[str] = text("when its last question was answered", default="")
    asked_back: Attribute[str] = text(
        "the question that was asked again since its answer could not be read: `rating`, or a step",
        default="",
    )
    person_at: Attribute[str] = text("when an answer was left to a person", default="")
    told: Attribute[tuple[str, ...]] = sequence("notices that were sent: late, repeat, corrected", default=())
    answered_by: Attribute[str] = text("inbound id of the reply that changed it last", default="")
    then_step: Attribute[str] = text("the automatic answer that this reply led to", default="")
    then_question: Attribute[str] = text("the question that it led to", default="")
    then_person: Attribute[bool] = flag("whether it was left to a person", default=False)
    processed_replies: Attribute[Mapping[str, list[Any]]] = mapping(
        "inbound id of an earlier reply -> [step, question, person], so that one that is brought again leads "
        "to the same",
        default={},
    )
    reminded_at: Attribute[str] = text("when its one reminder was due", default="")
    revision: Attribute[int] = number("counts its changes", default=0, always=True)
    due_partition: Attribute[str] = text("see the index `parked`; while it is open", default="")
    due: Attribute[str] = text("when it is reminded of, or expires", default="")
    expires: Attribute[int] = number("epoch seconds", default=0)


class NumberState(Record, table=CONVERSATIONS, under=STATE):
    """What holds for a number as a whole: one versioned item that consent and caps are decided on."""

    msisdn: Attribute[str] = text("E.164", default="")
    item: Attribute[str] = text("`state`", default=STATE)
    version: Attribute[int] = number("counts its changes; 0 where there is no item", default=0, always=True)
    optouts: Attribute[Mapping[str, Mapping[str, str]]] = mapping(
        "scope -> {at, how, words, brand, by, but}, see `delivery.consent`", default={}
    )
    recent: Attribute[tuple[Mapping[str, str], ...]] = sequence(
        "texts of the last days that caps count: {at, campaign, category, item}", default=()
    )
    roster: Attribute[str] = text("the customer's colour", default="green")
    roster_why: Attribute[Mapping[str, Any]] = mapping("what asked for it: {why, count, needed}", default={})
    roster_given: Attribute[Mapping[str, str]] = mapping(
        "what a person said last: {colour, by, at, why}", default={}
    )
    reassigned_at: Attribute[str] = text(
        "the line under the holder before: what is earlier is not the present holder's", default=""
    )
    unreachable: Attribute[str] = text(
        "since when (ISO) the network has called the number invalid for good: nothing is sent there",
        default="",
    )
    wrong_person: Attribute[Mapping[str, str]] = mapping(
        "subscriber id -> the `mo#` item in which whoever has the number said that they are somebody else",
        default={},
    )
    former_subscribers: Attribute[tuple[str, ...]] = sequence(
        "ids of subscribers who had the number, and have another or none", default=()
    )


class ConsentProof(Record, table=CONVERSATIONS, under="consent#"):
    """Proof of an opt-out or an opt-in. It has no TTL: erasing a person asks `keep_until`."""

    msisdn: Attribute[str] = text("E.164")
    item: Attribute[str] = text("`consent#<time>#<id>`")
    what: Attribute[str] = text("opt_out, opt_in, redlist_on, redlist_off or correction")
    scope: Attribute[str] = text("see `delivery.consent`")
    how: Attribute[str] = text("sms, call, letter, shop, console, import, api or network")
    at: Attribute[str] = text("from when it holds")
    by: Attribute[str] = text("who of the staff recorded it", default="")
    recorded_at: Attribute[str] = text("when it was recorded by them", default="")
    said_on: Attribute[str] = text("the day on which it was said to them", default="")
    corrects: Attribute[str] = text("the item of the proof that it takes back", default="")
    before: Attribute[Mapping[str, Mapping[str, str]]] = mapping(
        "the number's opt-outs before it, where it may be taken back", default={}
    )
    after: Attribute[Mapping[str, Mapping[str, str]]] = mapping("and after it", default={})
    words: Attribute[str] = text("what was written or said", default="")
    shown: Attribute[str] = text("the text that was answered, or the form that was seen", default="")
    keep_until: Attribute[str] = text("it is kept at least that long", default="")


class ErasureFacts(Record):
    """What is kept of a number that was erased."""

    at: Attribute[str] = text("when it was erased")
    optouts: Attribute[Mapping[str, Mapping[str, str]]] = mapping(
        "the opt-outs that outlive it, by scope", default={}
    )
    subscribers: Attribute[tuple[str, ...]] = sequence("keyed hashes of subscriber ids", default=())
    returned: Attribute[bool] = flag("whether somebody came in with the number since", default=False)


class Erasure(ErasureFacts, table=CONVERSATIONS, hash_under=ERASED):
    """A number that was erased: only its keyed hash is kept. `catalogue` holds a copy (`ErasureCopy`)."""

    msisdn: Attribute[str] = text("`forgotten#<hash>`", default="")
    item: Attribute[str] = text("`proof`", default="proof")

    @property
    def digest(self) -> str:
        """The keyed hash of the number."""
        return self.msisdn.removeprefix(ERASED)


def text_key(msisdn: str, item: str) -> Key:
    """Where a text is; `item` is made by `job.mt_item`."""
    return CONVERSATIONS.key(msisdn, item)


def reply_key(msisdn: str, inbound_id: str) -> Key:
    """Where a reply is."""
    return CONVERSATIONS.key(msisdn, f"{Reply.under}{inbound_id}")


def survey_key(msisdn: str, campaign: str, subscriber: str, occasion: str) -> Key:
    """Where a survey is."""
    return CONVERSATIONS.key(msisdn, f"{Survey.under}{campaign}/{subscriber}/{occasion}")


def state_key(msisdn: str) -> Key:
    """Where the state of a number is."""
    return CONVERSATIONS.key(msisdn, STATE)


def proof_item(at: str, proof_id: str) -> str:
    """The range key of a proof of consent."""
    return f"{ConsentProof.under}{at}#{proof_id}"


def erasure_key(digest: str) -> Key:
    """Where the erasure of a number with this keyed hash is."""
    return CONVERSATIONS.key(f"{ERASED}{digest}", "proof")


def due_partition(kind: str, item: str) -> str:
    """The partition of the index `parked` for `item`: `time#3`, `doubt#0`, `paused#birthday-greeting#7`."""
    return f"{kind}#{crc32(item.encode()) % DUE_PARTITIONS}"


def due_partitions(kind: str) -> list[str]:
    """All partitions of one kind of waiting."""
    return [f"{kind}#{shard}" for shard in range(DUE_PARTITIONS)]
