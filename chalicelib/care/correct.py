"""A person says what a reply means, where it was read as something else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.care.actions import Act
from chalicelib.care.care_codes import CareCode as Code
from chalicelib.care.changes import change, get
from chalicelib.care.current import current
from chalicelib.care.steps import CaseRefused, CaseStep
from chalicelib.clock import iso
from chalicelib.delivery import change_consent
from chalicelib.delivery.consent import scope_of
from chalicelib.delivery.drafting import policy_of
from chalicelib.store import conversations, transactions
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.cases import Case, reading_label
from chalicelib.store.schema.conversations import Reply, reply_key
from chalicelib.store.transactions import Write

MEANINGS = ("rating", "text", "opt_out")


def meant(case: Case, kind: str, score: int | None, read: Mapping[str, Any]) -> CaseStep:
    """The case when a reply that was `read` as something means `kind`: its score is that of the reply, or
    none where the reply that gave it was no rating. Refused (`kind`, `score`) for what cannot be."""
    if kind not in MEANINGS:
        raise CaseRefused(Code.NO_SUCH_MEANING, value=repr(kind), choices=tuple(MEANINGS))
    low, high = case.scale
    if kind == "rating" and (score is None or not low <= score <= high):
        raise CaseRefused(Code.SCORE_OUTSIDE, low=low, high=high)
    before = read.get("score")
    after = score if kind == "rating" else None if case.score == before else case.score
    data = {"from": _said(str(read.get("kind", "")), before), "to": _said(kind, score)}
    note = f"{data['from']} → {data['to']}"
    return CaseStep(replace(case, score=after, unread=False), "corrected", note, data)


def correct(case_id: str, item: str, kind: str, score: int | None, act: Act) -> Case:
    """A reply of the case's number (`item`: its `mo#` key) means `kind`, with `score` for a rating.

    The reply shows both readings from then on, and what was said is kept as a label that
    `ringback replies corrections` exports to measure the rules by. An `opt_out` holds at once, in the scope
    that the brand gives to a bare STOP. The survey's own answer stays counted as it came. Raises what
    actions raise, and Refused when there is no such reply.
    """
    case = get(case_id)
    key = reply_key(case.msisdn, item.removeprefix(Reply.under))
    reply = conversations.find(Reply, [key]).get(key) if item.startswith(Reply.under) else None
    if reply is None:
        raise CaseRefused(Code.REPLY_NOT_KEPT)
    read = {name: value for name, value in reply.reading.items() if name != "was"}
    meant(case, kind, score, read)  # refused before anything is done
    if kind == "opt_out":
        _opt_out(case, reply, act)

    def label(_: Case) -> Sequence[Write]:
        said = reading_label(
            case_id,
            item.removeprefix(Reply.under),
            body=reply.body,
            campaign=case.campaign,
            kind=kind,
            score=score,
            by=act.by,
            at=iso(act.now),
        )
        return [transactions.put(said)]

    after = change(
        case_id,
        lambda case: meant(case, kind, score, read),
        by=act.by,
        now=act.now,
        revision=act.revision,
        once=act.once,
        also=label,
    )
    reading: dict[str, Any] = {"kind": kind, "why": f"said by {act.by}", "was": read}
    if kind == "rating":
        reading["score"] = score
    conversations.write_surely([conversations.update(key, Reply.reading.to(reading))])
    return after


def _opt_out(case: Case, reply: Reply, act: Act) -> None:
    settings = current()
    brand = settings.live.brands.get(case.brand)
    campaign = settings.live.campaigns.get(case.campaign)
    kind: Any = brand.opt_out_scope if brand and campaign else "all"
    change_consent.opt_out(
        case.msisdn,
        scope_of(case.brand or "*", kind, campaign.category if campaign else "", case.campaign),
        at=act.now,
        how="console",
        words=reply.body,
        proof_id=reply.item.removeprefix(Reply.under),
        policy=policy_of(settings.live),
    )


def _said(kind: str, score: int | None) -> str:
    return f"{kind} {score}" if kind == "rating" else kind
