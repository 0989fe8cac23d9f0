"""Reading a reply: what a subscriber wrote, as one of nine kinds, for certain or not at all.

    normalise -> cut what is quoted -> wishes about the texts -> score in numbers -> in words -> one kind

What cannot be read with certainty is `ask`. Where two readings compete, it is `ask` too: a score and an
opt-out, a number and a label that disagree, praise beside a complaint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from chalicelib.replies import bare, quotes
from chalicelib.replies import lexer as lx
from chalicelib.replies.candidates import Candidate, Doubt, Intent, MachineKind, Rule, Said
from chalicelib.replies.choices import Lettered, choice, letter
from chalicelib.replies.conversation import Asked, Context
from chalicelib.replies.levels import Clause, clauses, compose
from chalicelib.replies.lexicon import patterns, weights
from chalicelib.replies.normalise import Plain, normalise
from chalicelib.replies.numbers import COUNT, NUM, ODD, TIME_OR_DECIMAL, Token
from chalicelib.replies.own_words import LONG, take_out
from chalicelib.replies.scores import CORRECTED, given
from chalicelib.replies.senders import machine, not_me, only_our_words, reaction
from chalicelib.replies.survey import NOT_ME, Survey
from chalicelib.replies.wishes import candidates, decide
from chalicelib.replies.words import Said as Worded
from chalicelib.replies.words import against, conflict, labels, said

says = patterns("words")

_TOGETHER, _STRANGER = "an answer and a wish together", "an answer and a stranger together"

RATING, CHOICE, TEXT, ASK, MACHINE = "rating", "choice", "text", "ask", "machine"
OPT_OUT, OPT_IN, HELP = "opt_out", "opt_in", "help"
_SECONDED = frozenset((RATING, OPT_OUT, OPT_IN, NOT_ME, TEXT))
KINDS = (RATING, CHOICE, OPT_OUT, OPT_IN, HELP, NOT_ME, MACHINE, TEXT, ASK)


NOT_ME_BY_LETTER = "letter: not me"  # the rule that a survey's own letter for that was written


class Reading(NamedTuple):
    """What was written. `kind`: one of KINDS; `score` of a rating, on the survey's scale; `choice` the
    option's key; `scope` of an opt-out: "all", "category", "campaign"; `why`: the rule that decided;
    `said`: how far an opt-out reaches as far as its words say, `unsaid` where the brand's rule may decide;
    `machine`: which kind of machine answered."""

    kind: str
    score: int | None = None
    choice: str | None = None
    scope: str | None = None
    why: str = ""
    said: Said | None = None
    machine: MachineKind | None = None


class Basis(Enum):
    """What an answer was read from, as far as a wish or a stranger beside it goes by that."""

    NUMBER_IN_DOUBT = auto()  # a number, a letter or an option was there and was not certain
    CORRECTED_SCORE = auto()  # "5, no, 4"
    OTHER = auto()


class SurveyAnswer(NamedTuple):
    """What a text is as an answer to its survey, and from what that was read."""

    reading: Reading
    basis: Basis = Basis.OTHER


def read(text: str, survey: Survey | None) -> Reading:
    """The reading of `text` as an answer to `survey`; without one only wishes and machines are recognised.

    Pure; any text is read, none raises. Rules: "Reading replies" in the interfaces.
    """
    return _bare_reading(text, survey) or _with_a_second_opinion(considered(text, survey), text)


def _with_a_second_opinion(reading: Reading, text: str) -> Reading:
    """The reading, or a question where the second reader finds it improbable."""
    if reading.kind not in _SECONDED:
        return reading
    from chalicelib.replies import second_reader  # bare replies, which are most, never need its weights

    if not second_reader.doubts(normalise(text).text, reading.kind):
        return reading
    return Reading(ASK, why=f"a second reader doubts: {reading.why}")


def read_in_context(text: str, survey: Survey | None, context: Context) -> Reading:
    """`read`, of what the person wrote: what was sent to the number before is taken out of the reply first.

    After a text of an agent the reply is conversation, so no survey is answered by it.
    """
    if context.asked is Asked.AGENT_TEXT:
        survey = None
    if found := _bare_reading(text, survey):
        return found  # who answers with a label or a keyword of ours answers
    apart = take_out(text, (one.body for one in context.sent))
    if not apart.spans:
        reading = _with_a_second_opinion(considered(text, survey), text)
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


def _bare_reading(text: str, survey: Survey | None) -> Reading | None:
    if len(text) > bare.LONGEST:
        return None
    known = _bare(survey)
    folded = bare.fold(text)
    return known.get(folded) or known.get(bare.unthanked(folded))


@lru_cache(maxsize=256)
def _bare(survey: Survey | None) -> dict[str, Reading]:
    """What each bare reply to `survey` is, by every rule."""
    return {form: considered(form, survey) for form in bare.forms(survey)}


FEW = 9  # words and characters; in so short a text a number may be meant as an answer
BRIEF = 20  # Chinese characters; so short a text with a label's words is meant as an answer


def considered(text: str, survey: Survey | None) -> Reading:
    """`read` the long way, by every rule."""
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
        wish = decide(candidates(own, survey is not None))
        if wish and wish.kind is Intent.OPT_OUT and wish.certain:
            return Reading(ASK, why="a machine's words and a wish together")
        return _by_machine(found)
    if not quotes.has_words(own):
        return Reading(ASK if plain.emoji else TEXT, why="no words")
    answer = quotes.without_number_sign(quotes.without_courtesy(own))
    return _combined(Plain(answer, plain.moods, plain.emoji), survey)


def _by_machine(found: Candidate) -> Reading:
    return Reading(
        MACHINE, why=found.why, machine=found.value if isinstance(found.value, MachineKind) else None
    )


class Claim(NamedTuple):
    """A reading that a text may have, as one detector has it, and how much that weighs (`weights.yaml`)."""

    reading: Reading
    weight: int
    certain: bool = True
    wish: bool = False  # about the texts


def _combined(plain: Plain, survey: Survey | None) -> Reading:
    """The reading of a text that may hold a wish, a stranger and an answer together."""
    claims = [_said_by(wish, survey)] if (wish := decide(candidates(plain.text, survey is not None))) else []
    if _certainly_not_me(plain.text):
        claims.append(Claim(Reading(NOT_ME, why="not me: said in words"), _weight("stranger")))
    answer = _answer(plain, survey) if survey else SurveyAnswer(Reading(TEXT, why="no survey was asked"))
    return decided([*claims, _as_claim(answer, plain.text, survey)])


def decided(claims: Sequence[Claim]) -> Reading:
    """The claim that weighs most, if it is certain and every claim of another kind weighs less by the margin;
    else a question."""
    first, *others = sorted(claims, key=lambda claim: -claim.weight)
    near = [
        one
        for one in others
        if first.weight - one.weight < _weight("margin") and one.reading.kind != first.reading.kind
    ]
    doubtful = next((one for one in (first, *near) if one.wish and not one.certain), None)
    if doubtful and doubtful.weight > _weight("something_stops"):
        return Reading(ASK, why=doubtful.reading.why)
    if doubtful:  # what is to end is not said: it only speaks against an answer
        answers = [one for one in claims if not one.wish]
        answered = any(one.reading.kind in (RATING, CHOICE) for one in answers)
        return Reading(ASK, why=doubtful.reading.why) if answered else decided(answers)
    if near:
        return Reading(ASK, why=_TOGETHER if first.wish or near[0].wish else _STRANGER)
    return first.reading


def _weight(name: str) -> int:
    return weights()[name]


_WITHOUT_SCALE = frozenset({Doubt.WITH_NUMBER})  # where no number was asked for, one beside STOP is a slip


def _said_by(wish: Candidate, survey: Survey | None) -> Claim:
    certain = wish.certain or (survey is None and wish.doubts == _WITHOUT_SCALE)
    if wish.kind is Intent.SOMETHING_STOPS:
        return Claim(Reading(ASK, why=wish.why), _weight("something_stops"), certain=False, wish=True)
    weight = _weight("keyword" if wish.rule is Rule.KEYWORD and wish.kind is Intent.OPT_OUT else "wish")
    reading = _wished(replace(wish, doubts=frozenset())) if certain else Reading(ASK, why=wish.why)
    return Claim(reading, weight - (not certain) * _weight("doubt"), certain, wish=True)


def _as_claim(answer: SurveyAnswer, text: str, survey: Survey | None) -> Claim:
    reading, basis = answer
    if reading.kind in (RATING, CHOICE, NOT_ME) and survey and _is_key(text, survey):
        return Claim(reading, _weight("key"))
    if basis is Basis.CORRECTED_SCORE:
        return Claim(reading, _weight("corrected"))
    if reading.kind == ASK:
        return Claim(
            reading, _weight("number_in_doubt" if basis is Basis.NUMBER_IN_DOUBT else "words_in_doubt")
        )
    return Claim(reading, _weight({NOT_ME: "not_me"}.get(reading.kind, reading.kind)))


def _wished(wish: Candidate) -> Reading:
    why = wish.why
    if wish.kind is not Intent.OPT_OUT:
        return Reading(str(wish.kind), why=why)
    said = wish.value if isinstance(wish.value, Said) else Said.UNSAID
    return Reading(OPT_OUT, scope="all" if said is Said.UNSAID else str(said), why=why, said=said)


def _is_key(text: str, survey: Survey) -> bool:
    """Whether the whole text is a letter or an option's key of the survey, such as T."""
    bare = text.strip(" .,!()")
    keys = (*survey.letters, *survey.options)
    return len(bare) == 1 and any(bare == key.lower() for key, _ in keys)


