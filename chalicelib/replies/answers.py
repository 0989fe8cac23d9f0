"""What a reply does to the survey it answers: pure rules over the survey's row.

A survey asks for a rating (question 0), then for what its block lists under `questions`, one by one:
`{step, when: always | dissatisfied, options?}`; `step` names the text, and without `options` any words
are an answer.

    open, question 0   a rating      the score counts; the next question, or thanks
                       not me        closed, politely
                       unreadable    asked back once, the second time a person looks
                       words         asked back if they are few, else a person looks
    open, question 1.. words, choice kept; the next question, or thanks
    answered, closed   a rating      the first one counts; told so once. A worse one, and a correction, go to
                                     a person, and are told that
                       words         go to the person who has the case, if there is one
    expired            a rating      told that it is late, once; no score. A bad one goes to a person, and is
                                     told that instead
                       words         go to a person
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.campaigns.survey_block import SurveyBlock
from chalicelib.clock import iso
from chalicelib.replies.inbound import Inbound
from chalicelib.replies.normalise import normalise
from chalicelib.replies.reading import Reading
from chalicelib.replies.survey import Survey as Expected
from chalicelib.store.conversations import Statement, change_survey
from chalicelib.store.schema.base import Change
from chalicelib.store.schema.conversations import Survey

FEW = 6  # characters: words so short are a greeting or a slip rather than a complaint
REMEMBERED = 4  # earlier replies whose outcome a survey keeps, for messages that SQS brings again
_CORRECTS = re.compile(
    r"[打按点发选看写给填弄搞输记手](?:错|反|滑|误)|应该?是|改[成为一]|更正|纠正|本来(?:是|想|要)|原本|其实(?:是|想|要)|反过来"
    r"|\b(?:mean|meant|mis(?:take|typed?|read|clicked|pressed|sent)|typo|oops|correct(?:ion|ing)?|backwards?"
    r"|reversed|swapped|wrong (?:number|key|button|digit|one|way|score)|should(?:'ve| have)? (?:be|been)"
    r"|instead|by accident|accidentally|change (?:it|that|my|to)|not \d)\b"
)
RATING = "rating"  # the first question, where one is named
CORRECTED = "corrected"  # the automatic answer to a better score after the one that counts


@dataclass(frozen=True, slots=True)
class Answered:
    """What follows from a reply.

    `step` is the automatic answer to send, `question` the survey's own text to send next; "" for none.
    `person` says that somebody has to look at it.
    """

    step: str = ""
    question: str = ""
    person: bool = False
    change: Statement | None = None


def asked_now(block: SurveyBlock, question: int) -> Expected | None:
    """What the reader is to expect: the rating, a choice, or (None) any words."""
    if question == 0:
        return Expected.asked_by(block)
    options = block.questions[question - 1].options
    return Expected.choice(options) if options else None


def answer(survey: Survey, reading: Reading, inbound: Inbound, block: SurveyBlock, now: datetime) -> Answered:
    """What `reading` does to `survey`; the body of `inbound` is what the person said, without our own words.
    A reply that was applied before does the same, and changes nothing."""
    if survey.answered_by == inbound.id:
        return Answered(survey.then_step, survey.then_question, survey.then_person)
    if inbound.id in survey.processed_replies:
        return Answered(*survey.processed_replies[inbound.id])
    dissatisfied = reading.kind == "rating" and reading.score in block.dissatisfied
    if survey.status != "open" or iso(now) >= survey.expires_at:
        return _after_the_end(survey, reading, inbound, dissatisfied)
    if survey.question:
        return _further(survey, reading, inbound, block, now)
    match reading.kind:
        case "rating":
            scored = (Survey.score.to(reading.score), Survey.scored_at.to(iso(now)))
            # Who gave reasons with the score is not asked for them.
            said = {} if only_score(inbound.body) else {_first_open(block): inbound.body}
            return _next(survey, inbound, block, scored, said, now, dissatisfied=dissatisfied)
        case "choice":
            chosen = (Survey.choice.to(reading.choice or ""),)
            return _next(survey, inbound, block, chosen, {}, now, dissatisfied=False)
        case "not_me":
            closed = (Survey.status.to("closed"), Survey.reason.to("not_me"))
            return _changed(survey, inbound, *closed, step="not_me", ends=True)
    short = reading.kind == "ask" or len(inbound.body.strip()) <= FEW
    if short and not survey.asked_back:
        return _changed(survey, inbound, Survey.asked_back.to(RATING), step="ask")
    return _changed(survey, inbound, Survey.person_at.to(iso(now)), person=True)


def _after_the_end(survey: Survey, reading: Reading, inbound: Inbound, dissatisfied: bool) -> Answered:
    """A survey that has its answer, or its end. Words after a score, and a dissatisfied answer, always reach
    a person, and the subscriber is told so; others are told once that it is late or there already."""
    if survey.status == "closed" and not dissatisfied and reading.kind == "rating":
        return Answered()  # they said that they want no more, or are somebody else: nothing is sent
    late = survey.status in ("open", "expired")
    worded = not only_score(inbound.body)
    if reading.kind != "rating":
        words = reading.kind in ("text", "ask")
        return Answered(person=words and (late or survey.then_person))
    another = reading.score != survey.score
    corrected = another and (survey.then_person or corrects(inbound.body))
    person = corrected or (dissatisfied and (late or worded or another))
    if dissatisfied and person:
        return Answered(person=True)  # whoever follows it up says what happens next
    step = CORRECTED if corrected else "late" if late else "repeat"
    if step in survey.told or survey.score == reading.score:
        return Answered(person=person)
    return _changed(survey, inbound, Survey.told.to((*survey.told, step)), step=step, person=person)


def _further(
    survey: Survey, reading: Reading, inbound: Inbound, block: SurveyBlock, now: datetime
) -> Answered:
    question = block.questions[survey.question - 1]
    if question.options and reading.kind == "ask" and survey.asked_back != question.step:
        return _changed(survey, inbound, Survey.asked_back.to(question.step), step="ask")
    said = {question.step: (reading.choice or "") if reading.kind == "choice" else inbound.body}
    dissatisfied = survey.score in block.dissatisfied
    return _next(survey, inbound, block, (), said, now, dissatisfied=dissatisfied)


def _next(
    survey: Survey,
    inbound: Inbound,
    block: SurveyBlock,
    values: Sequence[Change],
    said: Mapping[str, str],
    now: datetime,
    *,
    dissatisfied: bool,
) -> Answered:
    """On to the next question that is for this subscriber and not answered already, or to the end."""
    answers = {**survey.answers, **{step: words for step, words in said.items() if step}}
    kept = [*values, *([Survey.answers.to(answers)] if answers else [])]
    for number, question in enumerate(block.questions, start=1):
        wanted = dissatisfied or question.always
        if number > survey.question and wanted and question.step not in answers:
            kept += [Survey.question.to(number), Survey.due.to(survey.expires_at)]
            return _changed(survey, inbound, *kept, question=question.step, person=dissatisfied)
    kept += [Survey.status.to("answered"), Survey.answered_at.to(iso(now))]
    return _changed(survey, inbound, *kept, step="thanks", person=dissatisfied, ends=True)


def _changed(
    survey: Survey,
    inbound: Inbound,
    *values: Change,
    step: str = "",
    question: str = "",
    person: bool = False,
    ends: bool = False,
) -> Answered:
    then = [
        Survey.then_step.to(step),
        Survey.then_question.to(question),
        Survey.then_person.to(person),
        Survey.answered_by.to(inbound.id),
    ]
    if before := survey.answered_by:  # its worker may have died before all that follows was done
        earlier = list(survey.processed_replies.items())[1 - REMEMBERED :]
        outcome = [survey.then_step, survey.then_question, survey.then_person]
        then.append(Survey.processed_replies.to({**dict(earlier), before: outcome}))
    return Answered(step, question, person, change_survey(survey, *values, *then, ends=ends))


def opted_out(survey: Survey) -> Statement:
    """Nobody who has said no is asked any further."""
    return change_survey(survey, Survey.status.to("closed"), Survey.reason.to("opted_out"), ends=True)


def _first_open(block: SurveyBlock) -> str:
    """The first question that any words answer; "" when there is none."""
    return next((one.step for one in block.questions if not one.options), "")


def corrects(body: str) -> bool:
    """Whether words say that the score before was a slip: "I meant 5", 打反了，应该是5."""
    return _CORRECTS.search(normalise(body).text) is not None


def only_score(body: str) -> bool:
    """Whether a rating came without words that say more: a score, a label, a courtesy."""
    return sum(character.isalpha() for character in body) <= FEW
