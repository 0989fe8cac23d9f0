"""A reply with everything that it was understood against, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.survey_block import SurveyBlock
from chalicelib.replies.inbound import Inbound
from chalicelib.replies.question import Question
from chalicelib.replies.reading import NOT_ME_BY_LETTER, Reading
from chalicelib.store.relationship import Conversation
from chalicelib.store.schema.conversations import Survey
from chalicelib.store.schema.subscribers import Subscriber

Ends = Literal["rule", "case", "inbox"]
"""Where a reply ends (invariant 12): applied by a stated rule, in a case, or in the inbox."""

UNCLEAR = "unclear"  # the automatic answer to a doubt outside a survey
COMPLAINT = "complaint"  # the automatic answer to a complaint: what happens next


@dataclass(frozen=True, slots=True)
class Talk:
    """What a reply is understood against."""

    whole: Conversation
    subscriber: Subscriber | None
    brand: str
    campaign: str  # of the text that is answered, "" when there is none
    category: str
    shown: str  # its words
    language: str  # the subscriber's; "" where only the brand can say
    keyed: Campaign | None  # that the reply starts by a keyword


def is_wrong_person(reading: Reading) -> bool:
    """Whether somebody says in words that they are not who was meant. A survey's own letter for that is an
    answer as any other: "not handled by me" says nothing about the number."""
    return reading.kind == "not_me" and reading.why != NOT_ME_BY_LETTER


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """A reply that was understood as far as it can be, for whoever follows it up."""

    inbound: Inbound
    said: str  # what the person wrote, without our own words
    reading: Reading
    question: Question
    person: bool  # a survey's answer that somebody has to look at
    doubt: bool  # it could not be read, and was asked back before or cannot be
    wordy: bool  # it says more than what it was read as
    block: SurveyBlock | None  # of the survey's campaign
    subscriber: Subscriber | None
    brand: str
    language: str
    keyed: bool  # it starts a campaign by a keyword
    at: datetime  # when it was received

    @property
    def survey(self) -> Survey | None:
        """The survey that it answers, as it was before the reply."""
        return self.question.survey

    @property
    def wrong_person(self) -> bool:
        """Whether they say that they are somebody else."""
        return is_wrong_person(self.reading)

    @property
    def dissatisfied(self) -> bool:
        """Whether it is a score that opens a case."""
        return self.block is not None and self.reading.score in self.block.dissatisfied


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What became of a reply that a person may have to see. `answer` is the automatic answer that tells the
    subscriber so, "" for none; `facts` what it, or the campaign of a keyword, may name."""

    ends: Ends = "rule"
    case_id: str = ""
    answer: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