def _certainly_not_me(text: str) -> bool:
    found = not_me(text)
    return found is not None and found.certain


def _number_in_doubt(doubt: str) -> SurveyAnswer:
    return SurveyAnswer(Reading(ASK, why=f"number: {doubt}"), Basis.NUMBER_IN_DOUBT)


def _answer(plain: Plain, survey: Survey) -> SurveyAnswer:
    if survey.options:
        picked = choice(plain.text, survey)
        if picked is not None:
            if picked.doubt:
                return _number_in_doubt(picked.doubt)
            return SurveyAnswer(Reading(CHOICE, choice=picked.key, why="choice: an option of the survey"))
        if survey.scale is None:
            return SurveyAnswer(Reading(TEXT, why="no option was named"))
    lettered = letter(plain.text, survey)
    if lettered is not None:
        return _lettered(lettered, survey)
    found = clauses(compose(lx.lex(plain.text), plain.text))
    numbers = given(found, plain.text, survey)
    words = said(found, plain.text, plain.moods, survey)
    if numbers.score is not None:
        doubt = against(numbers.score, numbers.rule, words, found, plain, survey)
        if doubt:
            return SurveyAnswer(Reading(ASK, why=doubt))
        basis = Basis.CORRECTED_SCORE if numbers.rule == CORRECTED else Basis.OTHER
        return SurveyAnswer(Reading(RATING, numbers.score, why=f"one score: {numbers.rule}"), basis)
    if numbers.doubt:
        return _number_in_doubt(numbers.doubt)
    worded = _worded(words, survey)
    return SurveyAnswer(worded) if worded else _left_over(found, plain, words, survey)


