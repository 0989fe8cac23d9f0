"""A version's text on the phone of whoever writes it, and on no other's.

A phone is somebody's own once they typed the code that it was sent. The text is about nobody: its person is
made up. What the number has said no to does not go there, and a day has an end.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

from chalicelib import queues
from chalicelib.campaigns import meter
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.facts import made_up_subscriber
from chalicelib.campaigns.live import Live, live
from chalicelib.clock import iso
from chalicelib.console.beside import words_beside
from chalicelib.console.campaigns import TYPED, campaign_page, read_of, version_of
from chalicelib.console.frame import MARKETING, NotHere, Page, Redirect, Route, Visit
from chalicelib.console.preview import prices
from chalicelib.console.trail import noted
from chalicelib.delivery import consent
from chalicelib.delivery.drafting import policy_of
from chalicelib.i18n.problems import placed, words
from chalicelib.i18n.translations import N_, languages, say
from chalicelib.intake.msisdn import e164
from chalicelib.intake.values import BadField
from chalicelib.store import catalogue, conversations, own_phones
from chalicelib.store.records import Brand, mask

TRIED_FOR = timedelta(hours=1)  # how long a text to one's own phone is worth sending
CODE = N_("%(code)s is your code for test texts of Ringback. If you did not ask for it, do nothing.")


def try_out(visit: Visit) -> Page | Redirect:
    """Send a version's text to one's own phone, which is asked for a code the first time."""
    version, _ = version_of(visit)
    read = read_of(version.document)
    if read is None:
        raise NotHere
    try:
        to = e164("number", visit.form.get("number", ""))
    except BadField as error:
        return _said(visit, words(error.problem, visit.language))
    current = live(catalogue.control())
    brand = _brand(read, to, current)
    if brand is None:
        return _said(visit, say("No brand of this campaign can text this number.", visit.language))
    if consent.stopped_by(conversations.state(to), brand.id, read.category, read.id, policy_of(current)):
        return _said(visit, say("This number has said no to such texts: nothing is sent.", visit.language))
    if not own_phones.is_own(to, visit.subject, visit.now):
        typed = visit.form.get("code", "").strip()
        if not typed:
            return _ask(visit, to, brand)
        if not own_phones.confirm(to, visit.subject, typed, visit.now):
            wrong = N_("This is not the code, or it is too old. Leave the field empty for a new one.")
            return _said(visit, say(wrong, visit.language), asked=True)
        _note(visit, "own_phone", {"number": mask(to)})
    return _send(visit, read, to, brand, current)


def _send(visit: Visit, read: Campaign, to: str, brand: Brand, current: Live) -> Page | Redirect:
    version, _ = version_of(visit)
    asked = visit.form.get("step") or read.first_step
    language = visit.form.get("language", "")
    nobody = made_up_subscriber(to, brand.id, language if language in languages() else brand.default_language)
    filled, unfilled = meter.fill_all(read, asked, [nobody], current, prices(), visit.now, nobody.language)
    if not filled:
        return _said(visit, *(placed(one.problem, visit.language) for one in unfilled))
    if not own_phones.take_test(visit.subject, visit.now):
        most = say("%(n)s test texts a day are the most.", visit.language, n=own_phones.TESTS_A_DAY)
        return _said(visit, most)
    queues.send_jobs([meter.trial_job(filled[0], to, uuid.uuid4().hex, iso(visit.now + TRIED_FOR))])
    _note(visit, "test_send", {"step": asked, "number": mask(to)})
    done = say("The text is on its way to your phone.", visit.language)
    here = f"/campaigns/{version.campaign}?version={version.number}"
    return Redirect(here, done, words_beside(visit.form, [one for one in TYPED if one != "code"]))


def _ask(visit: Visit, to: str, brand: Brand) -> Page:
    """Send a code to a phone, to see that it is in the hand of the one who asks."""
    if not own_phones.take_code(visit.subject, visit.now):
        most = say("%(n)s codes a day are the most.", visit.language, n=own_phones.CODES_A_DAY)
        return _said(visit, most)
    code = f"{secrets.randbelow(10**6):06d}"
    own_phones.ask(to, visit.subject, code, visit.now)
    words = say(CODE, visit.language, code=code)
    text = meter.plain(words, visit.language, made_up_subscriber(to, brand.id, visit.language), brand)
    until = iso(visit.now + own_phones.CODE_FOR)
    queues.send_jobs([meter.trial_job(text, to, uuid.uuid4().hex, until)])
    _note(visit, "test_code", {"number": mask(to)})
    sent = N_("A code is on its way to this phone: type it below, then send the test again.")
    return _said(visit, say(sent, visit.language), asked=True, status=200)


def _brand(read: Campaign, to: str, current: Live) -> Brand | None:
    """A brand that the campaign is for and that has an originator for the number."""
    wanted = (one for one in sorted(current.brands) if read.brand in ("*", one))
    return next((current.brands[one] for one in wanted if current.brands[one].originator_for(to)), None)


def _note(visit: Visit, action: str, after: dict[str, str]) -> None:
    version, _ = version_of(visit)
    noted(visit, action, f"{version.name} v{version.number}", after=after)


def _said(visit: Visit, *words: str, asked: bool = False, status: int = 422) -> Page:
    return campaign_page(visit, list(words), status, code_asked=asked)


ROUTES = (Route("POST", "/campaigns/{id}/test", MARKETING, try_out),)
