"""Which of our texts a reply answers, worked out from the whole conversation with a number. Pure.

    the text that the network names (`previousPublishedMessageId`), whatever its step
    else the last text that asks something: an open survey's, or an agent's
    else the last text that went out: a survey that has ended takes what comes before anything else is sent

Automatic answers ask nothing, but for the one that asks a survey's question again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.campaigns.campaign import INVITATION, REMINDER
from chalicelib.clock import iso, parse
from chalicelib.job import mt_parts
from chalicelib.replies.conversation import Asked, Context, SentText
from chalicelib.store.relationship import Conversation
from chalicelib.store.schema.conversations import Survey, Text

AUTOMATIC = "automatic"  # the campaign whose steps are the automatic answers
RE_ASK = "ask"  # its step that asks a survey's question again
AGENTS = "care"  # the campaign of what agents write; its occasion is "<case id>/<n>"
RECHECK = "recheck-survey"  # its occasion is "<case id>/<level>"
WENT_OUT = frozenset({"sending", "handed_over", "sent", "delivered", "in_doubt"})  # or may be about to
LAST_TEXTS = 40  # of them our own words are looked for in a reply; a bound, not a choice: any may be quoted
LOOK_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Question:
    """What a reply answers. `text` is the one it is about, None where nothing was sent; `survey` the one it
    counts for, if any; `case_id` the case that an agent wrote from."""

    asked: Asked = Asked.NOTHING
    text: Text | None = None
    survey: Survey | None = None
    case_id: str = ""


NOTHING = Question()


def question(talk: Conversation, previous: str, now: datetime, count_for: timedelta) -> Question:
    """What a reply that comes at `now` answers; `previous` is the message id that the network names, "" for
    none. For `count_for` after its end a survey still takes an answer, a late one."""
    went_out = sorted(_went_out(talk, now), key=_moment, reverse=True)
    named = next((one for one in went_out if previous and one.message_id == previous), None)
    if named is not None and (found := _of_text(named, talk, now, count_for)).asked is not Asked.NOTHING:
        return found
    every = (_of_text(one, talk, now, count_for) for one in went_out)
    asking = [found for found in every if found.asked is not Asked.NOTHING]
    for found in asking:
        if found.asked is Asked.AGENT_TEXT or (found.survey and is_open(found.survey, now)):
            return found
    return asking[0] if asking else NOTHING


def context(talk: Conversation, found: Question, now: datetime, count_for: timedelta) -> Context:
    """The same for the reader: what was asked, and the last texts that were handed off, whatever the network
    says became of them: one that is called undelivered may be on the phone all the same."""
    since = iso(now - LOOK_BACK)
    handed = [
        one
        for one in (*talk.texts, *talk.texts_before)
        if one.claimed_at and one.body and _moment(one) >= since
    ]
    handed.sort(key=_moment, reverse=True)
    sent = []
    for one in handed[:LAST_TEXTS]:
        asked = _of_text(one, talk, now, count_for).asked
        sent.append(SentText(one.body, asked, parse(_moment(one)), one.language, one.campaign))
    return Context(found.asked, tuple(sent))


def is_open(survey: Survey, now: datetime) -> bool:
    """Whether an answer to the survey counts as one that is in time."""
    return survey.status == "open" and iso(now) < survey.expires_at


def _went_out(talk: Conversation, now: datetime) -> Iterator[Text]:
    since = iso(now - LOOK_BACK)
    return (one for one in talk.texts if one.status in WENT_OUT and _moment(one) >= since and one.body)


def _moment(text: Text) -> str:
    return text.sent_at or text.claimed_at


def _of_text(text: Text, talk: Conversation, now: datetime, count_for: timedelta) -> Question:
    campaign, subscriber, occasion, step = mt_parts(text.item)
    if campaign == AUTOMATIC:
        survey = _asked_again(occasion, talk) if step == RE_ASK else None
        return Question(Asked.RE_ASK, text, survey) if survey and _takes(survey, now, count_for) else NOTHING
    if campaign == AGENTS:
        return Question(Asked.AGENT_TEXT, text, case_id=occasion.split("/")[0])
    survey = next(
        (
            one
            for one in talk.surveys
            if (one.campaign, one.subscriber, one.occasion) == (campaign, subscriber, occasion)
        ),
        None,
    )
    if survey is None or not _takes(survey, now, count_for):
        return Question(Asked.NOTICE, text)
    if campaign == RECHECK and step == INVITATION:
        return Question(Asked.RE_CHECK, text, survey)
    return Question(_KINDS.get(step, Asked.FURTHER_QUESTION), text, survey)


_KINDS: Mapping[str, Asked] = {INVITATION: Asked.INVITATION, REMINDER: Asked.REMINDER}


def _asked_again(inbound_id: str, talk: Conversation) -> Survey | None:
    """The survey whose question was asked again after a reply."""
    about = next((one.about for one in talk.replies if one.item.partition("#")[2] == inbound_id), "")
    return next((one for one in talk.surveys if one.item == about), None)


def _takes(survey: Survey, now: datetime, count_for: timedelta) -> bool:
    """Whether a survey still takes an answer, be it a late one."""
    ended = survey.answered_at or survey.expires_at
    return not ended or now < parse(ended) + count_for
