"""`ringback consent`: what a number has said no to, and changing it on somebody's word."""

from __future__ import annotations

import getpass
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from chalicelib import clock
from chalicelib.commands.place import stack
from chalicelib.commands.progress import progress
from chalicelib.commands.shared import _, emit, language
from chalicelib.i18n.problems import placed
from chalicelib.intake.msisdn import e164
from chalicelib.intake.values import BadField

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.campaigns.live import Live
    from chalicelib.delivery.policy import Policy

BRAND = click.option(
    "--brand", default="*", show_default=True, help="The brand it is about; * is every brand."
)
BY = click.option("--by", default=getpass.getuser, help="Who records it.  [default: your user name]")
WORDS = click.option(
    "--words", required=True, help="What the subscriber said, and to whom: this is the proof."
)


@click.group()
def consent() -> None:
    """Opt-outs, opt-ins and the red list of a number. Only an explicit opt-in restores consent."""


@consent.command()
@click.argument("msisdn")
def show(msisdn: str) -> None:
    """The opt-outs that hold for a number, and every proof of what was said."""
    stack()
    from chalicelib.store import conversations
    from chalicelib.store.relationship import proofs_of

    number = _number(msisdn)
    state = conversations.state(number)
    emit(
        {
            "msisdn": number,
            "roster": state.roster,
            "optouts": state.optouts,
            "proofs": [
                {
                    "what": one.what,
                    "scope": one.scope,
                    "how": one.how,
                    "words": one.words,
                    "shown": one.shown,
                    "at": one.at,
                    "by": one.by,
                    "said_on": one.said_on,
                    "corrects": one.corrects,
                    "keep_until": one.keep_until,
                }
                for one in proofs_of(number)
            ],
        }
    )


@consent.command("opt-out")
@click.argument("msisdn")
@BRAND
@click.option("--category", default="", help="Only texts of this category, such as marketing.")
@click.option("--campaign", default="", help="Only texts of this campaign.")
@WORDS
@BY
def opt_out(msisdn: str, brand: str, category: str, campaign: str, words: str, by: str) -> None:
    """Record a no that was said on the phone, in a shop, in a letter."""
    stack()
    from chalicelib.delivery import change_consent
    from chalicelib.delivery.consent import Staff, scope_of

    if category and campaign:
        raise click.UsageError(_("--category and --campaign exclude each other: a no has one scope"))
    kind: Any = "category" if category else "campaign" if campaign else "all"
    number, current, now = _number(msisdn), _current(), clock.now()
    _known(current, brand, category, campaign)
    scope = scope_of(brand, kind, category, campaign)
    new = change_consent.opt_out(
        number,
        scope,
        at=now,
        how="console",
        words=words,
        proof_id=uuid4().hex,
        policy=_policy(current),
        staff=Staff(by, now),
    )
    _note(by, "opt_out", number, scope, now)
    emit({"scope": scope, "new": new, "by": by})


@consent.command("opt-in")
@click.argument("msisdn")
@BRAND
@WORDS
@BY
def opt_in(msisdn: str, brand: str, words: str, by: str) -> None:
    """Record an explicit yes. It lifts the number's opt-outs for the brand, not the red list."""
    stack()
    from chalicelib.delivery import change_consent
    from chalicelib.delivery.consent import Staff

    number, current, now = _number(msisdn), _current(), clock.now()
    _known(current, brand)
    change_consent.opt_in(
        number,
        brand,
        at=now,
        how="console",
        words=words,
        proof_id=uuid4().hex,
        policy=_policy(current),
        staff=Staff(by, now),
    )
    _note(by, "opt_in", number, f"{brand}|all", now)
    emit({"scope": f"{brand}|all", "restored": True, "by": by})


@consent.command("red-list")
@click.argument("numbers", type=click.File("r"), metavar="FILE")
@BRAND
@click.option("--off", is_flag=True, help="Take the numbers off the list.")
@BY
def red_list(numbers: Any, brand: str, off: bool, by: str) -> None:
    """Numbers that never get any marketing: FILE holds one a line, - is stdin. Nothing is changed when a
    line is no number."""
    stack()
    from chalicelib.delivery import change_consent
    from chalicelib.delivery.consent import Staff

    wanted = [(line, text.strip()) for line, text in enumerate(numbers, 1) if text.strip()]
    found = [_number(text, line) for line, text in wanted]
    now, current = clock.now(), _current()
    _known(current, brand)
    policy = _policy(current)
    with progress(len(found), _("numbers")) as advance:
        for number in found:
            change_consent.red_list(
                number,
                brand,
                on=not off,
                at=now,
                how="import",
                proof_id=uuid4().hex,
                policy=policy,
                staff=Staff(by, now),
            )
            advance(1)
    _note(by, "redlist_off" if off else "redlist_on", f"{len(found)} MSISDN", f"{brand}|redlist", now)
    emit({"numbers": len(found), "brand": brand, "on": not off, "by": by})


def _known(current: Live, brand: str, category: str = "", campaign: str = "") -> None:
    """Refuse what would stop nothing: what is no brand, category or campaign, or what no opt-out stops."""
    policy = _policy(current)
    stopped = [name for name, one in policy.categories.items() if one.stopped_by]
    if brand not in ("*", *current.brands):
        choices = ", ".join(("*", *sorted(current.brands)))
        raise click.BadParameter(_("`%(name)s` is no brand: use %(choices)s", name=brand, choices=choices))
    if category and category not in stopped:
        choices = ", ".join(stopped)
        raise click.BadParameter(
            _("`%(name)s` is no category that a no stops: use %(choices)s", name=category, choices=choices)
        )
    if campaign and campaign not in current.campaigns:
        choices = ", ".join(sorted(current.campaigns))
        raise click.BadParameter(
            _("`%(name)s` is no live campaign: use %(choices)s", name=campaign, choices=choices)
        )
    if campaign and current.campaigns[campaign].category not in stopped:
        kind = current.campaigns[campaign].category
        words = _(
            "`%(name)s` is of the category `%(kind)s`, which no opt-out stops", name=campaign, kind=kind
        )
        raise click.BadParameter(words)


def _note(by: str, what: str, whom: str, scope: str, now: datetime) -> None:
    """Put it in the audit trail."""
    from chalicelib.store import audit
    from chalicelib.store.records import masked_in

    audit.record(
        by=by,
        role="command",
        action="consent",
        what=masked_in(whom),
        before=None,
        after={"what": what, "scope": scope},
        at=clock.iso(now),
    )


def _number(text: str, line: int = 0) -> str:
    try:
        return e164("msisdn", text)
    except BadField as bad:
        raise click.ClickException(placed(replace(bad.problem, line=line), language())) from None


def _current() -> Live:
    from chalicelib.campaigns.live import live
    from chalicelib.store import catalogue

    return live(catalogue.control())


def _policy(current: Live) -> Policy:
    from chalicelib.delivery.drafting import policy_of

    return policy_of(current)
