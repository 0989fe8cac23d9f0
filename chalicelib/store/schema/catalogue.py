"""`catalogue`: documents (campaigns, brands, plans, policy) in every version, what of them is live, who
changed what, and the bookkeeping of long work: runs of the planner, one-off sends, counts and dry runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.store.schema.base import (
    Attribute,
    Key,
    Record,
    Table,
    anything,
    flag,
    mapping,
    number,
    sequence,
    text,
    text_set,
)
from chalicelib.store.schema.conversations import ErasureFacts

CATALOGUE = Table("catalogue", hash="name", range="version", ttl="expires")
HEAD = "-"
CONTROL_KEY = CATALOGUE.key("control", HEAD)
NAMES_KEY = CATALOGUE.key("names", HEAD)
ZONES_KEY = CATALOGUE.key("zones", HEAD)
ERASURES = "forgotten"
BATCHES = "batches"
LATEST = "latest"


class Document(Record, table=CATALOGUE, under="v"):
    """One version of a document: `campaign#usage-alert`, `brand#yuntong`, `plans`, `policy`."""

    name: Attribute[str] = text("the document's name")
    version: Attribute[str] = text("`v00000012`: versions sort as numbers do")
    document: Attribute[Mapping[str, Any]] = mapping("what it says", default={}, always=True)
    status: Attribute[str] = text("draft, in_review, approved, live, paused or ended", default="")
    by: Attribute[str] = text("who saved it", default="")
    at: Attribute[str] = text("when it was saved", default="")
    base: Attribute[int] = number("the version it was made from, 0 for none", default=0, always=True)
    note: Attribute[str] = text("why it was sent back", default="")
    submitted_by: Attribute[str] = text("who asked for review", default="")
    submitted_at: Attribute[str] = text("when", default="")
    approved_by: Attribute[str] = text("who approved it", default="")
    approved_at: Attribute[str] = text("when", default="")
    live_by: Attribute[str] = text("who put it live", default="")
    live_at: Attribute[str] = text("when", default="")
    ended_at: Attribute[str] = text("when another version, or nothing, took its place", default="")

    @property
    def number(self) -> int:
        """The version as a number."""
        return int(self.version[1:])

    @property
    def campaign(self) -> str:
        """The campaign's id, "" for other documents."""
        kind, _, ident = self.name.partition("#")
        return ident if kind == "campaign" else ""


class Control(Record, table=CATALOGUE, hash_under="control", under=HEAD):
    """What is live, what stands still, what fails: read with every batch, so that a pause works within the
    second. `stamp` changes whenever `live` does."""

    name: Attribute[str] = text("`control`", default="control")
    version: Attribute[str] = text("`-`", default=HEAD)
    revision: Attribute[int] = number("counts its changes", default=0, always=True)
    stamp: Attribute[int] = number("counts the changes of `live`", default=0)
    live: Attribute[Mapping[str, int]] = mapping("document name -> version", default={})
    paused: Attribute[tuple[str, ...]] = sequence("campaign ids", default=())
    paused_all: Attribute[bool] = flag("whether nothing goes out", default=False)
    ever_paused: Attribute[tuple[str, ...]] = sequence(
        "campaign ids that were paused at some time, or `*` for any: their texts may be parked",
        default=("*",),
    )
    failing: Attribute[Mapping[str, str]] = mapping(
        "originator -> until when (ISO) it is spared and its backup takes over", default={}
    )

    def spared(self, now: str) -> frozenset[str]:
        """The originators that keep failing and are left alone at `now` (ISO); later they are tried again."""
        return frozenset(identity for identity, until in self.failing.items() if until > now)

    def holds_back(self, campaign: str) -> bool:
        """True while nothing of `campaign` may go out."""
        return self.paused_all or campaign in self.paused

    def may_have_parked(self, campaign: str) -> bool:
        """Whether texts of `campaign` may be parked for a pause, one that is over included."""
        return "*" in self.ever_paused or campaign in self.ever_paused


AT_FIRST = Control(ever_paused=())  # before the first publication


class Names(Record, table=CATALOGUE, hash_under="names", under=HEAD):
    """The names of all documents, live or not."""

    name: Attribute[str] = text("`names`", default="names")
    version: Attribute[str] = text("`-`", default=HEAD)
    names: Attribute[frozenset[str]] = text_set("document names", default=frozenset())


