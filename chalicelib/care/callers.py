"""What a caller or a letter says about the texts: a no or a yes that care records, with proof and by whom.

A no holds from when it is recorded; a yes from when it was said, so that a no that came after it stands.
Whoever recorded it may take it back for a short while, as a slip of the finger: both stay in the proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, get_args

from chalicelib.campaigns.campaign import CATEGORIES
from chalicelib.care.actions import Act
from chalicelib.care.care_codes import CareCode as Code
from chalicelib.care.current import Current, current
from chalicelib.care.steps import CaseRefused
from chalicelib.clock import iso, parse
from chalicelib.delivery import change_consent
from chalicelib.delivery.consent import EVERY_BRAND, Staff, scope_of
from chalicelib.delivery.drafting import policy_of
from chalicelib.delivery.policy import Kind
from chalicelib.store import audit, subscribers
from chalicelib.store.records import mask
from chalicelib.store.schema.cases import Case
from chalicelib.store.schema.conversations import ConsentProof

ConsentWord = Literal["opt_out", "opt_in"]
WHATS: tuple[ConsentWord, ...] = get_args(ConsentWord)
CallerWay = Literal["call", "letter", "shop"]
HOWS: tuple[CallerWay, ...] = get_args(CallerWay)
UNDO_FOR = timedelta(minutes=2)  # as long as the page says that it is recorded
OLDEST = timedelta(days=366)  # a letter that was written before is of another time


@dataclass(frozen=True, slots=True)
class Word:
    """What was said. `scope` of a no is `all`, `category:marketing` or `campaign:usage-alert`."""

    what: ConsentWord
    brand: str  # a brand's id, or `*`
    scope: str
    how: CallerWay
    said_on: date
    words: str


def word_from(form: Mapping[str, str], now: datetime, settings: Current) -> Word:
    """What a form says. Raises CaseRefused for what is missing or is none."""
    what, how, brand, scope = (form.get(name, "").strip() for name in ("what", "how", "brand", "scope"))
    if what not in WHATS:
        raise CaseRefused(Code.NO_SUCH_WORD, choices=WHATS)
    if how not in HOWS:
        raise CaseRefused(Code.NO_SUCH_WAY, choices=HOWS)
    if brand not in (EVERY_BRAND, *settings.live.brands):
        raise CaseRefused(Code.NO_SUCH_BRAND_HERE, value=repr(brand), choices=sorted(settings.live.brands))
    if scope not in scopes(settings):
        raise CaseRefused(Code.NO_SUCH_SCOPE, value=repr(scope))
    words = form.get("text", "").strip()
    if not words:
        raise CaseRefused(Code.CONSENT_WITHOUT_WORDS)
    return Word(WHATS[WHATS.index(what)], brand, scope, HOWS[HOWS.index(how)], _day(form, now), words)


def scopes(settings: Current) -> list[str]:
    """How far a no may reach: everything, what an opt-out stops of the categories, a campaign."""
    policy = policy_of(settings.live)
    stopped = [one for one in CATEGORIES if policy.categories[one].stopped_by]
    campaigns = [one.id for one in settings.live.by_priority() if one.category in stopped]
    return ["all", *(f"category:{one}" for one in stopped), *(f"campaign:{one}" for one in sorted(campaigns))]


def _day(form: Mapping[str, str], now: datetime) -> date:
    given = form.get("said_on", "").strip()
    try:
        day = date.fromisoformat(given) if given else now.date()
    except ValueError:
        raise CaseRefused(Code.NOT_SAID_ON, value=repr(given)) from None
    # The agent's calendar may be a day ahead of UTC's.
    if not now.date() - OLDEST <= day <= now.date() + timedelta(days=1):
        raise CaseRefused(Code.NOT_SAID_ON, value=repr(given))
    return day


def record(case: Case, form: Mapping[str, str], act: Act, role: str) -> None:
    """Record what the subscriber of a case said. Safe to repeat with the same form. Raises CaseRefused."""
    if not case.msisdn:
        raise CaseRefused(Code.NO_NUMBER_TO_RECORD)
    settings = current()
    word = word_from(form, act.now, settings)
    who = subscribers.get(case.subscriber) if case.subscriber else None
    said: dict[str, Any] = {
        "how": word.how,
        "words": word.words,
        "proof_id": f"care-{act.once}",
        "policy": policy_of(settings.live),
        "whose": change_consent.whose_of(who, settings.live.brands.get(case.brand)),
        "staff": Staff(act.by, act.now, word.said_on.isoformat()),
    }
    if word.what == "opt_in":
        earlier = datetime.combine(word.said_on, time(), UTC)
        at = act.now if word.said_on >= act.now.date() else earlier
        change_consent.opt_in(case.msisdn, word.brand, at=at, **said)
    else:
        kind, _, detail = word.scope.partition(":")
        kinds: Mapping[str, Kind] = {"all": "all", "category": "category", "campaign": "campaign"}
        scope = scope_of(word.brand, kinds[kind], detail, detail)
        change_consent.opt_out(case.msisdn, scope, at=act.now, **said)
    _audit(case, act, role, word.what, {"brand": word.brand, "scope": word.scope, "how": word.how})


def undoable(proofs: Iterable[ConsentProof], who: str, now: datetime) -> ConsentProof | None:
    """The proof that `who` may take back: the number's last, made by them a moment ago."""
    known = list(proofs)
    last = max(known, key=lambda one: one.recorded_at or one.at, default=None)
    if last is None or last.by != who or last.what not in WHATS:
        return None
    if any(one.corrects == last.item for one in known):
        return None
    return last if now - parse(last.recorded_at) <= UNDO_FOR else None


def undo(case: Case, proofs: Iterable[ConsentProof], act: Act, role: str) -> None:
    """Take back what this person recorded last. Raises CaseRefused when it is too late, or not theirs."""
    last = undoable(proofs, act.by, act.now)
    if last is None:
        raise CaseRefused(Code.CONSENT_NOT_UNDONE)
    settings = current()
    who = subscribers.get(case.subscriber) if case.subscriber else None
    whose = change_consent.whose_of(who, settings.live.brands.get(case.brand))
    done = change_consent.correct(last, by=act.by, at=act.now, policy=policy_of(settings.live), whose=whose)
    if not done:
        raise CaseRefused(Code.CONSENT_CHANGED_SINCE)
    _audit(case, act, role, "correction", {"corrects": last.item})


def _audit(case: Case, act: Act, role: str, what: str, after: Mapping[str, str]) -> None:
    audit.record(
        by=act.by,
        role=role,
        action="consent",
        what=f"{mask(case.msisdn)} ({case.case_id})",
        before=None,
        after={"what": what, **after},
        at=iso(act.now),
    )
