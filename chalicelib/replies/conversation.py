"""What a reply is read in: the texts last sent to its number, and what the last question was.

The caller collects both from the conversation; the reader only looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Asked(StrEnum):
    """What the last text that asks or tells something was."""

    NOTHING = "nothing"  # nothing was sent that a reply could be about
    INVITATION = "invitation"
    REMINDER = "reminder"
    RE_ASK = "re_ask"  # "please reply with one number", after a reply that could not be read
    FURTHER_QUESTION = "further_question"
    RE_CHECK = "re_check"
    AGENT_TEXT = "agent_text"  # written by a person: what follows is conversation, no answer to a survey
    NOTICE = "notice"  # an alert, a greeting, an offer: asks for nothing


@dataclass(frozen=True, slots=True)
class SentText:
    """One MT as it went out, signature and opt-out hint included. `sent_at` is an aware time."""

    body: str
    asked: Asked
    sent_at: datetime
    language: str = ""
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """`sent`: the last few texts to the number, of 30 days at most, in any order."""

    asked: Asked = Asked.NOTHING
    sent: tuple[SentText, ...] = ()


NO_CONTEXT = Context()