class Latest(Record, table=CATALOGUE, hash_under=LATEST):
    """The number of a document's latest version. It is written before the version is, so it may name one that
    was never saved, and none is later than it."""

    name: Attribute[str] = text("`latest`", default=LATEST)
    version: Attribute[str] = text("the document's name", default="")
    number: Attribute[int] = number("the version", default=0)


class Zones(Record, table=CATALOGUE, hash_under="zones", under=HEAD):
    """The time zones that subscribers live in, with the calendars of their birthdays: the planner reads each
    in use once a day, and no other."""

    name: Attribute[str] = text("`zones`", default="zones")
    version: Attribute[str] = text("`-`", default=HEAD)
    zones: Attribute[frozenset[str]] = text_set("`solar#Asia/Shanghai`", default=frozenset())


class AuditEntry(Record, table=CATALOGUE, hash_under="audit#"):
    """Who changed what, when, with before and after. Entries are added and never changed."""

    name: Attribute[str] = text("`audit#<day>`, the day being UTC's")
    version: Attribute[str] = text("`<time>#<id>`")
    by: Attribute[str] = text("the user")
    role: Attribute[str] = text("in which role")
    action: Attribute[str] = text("what was done")
    what: Attribute[str] = text("to what, such as `campaign#plan-offer v3`")
    at: Attribute[str] = text("when")
    before: Attribute[Any] = anything("what it was", default=None)
    after: Attribute[Any] = anything("what it became", default=None)


class Slot(Record, table=CATALOGUE, hash_under="pace#"):
    """The moment until which an originator's time is given away, in one lane."""

    name: Attribute[str] = text("`pace#<originator>`")
    version: Attribute[str] = text("the lane")
    free_at: Attribute[float] = number("epoch seconds", default=0.0)


class Part(Record):
    """How far one part of long work is. `parts.work_off` takes parts from page to page."""

    name: Attribute[str] = text("the work that it is a part of")
    version: Attribute[str] = text("which part: `0007`, or the index partition that it reads")
    cursor: Attribute[dict[str, Any] | None] = anything("where to go on", default=None)
    done: Attribute[bool] = flag("whether it is finished", default=False)
    at: Attribute[str] = text("when its last page was done", default="")


class RunHead(Record, table=CATALOGUE, hash_under="runs#"):
    """The head of one run of the planner: one campaign, one zone or event, one local day."""

    name: Attribute[str] = text("`runs#<day>`")
    version: Attribute[str] = text("`<campaign>/<zone or event>`")
    run: Attribute[str] = text("`<campaign>/<zone or event>/<day>`")
    status: Attribute[str] = text("planned, then started once its message is out")
    shards: Attribute[int] = number("index partitions to read", default=0)
    at: Attribute[str] = text("when", default="")


class RunShard(Part, table=CATALOGUE, hash_under="run#"):
    """How far one index partition of a run was read."""

    jobs: Attribute[int] = number("texts that were asked for", default=0)


class Batch(Record, table=CATALOGUE, hash_under=BATCHES):
    """The head of a one-off send."""

    version: Attribute[str] = text("`<its time>#<id>`, see `batch_version`")
    id: Attribute[str] = text("the occasion of its texts")
    campaign: Attribute[str] = text("campaign id")
    at: Attribute[str] = text("when it is to begin, ISO in UTC")
    by: Attribute[str] = text("who planned it")
    name: Attribute[str] = text("`batches`", default=BATCHES)
    source: Attribute[str] = text('"audience", or the id of a list', default="audience", always=True)
    parts: Attribute[int] = number("parts that it is worked off in", default=0)
    status: Attribute[str] = text(
        "asked (a second person is to approve it), planned, started or cancelled",
        default="planned",
        always=True,
    )
    started_at: Attribute[str] = text("when it began", default="")
    facts: Attribute[Mapping[str, Any]] = mapping("what its text may name", default={})
    people: Attribute[int] = number("how many it may go to, by its dry run", default=0)
    approved_by: Attribute[str] = text("the second person", default="")
    approved_at: Attribute[str] = text("when", default="")


class BatchPart(Part, table=CATALOGUE, hash_under="batch#"):
    """How far one part of a one-off send is."""

    read: Attribute[int] = number("people looked at", default=0)
    unknown: Attribute[int] = number("entries of a list that are nobody", default=0)
    jobs: Attribute[int] = number("texts that were asked for", default=0)


