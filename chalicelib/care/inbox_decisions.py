"""What a person makes of a reply in the inbox: a case, nothing, the no that it was, or the right
person after all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

from chalicelib.care import actions, arrivals
from chalicelib.care.actions import Act
from chalicelib.care.current import current
from chalicelib.clock import iso
from chalicelib.delivery import change_consent
from chalicelib.delivery.drafting import policy_of
from chalicelib.delivery.refusal import meant, refused
from chalicelib.delivery.wrong_person import the_right_one
from chalicelib.store import conversations, inbox, subscribers
from chalicelib.store.schema.base import Key
from chalicelib.store.schema.cases import Case
from chalicelib.store.schema.conversations import Reply, reply_key

Handled = Literal["case", "nothing", "opt_out", "right_person"]
WAYS: tuple[Handled, ...] = get_args(Handled)


def ways(reply: Reply) -> Sequence[Handled]:
    """What may be made of a reply; that it is the right person after all, of one that denies it."""
    return [one for one in WAYS if one != "right_person" or reply.reading.get("kind") == "not_me"]


class Gone(LookupError):
    """The reply is not there, or somebody else has dealt with it."""


def find(msisdn: str, inbound_id: str) -> Reply:
    """One reply. Raises Gone."""
    key: Key = reply_key(msisdn, inbound_id)
    found = conversations.find(Reply, [key]).get(key)
    if found is None:
        raise Gone(inbound_id)
    return found


def deal_with(reply: Reply, how: Handled, by: str, now: datetime) -> str:
    """Deal with a reply; the id of its case where it becomes one, else "". Safe to repeat. Raises Gone."""
    if reply.inbox != inbox.UNHANDLED:
        raise Gone(reply.item)
    case_id = ""
    if how == "case":
        case_id = _make_case(reply, now).case_id
    elif how == "opt_out":
        _opt_out(reply, now)
    elif how == "right_person":
        the_right_one(reply.msisdn)
    if not inbox.handle(reply, how, by, iso(now), case_id):
        raise Gone(reply.item)
    return case_id


def answer(reply: Reply, text: str, by: str, now: datetime) -> str:
    """Answer a reply by SMS; the id of the case that it becomes, which `by` has from then on. Safe to repeat.

    Raises Gone, and Refused for a text that cannot be sent, before anything is done.
    """
    if reply.inbox != inbox.UNHANDLED:
        raise Gone(reply.item)
    actions.check_answer(text)
    case_id = _make_case(reply, now).case_id
    actions.answer(case_id, text, Act(by, now, once=f"inbox-{reply.item}"))
    if not inbox.handle(reply, "case", by, iso(now), case_id):
        raise Gone(reply.item)
    return case_id


def _make_case(reply: Reply, now: datetime) -> Case:
    who = subscribers.get(reply.subscriber) if reply.subscriber else None
    inbound_id = reply.item.removeprefix(Reply.under)
    return arrivals.open_or_join(
        subscriber_id=reply.subscriber,
        msisdn=reply.msisdn,
        brand=reply.brand,
        complaint=f"sms-{inbound_id}",
        inbound_id=inbound_id,
        now=now,
        words=reply.body,
        tier=who.tier if who else "",
        region=who.region if who else "",
        language=who.language if who else "",
        name=who.name if who else "",
        campaign=reply.campaign,
    )


def _opt_out(reply: Reply, now: datetime) -> None:
    """Record the no as far as the brand's rule reaches."""
    settings = current()
    brand = settings.live.brands.get(reply.brand)
    campaign = settings.live.campaigns.get(reply.campaign)
    who = subscribers.get(reply.subscriber) if reply.subscriber else None
    policy, whose = policy_of(settings.live), change_consent.whose_of(who, brand)
    known = bool(reply.campaign) or (who is not None and who.brand == reply.brand)
    everywhere = policy.holds_for_every_brand(reply.msisdn, whose.region, now)
    for scope, proof_id in refused(
        reply.item.removeprefix(Reply.under),
        ()
        if everywhere
        else meant(brand if known else None, reply.to, settings.live.brands, settings.live.some_brand_unread),
        None,
        campaign.category if campaign else "",
        reply.campaign,
    ):
        change_consent.opt_out(
            reply.msisdn,
            scope,
            at=now,
            how="console",
            words=reply.body,
            proof_id=proof_id,
            policy=policy,
            whose=whose,
        )
