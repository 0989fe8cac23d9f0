"""`ringback consent`: what a number has said no to, and changing it on somebody's word."""

from __future__ import annotations

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
    from chalicelib.delivery.policy import Policy

BRAND = click.option(
    "--brand", default="*", show_default=True, help="The brand it is about; * is every brand."
)
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
def opt_out(msisdn: str, brand: str, category: str, campaign: str, words: str) -> None:
    """Record a no that was said on the phone, in a shop, in a letter."""
    stack()
    from chalicelib.delivery import change_consent
    from chalicelib.delivery.consent import scope_of

    if category and campaign:
        raise click.UsageError(_("--category and --campaign exclude each other: a no has one scope"))
    kind: Any = "category" if category else "campaign" if campaign else "all"
    now = clock.now()
    scope = scope_of(brand, kind, category, campaign)
    new = change_consent.opt_out(
        _number(msisdn), scope, at=now, how="console", words=words, proof_id=uuid4().hex, policy=_policy()
    )
    emit({"scope": scope, "new": new})


@consent.command("opt-in")
@click.argument("msisdn")
@BRAND
@WORDS
def opt_in(msisdn: str, brand: str, words: str) -> None:
    """Record an explicit yes. It lifts the number's opt-outs for the brand, not the red list."""
    stack()
    from chalicelib.delivery import change_consent

    now = clock.now()
    change_consent.opt_in(
        _number(msisdn), brand, at=now, how="console", words=words, proof_id=uuid4().hex, policy=_policy()
    )
    emit({"scope": f"{brand}|all", "restored": True})


@consent.command("red-list")
@click.argument("numbers", type=click.File("r"), metavar="FILE")
@BRAND
@click.option("--off", is_flag=True, help="Take the numbers off the list.")
def red_list(numbers: Any, brand: str, off: bool) -> None:
    """Numbers that never get any marketing: FILE holds one a line, - is stdin. Nothing is changed when a
    line is no number."""
    stack()
    from chalicelib.delivery import change_consent

    wanted = [(line, text.strip()) for line, text in enumerate(numbers, 1) if text.strip()]
    found = [_number(text, line) for line, text in wanted]
    now, policy = clock.now(), _policy()
    with progress(len(found), _("numbers")) as advance:
        for number in found:
            change_consent.red_list(
                number, brand, on=not off, at=now, how="import", proof_id=uuid4().hex, policy=policy
            )
            advance(1)
    emit({"numbers": len(found), "brand": brand, "on": not off})


def _number(text: str, line: int = 0) -> str:
    try:
        return e164("msisdn", text)
    except BadField as bad:
        raise click.ClickException(placed(replace(bad.problem, line=line), language())) from None


def _policy() -> Policy:
    from chalicelib.campaigns.live import live
    from chalicelib.delivery.drafting import policy_of
    from chalicelib.store import catalogue

    return policy_of(live(catalogue.control()))
