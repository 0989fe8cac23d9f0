"""Reading a reply: what a subscriber wrote, as one of eight kinds, for certain or not at all.

    normalise -> cut what is quoted -> wishes about the texts -> score in numbers -> in words -> one kind

What cannot be read with certainty is `ask`. Where two readings compete, it is `ask` too: a score and an
opt-out, a number and a label that disagree, praise beside a complaint.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from chalicelib.replies import lexer as lx
from chalicelib.replies import quotes
from chalicelib.replies.choices import choice, letter
from chalicelib.replies.levels import clauses, compose
from chalicelib.replies.normalise import Plain, normalise
from chalicelib.replies.numbers import COUNT, Token
from chalicelib.replies.scores import Given, given
from chalicelib.replies.strangers import not_me
from chalicelib.replies.survey import NOT_ME, Survey
from chalicelib.replies.wishes import HELP, OPT_IN, OPT_OUT, Wish, texts_wish
from chalicelib.replies.words import Said, compiled, levels_of_score, said

RATING, CHOICE, TEXT, ASK = "rating", "choice", "text", "ask"
KINDS = (RATING, CHOICE, OPT_OUT, OPT_IN, HELP, NOT_ME, TEXT, ASK)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was written. `kind`: one of KINDS; `score` of a rating, on the survey's scale; `choice` the
    option's key; `scope` of an opt-out: "all", "category", "campaign"; `why`: the rule that decided."""

    kind: str
    score: int | None = None
    choice: str | None = None
    scope: str | None = None
    why: str = ""


def read(text: str, survey: Survey | None) -> Reading:
    """The reading of `text` as an answer to `survey`; without one only wishes are recognised.

    Pure; any text is read, none raises. Rules: "Reading replies" in the interfaces.
    """
    return _short(text, survey) if len(text) <= 24 else _read(text, survey)


@lru_cache(maxsize=8_192)
def _short(text: str, survey: Survey | None) -> Reading:
    return _read(text, survey)


def _read(text: str, survey: Survey | None) -> Reading:
    if (
        survey
        and survey.scale
        and len(text) <= 2
        and text.isascii()
        and text.isdigit()
        and str(int(text)) == text
    ):
        if survey.holds(int(text)) and not survey.options:
            return Reading(RATING, int(text), why="one score: alone")
    plain = normalise(text)
    if not plain.text:
        return Reading(ASK, why="emoji only") if plain.emoji else Reading(TEXT, why="nothing was written")
    if quotes.reaction(plain.text):
        return Reading(ASK, why="a reaction to the text")
    own, cut = quotes.own_words(plain.text)
    if not own:
        return Reading(ASK, why="only the invitation, quoted")
    if quotes.automatic(own):
        return Reading(TEXT, why="a phone answered by itself")
    if not any(character.isalnum() for character in own):
        return Reading(ASK if plain.emoji else TEXT, why="no words")
    if cut:
        plain = Plain(own, plain.moods, plain.emoji)
    return _combined(own, plain, survey)


def _combined(own: str, plain: Plain, survey: Survey | None) -> Reading:
    wish = texts_wish(own, survey is not None)
    stranger = not_me(own)
    if survey is None:
        return _without_survey(wish, stranger)
    answer = _answer(own, plain, survey, wish)
    if wish.kind == OPT_OUT and not wish.doubt:
        if answer.kind in (RATING, CHOICE, ASK) and not (answer.kind == CHOICE and wish.rule == "keyword"):
            if answer.kind != ASK or answer.why.startswith("number:"):
                return Reading(ASK, why="an answer and an opt-out together")
        if _is_letter(own, survey):
            return answer
        return Reading(OPT_OUT, scope=wish.scope, why=f"opt-out: {wish.rule}")
    if wish.doubt:
        if wish.kind or answer.kind in (RATING, CHOICE):
            return Reading(ASK, why=wish.doubt)
    if wish.kind in (OPT_IN, HELP) and not wish.doubt:
        if answer.kind in (RATING, CHOICE):
            return Reading(ASK, why="an answer and a wish together")
        return Reading(wish.kind, why=f"{wish.kind}: {wish.rule}")
    if stranger and answer.kind != NOT_ME:
        if answer.why == "one score: a corrected score":
            return answer
        if answer.kind in (RATING, CHOICE, ASK):
            return Reading(ASK, why="an answer and a stranger together")
        return Reading(NOT_ME, why="not me: said in words")
    return answer


