"""Reads a reply: what a subscriber wrote, as one of nine kinds, for certain or not at all.

    normalise -> cut what is quoted -> a machine? -> candidates of every detector -> one decision -> one kind

What cannot be read with certainty is `ask`. Where two candidates compete, it is `ask` too: a score and an
opt-out, a number and a label that disagree, praise beside a complaint.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from chalicelib.replies import exact, quotes
from chalicelib.replies.candidates import RULES, Candidate, Intent, MachineKind, Rule, Said
from chalicelib.replies.conversation import Asked, Context
from chalicelib.replies.normalise import Plain, normalise
from chalicelib.replies.own_words import LONG, take_out
from chalicelib.replies.senders import machine, not_me, only_our_words, reaction
from chalicelib.replies.survey import NOT_ME, Survey
from chalicelib.replies.survey_answers import answer
from chalicelib.replies.weighing import ABOUT_THE_TEXTS, decide
from chalicelib.replies.wishes import candidates as wishes
from chalicelib.replies.wishes import decide as one_wish

RATING, CHOICE, TEXT, ASK, MACHINE = "rating", "choice", "text", "ask", "machine"
OPT_OUT, OPT_IN, HELP = "opt_out", "opt_in", "help"
_SECONDED = frozenset((RATING, OPT_OUT, OPT_IN, NOT_ME, TEXT))
KINDS = (RATING, CHOICE, OPT_OUT, OPT_IN, HELP, NOT_ME, MACHINE, TEXT, ASK)

NOT_ME_BY_LETTER = f"not me: {RULES[Rule.LETTER]}"  # the rule that a survey's own letter for that was written
_TOGETHER, _STRANGER = "an answer and a wish together", "an answer and a stranger together"


class Reading(NamedTuple):
    """What was written. `kind`: one of KINDS; `score` of a rating, on the survey's scale; `choice` the
    option's key; `scope` of an opt-out: "all", "category", "campaign"; `why`: the rule that decided, or the
    doubt; `said`: how far an opt-out reaches as far as its words say, `unsaid` where the brand's rule may
    decide; `machine`: which kind of machine answered; `evidence`: the words that decided, as `normalise`
    spells them, "" where it was no word."""

    kind: str
    score: int | None = None
    choice: str | None = None
    scope: str | None = None
    why: str = ""
    said: Said | None = None
    machine: MachineKind | None = None
    evidence: str = ""


def read(text: str, survey: Survey | None) -> Reading:
    """The reading of `text` as an answer to `survey`; without one only wishes and machines are recognised.

    Pure; any text is read, none raises. Rules: "Reading replies" in the interfaces.
    """
    return _exactly(text, survey) or _with_a_second_opinion(read_by_every_rule(text, survey), text)


def _with_a_second_opinion(reading: Reading, text: str) -> Reading:
    """The reading, or a question where the second reader finds it improbable."""
    if reading.kind not in _SECONDED:
        return reading
    from chalicelib.replies import second_reader  # exact replies, which are most, never need its weights

    if not second_reader.doubts(normalise(text).text, reading.kind):
        return reading
    return Reading(ASK, why=f"a second reader doubts: {reading.why}", evidence=reading.evidence)


def read_in_context(text: str, survey: Survey | None, context: Context) -> Reading:
    """`read`, of what the person wrote: what was sent to the number before is taken out of the reply first.

    After a text of an agent the reply is conversation, so no survey is answered by it.
    """
    if context.asked is Asked.AGENT_TEXT:
        survey = None
    if found := _exactly(text, survey):
        return found  # who answers with a label or a keyword of ours answers
    apart = take_out(text, (one.body for one in context.sent))
    if not apart.spans:
        reading = _with_a_second_opinion(read_by_every_rule(text, survey), text)
    elif found_machine := reaction(normalise(apart.framed)):
        return _by_machine(found_machine)
    else:
        left = quotes.without_wrappers(apart.text)
        if not quotes.has_words(left):
            if normalise(left).emoji:
                return Reading(ASK, why="emoji only, beside our own words")
            if apart.weight < LONG:
                return Reading(ASK, why="only a hint of ours")
            return _by_machine(only_our_words(text))
        reading = read(left, survey)
    if context.asked is Asked.AGENT_TEXT and reading.machine is MachineKind.AUTO_REPLY:
        return _to_an_agent(text, reading)
    return reading


def said_by_them(text: str, context: Context) -> str:
    """What of a reply the person wrote: the whole of it where nothing is ours, or all of it is."""
    apart = take_out(text, (one.body for one in context.sent))
    left = quotes.without_wrappers(apart.text) if apart.spans else ""
    return left.strip() if quotes.has_words(left) else text


def _to_an_agent(text: str, reading: Reading) -> Reading:
    """Somebody who tells an agent that they are busy now speaks to a person, in a phone's words or not."""
    found = machine(normalise(text))
    if found and found.rule is Rule.ONLY_BUSY_AND_LATER:
        return Reading(TEXT, why="busy now, said to an agent")
    return reading