def _lettered(found: Lettered, survey: Survey) -> SurveyAnswer:
    if found.meaning is None:
        return _number_in_doubt(found.doubt)
    tokens = clauses(compose(lx.lex(found.rest), found.rest))
    numbers = given(tokens, found.rest, survey)
    words = said(tokens, found.rest, frozenset(), survey)
    if found.meaning == NOT_ME:
        if numbers.score is not None or numbers.doubt or words.level is not None:
            return SurveyAnswer(Reading(ASK, why="a letter and a score that disagree"))
        return SurveyAnswer(Reading(NOT_ME, why=NOT_ME_BY_LETTER))
    score = int(found.meaning)
    copied = numbers.seen == {score} and found.rest[:1].isdigit()  # "C、8分及以下", as the invitation has it
    if numbers.score not in (None, score) or (numbers.doubt and not copied) or _certainly_not_me(found.rest):
        return SurveyAnswer(Reading(ASK, why="a letter and a score that disagree"))
    if conflict(score, words, survey):
        return SurveyAnswer(Reading(ASK, why="a letter and words that disagree"))
    return SurveyAnswer(Reading(RATING, score, why="letter: of the survey"))


def _worded(words: Worded, survey: Survey) -> Reading | None:
    if words.doubt:
        return Reading(ASK, why=f"words: {words.doubt}")
    if words.label is not None:
        return Reading(RATING, words.label, why="words: a label of the survey")
    if words.level is None:
        return None
    score = labels(survey).scores.get(words.level)
    if score is None:
        return Reading(ASK, why="words: the survey has no label for them")
    return Reading(RATING, score, why="words: an everyday form of a label")


def _left_over(found: list[Clause], plain: Plain, words: Worded, survey: Survey) -> SurveyAnswer:
    """A text that gives no score: does it look like an answer all the same?"""
    tokens = [token for clause, _ in found for token in clause]
    if len(tokens) == 1 and tokens[0].kind == COUNT and plain.text.strip(" .,!?").isdigit():
        return _number_in_doubt("a number outside the scale")
    bare = plain.text.strip(" .,!?()'\"*")
    if len(bare) == 1 and bare.isascii() and bare.isalpha() and bare not in "kyu":
        return SurveyAnswer(Reading(ASK, why="a letter the survey does not have"))
    if words.core and len(plain.text) <= BRIEF * (1 if not plain.text.isascii() else 2):
        return SurveyAnswer(Reading(ASK, why="words: a label's, among others that are not known"))
    if len(tokens) <= FEW and any(_like_a_score(token, survey) for token in tokens):
        return _number_in_doubt("among words that are not known")
    if not words.doubt and len(tokens) <= FEW and _of_the_service(tokens, plain.text):
        return SurveyAnswer(Reading(ASK, why="words: praise or blame, among others that are not known"))
    if tokens and all(token.kind in (lx.VERY, lx.MILD) for token in tokens):
        return SurveyAnswer(Reading(ASK, why="words: how much, and not what"))
    if plain.emoji and not tokens:
        return SurveyAnswer(Reading(ASK, why="emoji only"))
    return SurveyAnswer(Reading(TEXT, why="no score, no wish"))


def _of_the_service(tokens: list[Token], text: str) -> bool:
    """Whether praise or blame stands right beside what the survey is about, or beside a "but":
    "pathetic service yaar", "good but slow", 垃圾服务."""
    pairs = [{one.kind, other.kind} for one, other in pairwise(tokens)]
    if {lx.LEVEL, lx.TOPIC} in pairs or {lx.LEVEL, lx.BUT} in pairs:
        return True
    return {lx.COMPLAINT, lx.TOPIC} in pairs and len(tokens) == 2 and says.service.search(text) is not None


def _like_a_score(token: Token, survey: Survey) -> bool:
    if token.kind == ODD:
        return token.value != TIME_OR_DECIMAL
    return token.kind == NUM and survey.holds(int(token.value))