def _without_survey(wish: Wish, stranger: bool) -> Reading:
    if wish.kind and wish.doubt:
        return Reading(ASK, why=wish.doubt)
    if wish.kind:
        return Reading(wish.kind, scope=wish.scope, why=f"{wish.kind}: {wish.rule}")
    if stranger:
        return Reading(NOT_ME, why="not me: said in words")
    return Reading(TEXT, why="no survey was asked")


def _is_letter(own: str, survey: Survey) -> bool:
    """Whether the whole text is a letter or an option's key of the survey, such as T."""
    bare = own.strip(" .,!()")
    keys = [key for key, _ in survey.letters] + [key for key, _ in survey.options]
    return len(bare) == 1 and any(bare == key.lower() for key in keys)


def _answer(own: str, plain: Plain, survey: Survey, wish: Wish) -> Reading:
    if survey.options:
        picked = choice(own, survey)
        if picked is not None:
            key, doubt = picked
            return (
                Reading(ASK, why=doubt)
                if doubt
                else Reading(CHOICE, choice=key, why="choice: an option of the survey")
            )
        if survey.scale is None:
            return Reading(TEXT, why="no option was named")
    tokens = compose(lx.lex(own), own)
    found = clauses(tokens)
    lettered = letter(own, survey)
    if lettered is not None:
        return _lettered(lettered, own, survey)
    numbers = given(found, own, survey)
    words = said(found, own, plain.moods, survey)
    if numbers.score is not None:
        return _checked(numbers.score, numbers.rule, words, found, plain, survey, own)
    if numbers.doubt:
        return Reading(ASK, why=f"number: {numbers.doubt}")
    return _worded(words, found, own, plain, survey)


def _lettered(found: tuple[int | str | None, str, str], own: str, survey: Survey) -> Reading:
    meaning, rest, doubt = found
    if doubt or meaning is None:
        return Reading(ASK, why=doubt)
    if not rest:
        if meaning == NOT_ME:
            return Reading(NOT_ME, why="letter: not me")
        return Reading(RATING, int(meaning), why="letter: of the survey")
    tokens = clauses(compose(lx.lex(rest), rest))
    numbers = given(tokens, rest, survey)
    words = said(tokens, rest, frozenset(), survey)
    if meaning == NOT_ME:
        if numbers.score is not None or numbers.doubt or words.level is not None:
            return Reading(ASK, why="a letter and a score that disagree")
        return Reading(NOT_ME, why="letter: not me")
    copied = numbers.seen == {meaning} and rest[:1].isdigit()  # "C、8分及以下", as the invitation has it
    if (numbers.score not in (None, meaning)) or (numbers.doubt and not copied) or not_me(rest):
        return Reading(ASK, why="a letter and a score that disagree")
    if _conflict(int(meaning), words, survey):
        return Reading(ASK, why="a letter and words that disagree")
    return Reading(RATING, int(meaning), why="letter: of the survey")