def _exactly(text: str, survey: Survey | None) -> Reading | None:
    if len(text) > exact.LONGEST:
        return None
    known = _exact(survey)
    folded = exact.fold(text)
    return known.get(folded) or known.get(exact.unthanked(folded))


@lru_cache(maxsize=256)
def _exact(survey: Survey | None) -> dict[str, Reading]:
    """What each exact reply to `survey` is, by every rule."""
    return {form: read_by_every_rule(form, survey) for form in exact.forms(survey)}


def read_by_every_rule(text: str, survey: Survey | None) -> Reading:
    """`read` the long way, by the rules alone."""
    plain = normalise(text)
    if not plain.text:
        return Reading(ASK, why="emoji only") if plain.emoji else Reading(TEXT, why="nothing was written")
    if reacting := reaction(plain):
        return _by_machine(reacting)
    own = quotes.own_words(plain.text)
    if not own:
        return Reading(ASK, why="only the invitation, quoted")
    found = machine(Plain(own, plain.moods, plain.emoji))
    if found is None and own != plain.text and "\n" not in plain.text:
        found = machine(plain)  # a robot's menu looks like an invitation
    if found:
        wish = one_wish(wishes(own, survey is not None))
        if wish and wish.kind is Intent.OPT_OUT and wish.certain:
            return Reading(ASK, why="a machine's words and a wish together")
        return _by_machine(found)
    if not quotes.has_words(own):
        return Reading(ASK if plain.emoji else TEXT, why="no words")
    said = quotes.without_number_sign(quotes.without_courtesy(own))
    return _of_a_person(Plain(said, plain.moods, plain.emoji), survey)


def _by_machine(found: Candidate) -> Reading:
    kind = found.value if isinstance(found.value, MachineKind) else None
    return Reading(MACHINE, why=found.why, machine=kind)


def _of_a_person(plain: Plain, survey: Survey | None) -> Reading:
    """The reading of a text that may hold a wish, a stranger and an answer together."""
    text = plain.text
    found = (
        one_wish(wishes(text, survey is not None)),
        not_me(text),
        answer(plain, survey) if survey else None,
    )
    decision = decide([one for one in found if one], text)
    if decision is None:
        return Reading(TEXT, why="no score, no wish" if survey else "no survey was asked")
    counts, against = decision
    evidence = text[slice(*counts.span)].strip(" .,!")
    if against:
        wished = counts.kind in ABOUT_THE_TEXTS or against.kind in ABOUT_THE_TEXTS
        return Reading(ASK, why=_TOGETHER if wished else _STRANGER, evidence=evidence)
    if not counts.certain:
        return Reading(ASK, why=counts.why, evidence=evidence)
    return _as_reading(counts, evidence)


def _as_reading(found: Candidate, evidence: str) -> Reading:
    """What a candidate that is certain is read as."""
    reading = Reading(found.kind.value, why=found.why, evidence=evidence)
    match found.kind, found.value:
        case Intent.RATING, int(score):
            return reading._replace(score=score)
        case Intent.CHOICE, str(key):
            return reading._replace(choice=key)
        case Intent.OPT_OUT, Said() as said:
            return reading._replace(scope="all" if said is Said.UNSAID else said.value, said=said)
    return reading