class ListPiece(Record, table=CATALOGUE, hash_under="list#"):
    """Five hundred entries of an uploaded list."""

    name: Attribute[str] = text("`list#<id>`")
    version: Attribute[str] = text("`00000003`")
    entries: Attribute[tuple[str, ...]] = sequence("subscriber ids, and numbers as E.164", default=())
    by: Attribute[str] = text("who uploaded it", default="")
    at: Attribute[str] = text("when", default="")
    expires: Attribute[int] = number("epoch seconds", default=0)


class Count(Record, table=CATALOGUE, hash_under="count#", under=HEAD):
    """The head of an exact count of an audience."""

    name: Attribute[str] = text("`count#<id>`")
    version: Attribute[str] = text("`-`", default=HEAD)
    document: Attribute[Mapping[str, Any]] = mapping("the campaign's document that it counts for", default={})
    parts: Attribute[int] = number("parts that it is worked off in", default=0)
    by: Attribute[str] = text("who asked", default="")
    at: Attribute[str] = text("when", default="")
    expires: Attribute[int] = number("epoch seconds", default=0)


class CountPart(Part, table=CATALOGUE, hash_under="count#"):
    """How far one part of a count is."""

    people: Attribute[int] = number("in the audience, so far", default=0)
    read: Attribute[int] = number("looked at", default=0)
    units: Attribute[float] = number("read units", default=0)
    expires: Attribute[int] = number("epoch seconds", default=0)


class DryRun(Record, table=CATALOGUE, hash_under="dry#", under=HEAD):
    """The head of a dry run of a one-off send."""

    name: Attribute[str] = text("`dry#<id>`")
    version: Attribute[str] = text("`-`", default=HEAD)
    document: Attribute[Mapping[str, Any]] = mapping("the campaign's document that it tries", default={})
    batch: Attribute[dict[str, Any]] = mapping(
        "the `Batch` that it looks at, as it would be stored", default={}
    )
    at: Attribute[str] = text("when", default="")
    expires: Attribute[int] = number("epoch seconds", default=0)


class DryRunPart(Part, table=CATALOGUE, hash_under="dry#"):
    """What one part of a dry run found so far."""

    found: Attribute[Mapping[str, int]] = mapping(
        "what would become of the texts, see `delivery.dry_run`", default={}
    )
    expires: Attribute[int] = number("epoch seconds", default=0)


class ErasureCopy(ErasureFacts, table=CATALOGUE, hash_under=ERASURES):
    """The copy of an `Erasure` of `conversations`: restoring one of the tables loses neither."""

    name: Attribute[str] = text("`forgotten`", default=ERASURES)
    version: Attribute[str] = text("the keyed hash", default="")


def document_key(name: str, number: int) -> Key:
    """Where one version of a document is."""
    return CATALOGUE.key(name, version_text(number))


def version_text(number: int) -> str:
    """A version's number as it is stored: versions sort as numbers do."""
    return f"v{number:08d}"


def audit_day(day: str) -> str:
    """What the audit entries of a UTC day (YYYY-MM-DD) are stored under."""
    return f"{AuditEntry.hash_under}{day}"


def slot_key(originator: str, lane: str) -> Key:
    """Where it says until when an originator's time is given away."""
    return CATALOGUE.key(f"{Slot.hash_under}{originator}", lane)


def run_key(day: str, campaign: str, name: str) -> Key:
    """Where the head of a run is; `name` is its zone or event."""
    return CATALOGUE.key(f"{RunHead.hash_under}{day}", f"{campaign}/{name}")


def batch_version(at: str, id: str) -> str:
    """The range key of a one-off send: they sort by their time (ISO in UTC)."""
    return f"{at}#{id}"


def list_key(id: str, piece: int) -> Key:
    """Where a piece of an uploaded list is."""
    return CATALOGUE.key(f"{ListPiece.hash_under}{id}", f"{piece:08d}")


def head_key(kind: type[Count] | type[DryRun], id: str) -> Key:
    """Where the head of a count or a dry run is, beside its parts."""
    return CATALOGUE.key(f"{kind.hash_under}{id}", HEAD)


def part_key(kind: type[Part], id: str, part: int) -> Key:
    """Where a numbered part of long work is."""
    return CATALOGUE.key(f"{kind.hash_under}{id}", f"{part:04d}")