def _checked(
    score: int,
    rule: str,
    words: Said,
    found: list[tuple[list[Token], str]],
    plain: Plain,
    survey: Survey,
    own: str,
) -> Reading:
    """The rating, unless something beside the number speaks against it."""
    kinds = {token.kind for tokens, _ in found for token in tokens}
    good = max(levels_of_score(score, survey))
    bad = min(levels_of_score(score, survey))
    if lx.MOCKING in kinds or 2 in plain.moods:
        return Reading(ASK, why="a score that may be mocking")
    if (good < 0 and 1 in plain.moods and -1 not in plain.moods) or (bad > 0 and -1 in plain.moods):
        return Reading(ASK, why="a score and an emoji that disagree")
    if rule != "a corrected score":
        if _conflict(score, words, survey) or (words.doubt and _doubtful(words.doubt)):
            return Reading(ASK, why="a score and words that disagree")
        strong = {_sign(level) for level in words.levels if abs(level) == 2}
        if (
            lx.BUT not in kinds
            and -_sign(good) in strong
            and -_sign(bad) in strong
            and _sign(good) not in strong
        ):
            return Reading(ASK, why="a score and words that disagree")
        if score == survey.best and bad > 0 and lx.BUT not in kinds and _complains(kinds, found):
            return Reading(ASK, why="the best score with a complaint")
        if good == -2 and lx.PRAISE in kinds and lx.BUT not in kinds and lx.COMPLAINT not in kinds:
            return Reading(ASK, why="the worst score with praise")
    return Reading(RATING, score, why=f"one score: {rule}")


def _doubtful(doubt: str) -> bool:
    return doubt.startswith(
        ("words that disagree", "words with a condition", "words that are", "words that may", "two labels")
    )


def _complains(kinds: set[str], found: list[tuple[list[Token], str]]) -> bool:
    """Whether something is complained about and not put right: praise after a complaint is, before it is not."""
    if lx.COMPLAINT not in kinds:
        return False
    order = [token for tokens, _ in found for token in tokens]
    good = [
        token.start
        for token in order
        if token.kind == lx.PRAISE or (token.kind == lx.LEVEL and int(token.value) > 0)
    ]
    return not good or good[-1] < max(token.start for token in order if token.kind == lx.COMPLAINT)


def _conflict(score: int, words: Said, survey: Survey) -> bool:
    """Whether what is said does not go with the score: another sign, or another score's own label that
    goes further than the number."""
    own = levels_of_score(score, survey)
    if words.label is not None and words.label != score:
        label = levels_of_score(words.label, survey)
        if not any(_sign(a) == _sign(b) and abs(a) >= abs(b) for a in own for b in label):
            return True
    if words.level is None:
        return False
    return not any(_goes_with(level, words.level) for level in own)


def _goes_with(number: int, words: int) -> bool:
    return _sign(number) * _sign(words) > 0 or abs(number - words) <= 1


def _sign(level: int) -> int:
    return (level > 0) - (level < 0)


def _worded(
    words: Said, found: list[tuple[list[Token], str]], own: str, plain: Plain, survey: Survey
) -> Reading:
    if words.doubt:
        return Reading(ASK, why=f"words: {words.doubt}")
    if words.label is not None:
        return Reading(RATING, words.label, why="words: a label of the survey")
    if words.level is not None:
        score = dict(compiled(survey).scores).get(words.level)
        if score is None:
            return Reading(ASK, why="words: the survey has no label for them")
        return Reading(RATING, score, why="words: an everyday form of a label")
    return _left_over(found, own, plain)


def _left_over(found: list[tuple[list[Token], str]], own: str, plain: Plain) -> Reading:
    """A text that gives no score: does it look like an answer all the same?"""
    tokens = [token for clause, _ in found for token in clause]
    if len(tokens) == 1 and tokens[0].kind == COUNT and own.strip(" .,!?").isdigit():
        return Reading(ASK, why="number: a number outside the scale")
    bare = own.strip(" .,!?()'\"*")
    if len(bare) == 1 and bare.isascii() and bare.isalpha() and bare not in "kyu":
        return Reading(ASK, why="a letter the survey does not have")
    if plain.emoji and not tokens:
        return Reading(ASK, why="emoji only")
    return Reading(TEXT, why="no score, no wish")


__all__ = [
    "ASK",
    "CHOICE",
    "HELP",
    "KINDS",
    "NOT_ME",
    "OPT_IN",
    "OPT_OUT",
    "RATING",
    "TEXT",
    "Given",
    "Reading",
    "read",
]
