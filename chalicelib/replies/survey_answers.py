"""Finds what a text is as an answer to its survey, as one candidate: an option, a letter, a number, words, or
what only looks like an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from chalicelib.replies import lexer as lx
from chalicelib.replies.candidates import Candidate, Doubt, Intent, Rule
from chalicelib.replies.choices import EDGES, choice, letter
from chalicelib.replies.levels import Clause, clauses, compose
from chalicelib.replies.lexicon import patterns
from chalicelib.replies.normalise import Plain
from chalicelib.replies.numbers import COUNT, NUM, ODD, Token
from chalicelib.replies.scores import number
from chalicelib.replies.senders import not_me
from chalicelib.replies.survey import NOT_ME, Survey
from chalicelib.replies.words import Satisfaction, beside, conflict, rating_in_words, worded

says = patterns("words")

FEW = 9  # words and characters; in so short a text a number may be meant as an answer
BRIEF = 20  # Chinese characters; so short a text with a label's words is meant as an answer


def answer(plain: Plain, survey: Survey) -> Candidate | None:
    """The answer that a text gives, or may give; None for words that answer nothing."""
    if survey.options:
        picked = choice(plain.text, survey)
        if picked or survey.scale is None:
            return picked
    if lettered := letter(plain.text, survey):
        return _against_the_rest(lettered, plain.text, survey)
    found = clauses(compose(lx.lex(plain.text), plain.text))
    words = worded(found, plain.text, plain.moods, survey)
    if given := number(found, plain.text, survey):
        more = set() if given.doubts else beside(given, words, found, plain, survey)
        return replace(given, doubts=given.doubts | more)
    return rating_in_words(words, survey) or _like_an_answer(found, plain, words, survey)


def _against_the_rest(lettered: Candidate, text: str, survey: Survey) -> Candidate:
    """A letter, in doubt where what is written behind it says something else."""
    if lettered.doubts:
        return lettered
    rest = text[lettered.span[1] :].strip(EDGES)
    tokens = clauses(compose(lx.lex(rest), rest))
    given = number(tokens, rest, survey)
    words = worded(tokens, rest, frozenset(), survey)
    if lettered.value == NOT_ME:
        other = given is not None or words.level is not None
    else:
        score = int(lettered.value or 0)
        stranger = not_me(rest)
        other = conflict(score, words, survey) or (stranger is not None and stranger.certain)
        # "C、8分及以下" copies the invitation
        copied = given is not None and given.value == score and rest[:1].isdigit()
        other = other or (given is not None and given.value != score)
        other = other or (given is not None and bool(given.doubts) and not copied)
    return replace(lettered, doubts=frozenset({Doubt.DISAGREES})) if other else lettered


def _like_an_answer(
    found: list[Clause], plain: Plain, words: Satisfaction, survey: Survey
) -> Candidate | None:
    """A text that gives no score: does it look like an answer all the same?"""
    tokens = [token for clause, _ in found for token in clause]
    alone = plain.text.strip(" .,!?()'\"*")
    letter_alone = len(alone) == 1 and alone.isascii() and alone.isalpha() and alone not in "kyu"
    number_alone = len(tokens) == 1 and tokens[0].kind == COUNT and alone.isdigit()
    short = len(plain.text) <= BRIEF * (1 if not plain.text.isascii() else 2)
    if letter_alone or number_alone:
        doubt = Doubt.OUTSIDE
    elif words.core and short:
        doubt = Doubt.AMONG_OTHER_WORDS
    elif len(tokens) <= FEW and any(_like_a_score(token, survey) for token in tokens):
        doubt = Doubt.COUNT
    elif not words.doubts and len(tokens) <= FEW and _of_the_service(tokens, plain.text):
        doubt = Doubt.AMONG_OTHER_WORDS
    elif tokens and all(token.kind in (lx.VERY, lx.MILD) for token in tokens):
        doubt = Doubt.HOW_MUCH
    elif plain.emoji and not tokens:
        doubt = Doubt.ONLY_EMOJI
    else:
        return None
    return Candidate(Intent.RATING, Rule.LIKE_AN_ANSWER, (0, len(plain.text)), None, frozenset({doubt}))


def _of_the_service(tokens: Sequence[Token], text: str) -> bool:
    """Whether praise or blame stands right beside what the survey is about, or beside a "but":
    "pathetic service yaar", "good but slow", 垃圾服务."""
    pairs = [{one.kind, other.kind} for one, other in pairwise(tokens)]
    if {lx.LEVEL, lx.TOPIC} in pairs or {lx.LEVEL, lx.BUT} in pairs:
        return True
    return {lx.COMPLAINT, lx.TOPIC} in pairs and len(tokens) == 2 and says.service.search(text) is not None


def _like_a_score(token: Token, survey: Survey) -> bool:
    if token.kind == ODD:
        return token.value != Doubt.TIME_OR_DECIMAL
    return token.kind == NUM and survey.holds(int(token.value))
