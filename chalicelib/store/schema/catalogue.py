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


class Document(Record, table=CATALOGUE, under="v"):
    """One version of a document: `campaign#usage-alert`, `brand#yuntong`, `plans`, `policy`."""

    name: Attribute[str] = text("the document's name")
    version: Attribute[str] = text("`v00000012`: versions sort as numbers do")
    document: Attribute[Mapping[str, Any]] = mapping("what it says")
    status: Attribute[str] = text("draft, review, approved, live, ended", default="")
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
    failing: Attribute[Mapping[str, str]] = mapping(
        "originator -> until when (ISO) it is spared and its backup takes over", default={}
    )

    def spared(self, now: str) -> frozenset[str]:
        """The originators that keep failing and are left alone at `now` (ISO); later they are tried again."""
        return frozenset(identity for identity, until in self.failing.items() if until > now)

    def holds_back(self, campaign: str) -> bool:
        """True while nothing of `campaign` may go out."""
        return self.paused_all or campaign in self.paused


class Names(Record, table=CATALOGUE, hash_under="names", under=HEAD):
    """The names of all documents, live or not."""

    name: Attribute[str] = text("`names`", default="names")
    version: Attribute[str] = text("`-`", default=HEAD)
    names: Attribute[frozenset[str]] = text_set("document names", default=frozenset())


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


class Run(Record, table=CATALOGUE, hash_under="runs#"):
    """The head of one run of the planner: one campaign, one zone or event, one local day."""

    name: Attribute[str] = text("`runs#<day>`")
    version: Attribute[str] = text("`<campaign>/<zone or event>`")
    run: Attribute[str] = text("`<campaign>/<zone or event>/<day>`")
    status: Attribute[str] = text("planned, then started once its message is out")
    shards: Attribute[int] = number("index partitions to read", default=0)
    at: Attribute[str] = text("when", default="")


class RunShard(Record, table=CATALOGUE, hash_under="run#"):
    """How far one index partition of a run was read."""

    name: Attribute[str] = text("`run#<id>`")
    version: Attribute[str] = text("the partition")
    jobs: Attribute[int] = number("texts that were asked for", default=0)
    cursor: Attribute[Mapping[str, Any] | None] = anything("where to go on", default=None)
    done: Attribute[bool] = flag("whether it was read to its end", default=False)
    at: Attribute[str] = text("when", default="")


class Batch(Record, table=CATALOGUE, hash_under=BATCHES):
    """The head of a one-off send."""

    name: Attribute[str] = text("`batches`")
    version: Attribute[str] = text("`<its time>#<id>`")
    id: Attribute[str] = text("the occasion of its texts")
    campaign: Attribute[str] = text("campaign id")
    at: Attribute[str] = text("when it is to begin")
    by: Attribute[str] = text("who planned it")
    source: Attribute[str] = text('"audience", or the id of a list', default="audience", always=True)
    parts: Attribute[int] = number("parts that it is worked off in", default=0)
    status: Attribute[str] = text("planned, started or cancelled", default="planned", always=True)
    started_at: Attribute[str] = text("when it began", default="")
    facts: Attribute[Mapping[str, Any]] = mapping("what its text may name", default={})


class BatchPart(Record, table=CATALOGUE, hash_under="batch#"):
    """How far one part of a one-off send is."""

    name: Attribute[str] = text("`batch#<id>`")
    version: Attribute[str] = text("`0007`")
    read: Attribute[int] = number("people looked at", default=0)
    unknown: Attribute[int] = number("entries of a list that are nobody", default=0)
    jobs: Attribute[int] = number("texts that were asked for", default=0)
    cursor: Attribute[Mapping[str, Any] | None] = anything("where to go on", default=None)
    done: Attribute[bool] = flag("whether it is finished", default=False)
    at: Attribute[str] = text("when", default="")


class ListPiece(Record, table=CATALOGUE, hash_under="list#"):
    """Five hundred entries of an uploaded list."""

    name: Attribute[str] = text("`list#<id>`")
    version: Attribute[str] = text("`00000003`")
    entries: Attribute[tuple[str, ...]] = sequence("subscriber ids, and numbers with +", default=())
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


class CountPart(Record, table=CATALOGUE, hash_under="count#"):
    """How far one part of a count is."""

    name: Attribute[str] = text("`count#<id>`")
    version: Attribute[str] = text("`0007`")
    people: Attribute[int] = number("in the audience, so far", default=0)
    read: Attribute[int] = number("looked at", default=0)
    units: Attribute[float] = number("read units", default=0)
    cursor: Attribute[Mapping[str, Any] | None] = anything("where to go on", default=None)
    done: Attribute[bool] = flag("whether it is finished", default=False)
    at: Attribute[str] = text("when", default="")
    expires: Attribute[int] = number("epoch seconds", default=0)


class DryRun(Record, table=CATALOGUE, hash_under="dry#", under=HEAD):
    """The head of a dry run of a one-off send."""

    name: Attribute[str] = text("`dry#<id>`")
    version: Attribute[str] = text("`-`", default=HEAD)
    document: Attribute[Mapping[str, Any]] = mapping("the campaign's document that it tries", default={})
    batch: Attribute[Mapping[str, Any]] = mapping("the batch that it looks at", default={})
    at: Attribute[str] = text("when", default="")
    expires: Attribute[int] = number("epoch seconds", default=0)


class DryRunPart(Record, table=CATALOGUE, hash_under="dry#"):
    """What one part of a dry run found so far."""

    name: Attribute[str] = text("`dry#<id>`")
    version: Attribute[str] = text("`0007`")
    found: Attribute[Mapping[str, int]] = mapping(
        "what would become of the texts, see `delivery.dry_run`", default={}
    )
    cursor: Attribute[Mapping[str, Any] | None] = anything("where to go on", default=None)
    done: Attribute[bool] = flag("whether it is finished", default=False)
    at: Attribute[str] = text("when", default="")
    expires: Attribute[int] = number("epoch seconds", default=0)


class ErasureCopy(ErasureFacts, table=CATALOGUE, hash_under=ERASURES):
    """The copy of an `Erasure` of `conversations`: restoring one of the tables loses neither."""

    name: Attribute[str] = text("`forgotten`", default=ERASURES)
    version: Attribute[str] = text("the keyed hash", default="")


def document_key(name: str, number: int) -> Key:
    """Where one version of a document is."""
    return CATALOGUE.key(name, f"v{number:08d}")


def part_key(head: str, part: int) -> Key:
    """Where part `part` of long work is whose head is under `head` (`count#<id>`)."""
    return CATALOGUE.key(head, f"{part:04d}")
