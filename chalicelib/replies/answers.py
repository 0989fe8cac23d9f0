"""What a reply does to the survey it answers: pure rules over the survey's row.

A survey asks for a rating (question 0), then for what its block lists under `questions`, one by one:
`{step, when: always | dissatisfied, options?}`; `step` names the text, and without `options` any words
are an answer.

    open, question 0   a rating      the score counts; the next question, or thanks
                       not me        closed, politely
                       unreadable    asked back once, the second time a person looks
                       words         asked back if they are few, else a person looks
    open, question 1.. words, choice kept; the next question, or thanks
    answered, closed   a rating      the first one counts; told so once. A worse one goes to a person
                       words         go to the person who has the case, if there is one
    expired            a rating      told that it is late, once; no score. A bad one goes to a person
                       words         go to a person
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.clock import iso
from chalicelib.replies.inbound import Inbound
from chalicelib.replies.reading import Reading
from chalicelib.replies.survey import Survey
from chalicelib.store import conversations
from chalicelib.store.wire import Row, Statement

FEW = 6  # characters: words so short are a greeting or a slip rather than a complaint
HEARD = 4  # earlier replies of which is known what followed


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


def asked_now(block: Mapping[str, Any], question: int) -> Survey | None:
    """What the reader is to expect: the rating, a choice, or (None) any words."""
    if question == 0:
        return Survey.from_dict(block)
    options = _questions(block)[question - 1].get("options")
    return Survey.from_dict({"options": options}) if options else None


def answer(
    survey: Row, reading: Reading, inbound: Inbound, block: Mapping[str, Any], now: datetime
) -> Answered:
    """What `reading` does to `survey`. A reply that was applied before does the same, and changes nothing."""
    if survey.get("answered_by") == inbound.id:
        return Answered(*_then(survey))
    if inbound.id in survey.get("heard", {}):
        return Answered(*survey["heard"][inbound.id])
    dissatisfied = reading.kind == "rating" and reading.score in _dissatisfied(block)
    if survey["status"] != "open" or iso(now) >= survey["expires_at"]:
        return _after_the_end(survey, reading, inbound, dissatisfied)
    if survey["question"]:
        return _further(survey, reading, inbound, block, now)
    match reading.kind:
        case "rating":
            values = {"score": reading.score, "scored_at": iso(now)}
            # Who gave reasons with the score is not asked for them.
            said = {} if _only_score(inbound.body) else {_first_open(block): inbound.body}
            return _next(survey, inbound, block, values, said, now, dissatisfied=dissatisfied)
        case "choice":
            return _next(survey, inbound, block, {"choice": reading.choice}, {}, now, dissatisfied=False)
        case "not_me":
            return _changed(
                survey, inbound, {"status": "closed", "reason": "not_me"}, step="not_me", ends=True
            )
    short = reading.kind == "ask" or len(inbound.body.strip()) <= FEW
    if short and "asked_back" not in survey:
        return _changed(survey, inbound, {"asked_back": inbound.id}, step="ask")
    return _changed(survey, inbound, {"person_at": iso(now)}, person=True)


def _after_the_end(survey: Row, reading: Reading, inbound: Inbound, dissatisfied: bool) -> Answered:
    late = survey["status"] in ("open", "expired")
    if reading.kind != "rating":
        words = reading.kind in ("text", "ask")
        return Answered(person=words and (late or survey.get("then_person", False)))
    step = "late" if late else "repeat"
    if step in survey.get("told", ()) or survey.get("score") == reading.score:
        return Answered(person=dissatisfied and late)
    return _changed(
        survey, inbound, {"told": [*survey.get("told", ()), step]}, step=step, person=dissatisfied
    )


def _further(
    survey: Row, reading: Reading, inbound: Inbound, block: Mapping[str, Any], now: datetime
) -> Answered:
    question = _questions(block)[survey["question"] - 1]
    if question.get("options") and reading.kind == "ask" and survey.get("asked_back") != question["step"]:
        return _changed(survey, inbound, {"asked_back": question["step"]}, step="ask")
    said = {question["step"]: reading.choice if reading.kind == "choice" else inbound.body}
    dissatisfied = survey.get("score") in _dissatisfied(block)
    return _next(survey, inbound, block, {}, said, now, dissatisfied=dissatisfied)


def _next(
    survey: Row,
    inbound: Inbound,
    block: Mapping[str, Any],
    values: Mapping[str, Any],
    said: Mapping[str, Any],
    now: datetime,
    *,
    dissatisfied: bool,
) -> Answered:
    """On to the next question that is for this subscriber and not answered already, or to the end."""
    answers = {**survey.get("answers", {}), **{step: words for step, words in said.items() if step}}
    kept = {**values, **({"answers": answers} if answers else {})}
    for number, question in enumerate(_questions(block), start=1):
        wanted = dissatisfied or question.get("when", "always") == "always"
        if number > survey["question"] and wanted and question["step"] not in answers:
            kept |= {"question": number, "due": survey["expires_at"]}
            return _changed(survey, inbound, kept, question=question["step"], person=dissatisfied)
    kept |= {"status": "answered", "answered_at": iso(now)}
    return _changed(survey, inbound, kept, step="thanks", person=dissatisfied, ends=True)


def _changed(
    survey: Row,
    inbound: Inbound,
    values: Mapping[str, Any],
    *,
    step: str = "",
    question: str = "",
    person: bool = False,
    ends: bool = False,
) -> Answered:
    then: dict[str, Any] = {"then_step": step, "then_question": question, "then_person": person}
    if before := survey.get("answered_by"):  # its worker may have died before all that follows was done
        earlier = list(survey.get("heard", {}).items())[1 - HEARD :]
        then["heard"] = {**dict(earlier), before: _then(survey)}
    change = conversations.update(
        survey,
        {**values, **then, "answered_by": inbound.id, "revision": survey["revision"] + 1},
        remove=["due_partition", "due"] if ends else [],
        where='"revision" = ?',
        holding=[survey["revision"]],
    )
    return Answered(step, question, person, change)


def _then(survey: Row) -> list[Any]:
    return [survey.get("then_step", ""), survey.get("then_question", ""), survey.get("then_person", False)]


def opted_out(survey: Row) -> Statement:
    """Nobody who has said no is asked any further."""
    return conversations.update(
        survey,
        {"status": "closed", "reason": "opted_out", "revision": survey["revision"] + 1},
        remove=["due_partition", "due"],
        where='"revision" = ?',
        holding=[survey["revision"]],
    )


def _questions(block: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return tuple(block.get("questions") or ())


def _first_open(block: Mapping[str, Any]) -> str:
    """The first question that any words answer; "" when there is none."""
    return next((str(one["step"]) for one in _questions(block) if not one.get("options")), "")


def _dissatisfied(block: Mapping[str, Any]) -> frozenset[int]:
    return frozenset(int(score) for score in block.get("dissatisfied") or ())


def _only_score(body: str) -> bool:
    """Whether a rating came without words that say more: a score, a label, a courtesy."""
    return sum(character.isalpha() for character in body) <= FEW
