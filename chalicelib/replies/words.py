"""Finds the score that a text gives in words, as a candidate: a survey's label or what people say for it;
what words beside a number speak against; and how good each score and label of a survey is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from chalicelib.replies import lexer as lx
from chalicelib.replies.candidates import Candidate, Doubt, Intent, Rule
from chalicelib.replies.levels import Clause, compose
from chalicelib.replies.lexicon import patterns
from chalicelib.replies.normalise import Plain, normalise
from chalicelib.replies.numbers import COUNT, FRAC, MARKED, NUM, Token
from chalicelib.replies.survey import Survey

says = patterns("words")
given_with = patterns("scores")

# What may stand in a statement of satisfaction, and in a clause beside an everyday one.
_BESIDE = frozenset(
    (
        *(lx.FILL, lx.TOPIC, lx.PRAISE, lx.LEVEL, lx.VERY, lx.MILD, lx.GIVE, lx.STARTER, lx.AT_ALL),
        *(lx.CORRECTION, lx.UNCLEAR, NUM, MARKED, FRAC),
    )
)
_TURNING = {
    lx.IF: Doubt.CONDITION,
    lx.WHEN: Doubt.CONDITION,
    lx.QUESTION: Doubt.QUESTION,
    lx.LAST_TIME: Doubt.ANOTHER_TIME,
    lx.ABOUT: Doubt.ROUGHLY,
    lx.UNCLEAR: Doubt.TWO_NEGATIONS,
}
_IN_A_STATEMENT = _BESIDE | _TURNING.keys() - {lx.WHEN} | {lx.BUT, lx.MOCKING}
_IN_A_CORE_STATEMENT = _IN_A_STATEMENT | {lx.THING, COUNT, lx.WHEN, lx.WHY}
# Also said for "yes" and "no": they need something that is found so.
_WEAK = frozenset(
    ("ok", "fine", "okay", "okie", "alright", "all right", "不行", "好好", "oklah", "can la", "can lah")
)
_SAYING = frozenset((lx.LEVEL, lx.UNCLEAR))
_NOTS = frozenset((lx.NOT, lx.NOT_AT_ALL))
NONE: frozenset[Doubt] = frozenset()
# Doubts about words that say nothing against a number beside them.
_ONLY_OF_WORDS = frozenset((Doubt.YES_OR_NO, Doubt.WITH_COMPLAINT, Doubt.AMONG_OTHER_WORDS))


class Satisfaction(NamedTuple):
    """What is said of satisfaction: `level` of the one thing that is said for certain (2 to -2), or `doubts`,
    or neither.

    `levels` are all that are found in the text, certain or not; `core`: words of the labels' kind are among
    them; `aspect`: it is said of the staff, or of another part; `label` is the score whose label is a clause
    word for word; `span` where it is said.
    """

    level: int | None = None
    doubts: frozenset[Doubt] = NONE
    levels: frozenset[int] = frozenset()
    core: bool = False
    aspect: bool = False
    label: int | None = None
    span: tuple[int, int] = (0, 0)


class _Statement(NamedTuple):
    level: int
    core: bool
    clause: int


def worded(found: list[Clause], text: str, moods: frozenset[int], survey: Survey) -> Satisfaction:
    """What the clauses of a composed text say about satisfaction."""
    exact = labels(survey).exact
    levels: set[int] = set()
    statements: list[_Statement] = []
    named: set[int] = set()
    doubts: set[Doubt] = set()
    any_core = others = False
    span = (0, len(text))
    for number, (tokens, stop) in enumerate(found):
        written = text[tokens[0].start : tokens[-1].end]
        if written in exact:
            named.add(exact[written])
            span = _reach(tokens)
        kinds = {token.kind for token in tokens}
        if kinds.isdisjoint(_SAYING):
            continue
        own = [token for token in tokens if token.kind == lx.LEVEL]
        if len(tokens) <= 5 or lx.WORD not in kinds:
            levels.update(int(token.value) for token in own)
        others = others or says.others.search(text, *_reach(tokens)) is not None
        core = any(
            says.core.search(text, token.start, token.end) for token in tokens if token.kind in _SAYING
        )
        any_core = any_core or core
        if not _is_statement(tokens, text, core, own):
            continue
        span = _reach(tokens)
        asked = bool(own) and any(token.kind == lx.WHY for token in tokens[: tokens.index(own[0])])
        asked = asked or any(_asked_or_counted(one, other) for one, other in pairwise(tokens))
        quoted = text[: tokens[0].start].endswith('"') and stop == '"' and len(found) > 1
        turned = {doubt for kind, doubt in _TURNING.items() if kind in kinds}
        turned |= {Doubt.QUESTION} if asked or stop == "?" else set()
        turned |= {Doubt.REPORTED} if quoted else set()
        if turned:
            doubts |= turned
        elif not core and _is_weak(tokens, text, own):
            doubts |= {Doubt.YES_OR_NO} if len(found) == 1 else set()
        else:
            statements += [_Statement(int(token.value), core, number) for token in own]
    if not statements:
        if len(named) == 1 and not doubts:
            return Satisfaction(label=named.pop(), span=span)
        doubts |= {Doubt.SEVERAL} if len(named) > 1 else set()
        return Satisfaction(doubts=frozenset(doubts), levels=frozenset(levels), core=any_core, span=span)
    label = named.pop() if len(named) == 1 else None
    if label is not None and _further(statements, labels(survey).levels.get(label)):
        label = None  # "satisfied, very satisfied"
    certain = Satisfaction(
        _overall(statements, found, text),
        levels=frozenset(levels),
        label=label,
        aspect=all(any(token.kind == lx.TOPIC for token in found[one.clause][0]) for one in statements),
        span=span,
    )
    doubts |= {Doubt.REPORTED} if others else set()
    doubts |= _doubts(certain, statements, found, moods, text)
    if doubts:
        return certain._replace(level=None, label=None, doubts=frozenset(doubts))
    return _certain(certain, statements, found)


def rating_in_words(words: Satisfaction, survey: Survey) -> Candidate | None:
    """The score for what is said; None where nothing is."""
    score = words.label
    rule = Rule.EVERYDAY_WORDS if score is None else Rule.LABEL
    doubts = words.doubts
    if score is None and words.level is not None:
        score = labels(survey).scores.get(words.level)
        doubts = doubts if score is not None else doubts | {Doubt.NO_LABEL}
    if score is None and not doubts:
        return None
    return Candidate(Intent.RATING, rule, words.span, score, doubts)


def _further(statements: list[_Statement], level: int | None) -> bool:
    """Whether one of the statements goes further than `level`, the same way."""
    return level is not None and any(
        one.level * level > 0 and abs(one.level) > abs(level) for one in statements
    )


def _asked_or_counted(one: Token, other: Token) -> bool:
    """满意啥, 5个满意"""
    return (one.kind == lx.LEVEL and other.kind == lx.WHY) or (
        one.kind == COUNT and other.kind == lx.LEVEL and one.end == other.start
    )


def _overall(statements: list[_Statement], found: list[Clause], text: str) -> int:
    """The level that counts: what is said of the whole, else what goes furthest."""
    whole = [one.level for one in statements if says.whole.search(text, *_reach(found[one.clause][0]))]
    return max(whole or [one.level for one in statements], key=abs)


def _reach(tokens: list[Token]) -> tuple[int, int]:
    return tokens[0].start, tokens[-1].end


def _is_statement(tokens: list[Token], text: str, core: bool, own: list[Token]) -> bool:
    """Whether a clause says how satisfied its writer is, and nothing else."""
    kinds = [token.kind for token in tokens]
    if lx.THING in kinds and not core:
        return False  # "信号不好" is a complaint
    allowed = _IN_A_CORE_STATEMENT if core else _IN_A_STATEMENT
    if own and int(own[0].value) < 0:
        allowed = allowed | {lx.COMPLAINT}
    if all(kind in allowed for kind in kinds):
        return True
    if not own:
        return False
    place = tokens.index(own[-1])
    before, after = kinds[:place], kinds[place + 1 :]
    if core and all(kind in allowed for kind in after) and "对" in text[tokens[0].start : own[-1].start]:
        return True  # 对王师傅的服务很满意
    behind = place + 1
    while (
        behind < len(kinds)
        and kinds[behind] in (lx.TOPIC, lx.FILL)
        and not says.with_what.match(text, tokens[behind - 1].end)
    ):
        behind += 1
    with_whom = says.with_what.match(text, tokens[behind - 1].end) is not None
    if with_whom and says.so_that.search(text, tokens[0].start):
        return False  # "so happy that I have to call every day"
    if says.that_happened.match(text, tokens[behind - 1].end) and lx.WORD in kinds and lx.PRAISE not in kinds:
        return False  # "very satisfied that my bill doubled"
    return with_whom and lx.GIVE not in before and all(kind in allowed for kind in before)


def _is_weak(tokens: list[Token], text: str, own: list[Token]) -> bool:
    if says.acknowledges.match(text, tokens[0].start) and max(int(token.value) for token in own) < 2:
        return True
    weak = all(text[token.start : token.end] in _WEAK for token in own)
    return weak and not says.subjects.search(text, tokens[0].start, tokens[-1].end)


def _doubts(
    what: Satisfaction, statements: list[_Statement], found: list[Clause], moods: frozenset[int], text: str
) -> set[Doubt]:
    """What in the rest of the text makes the statements uncertain."""
    good = sign(what.level or 0)
    core = any(one.core for one in statements)
    kinds = {token.kind for tokens, _ in found for token in tokens}
    others = _others(statements, found)
    doubts = set()
    if len({sign(one.level) for one in statements}) > 1 or (
        good and any(sign(one) == -good for one in what.levels)
    ):
        doubts.add(Doubt.SEVERAL)
    if lx.MOCKING in kinds or 2 in moods or (good and -good in moods):
        doubts.add(Doubt.MOCKING)
    if lx.IF in others:
        doubts.add(Doubt.CONDITION)
    if good <= 0:
        return doubts
    last = found[-1][0]
    if last[-1].kind in _NOTS or (len(last) < 4 and any(token.kind in _NOTS for token in last)):
        doubts.add(Doubt.NEGATED)  # "satisfied... not", "was satisfied, not anymore"
    complaint = lx.COMPLAINT in kinds or (COUNT in others and not core)
    if complaint and not (core and lx.BUT in kinds):
        doubts.add(Doubt.WITH_COMPLAINT)
    if says.worse.search(text):
        doubts.add(Doubt.MOCKING)  # 修了五天越修越坏, "another outage"
    return doubts


def _certain(what: Satisfaction, statements: list[_Statement], found: list[Clause]) -> Satisfaction:
    """`what`, if its words may stand beside the rest of the text: words of the labels' kind always,
    everyday ones only where all the rest is understood."""
    if what.label is not None or any(one.core for one in statements):
        return what
    others = _others(statements, found)
    bad = sign(what.level or 0) < 0
    if all(kind in _BESIDE for kind in others) or (bad and lx.COMPLAINT in others):
        return what
    but = any(token.kind == lx.BUT for tokens, _ in found for token in tokens)
    doubts = frozenset({Doubt.AMONG_OTHER_WORDS}) if but or bad else NONE
    return Satisfaction(doubts=doubts, levels=what.levels, span=what.span)


def _others(statements: list[_Statement], found: list[Clause]) -> list[str]:
    """The kinds of all tokens outside the statements' clauses."""
    places = {one.clause for one in statements}
    return [token.kind for place, (tokens, _) in enumerate(found) if place not in places for token in tokens]


# -- words beside a number -------------------------------------------------------------------------


def beside(
    number: Candidate, words: Satisfaction, found: list[Clause], plain: Plain, survey: Survey
) -> set[Doubt]:
    """What in the rest of a text speaks against a number in it being the score."""
    score = int(number.value or 0)
    kinds = {token.kind for tokens, _ in found for token in tokens}
    levels = levels_of_score(score, survey)
    good, bad = max(levels), min(levels)
    doubts = set()
    insincere = bad > 0 and given_with.insincere.search(plain.text)
    if lx.MOCKING in kinds or 2 in plain.moods or insincere:
        doubts.add(Doubt.MOCKING)
    if (good < 0 and 1 in plain.moods and -1 not in plain.moods) or (bad > 0 and -1 in plain.moods):
        doubts.add(Doubt.EMOJI_DISAGREES)
    if number.rule is Rule.NUMBER_CORRECTED:
        return doubts
    if conflict(score, words, survey) or words.doubts - _ONLY_OF_WORDS:
        doubts.add(Doubt.DISAGREES)
    if lx.BUT in kinds:
        return doubts
    strong = {sign(level) for level in words.levels if abs(level) == 2}
    if {-sign(good), -sign(bad)} <= strong and sign(good) not in strong:
        doubts.add(Doubt.DISAGREES)
    if score == survey.best and bad > 0 and _complains(found, plain.text):
        doubts.add(Doubt.WITH_COMPLAINT)
    if score == survey.worst and lx.PRAISE in kinds and lx.COMPLAINT not in kinds:
        doubts.add(Doubt.WITH_PRAISE)
    return doubts


def _complains(found: list[Clause], text: str) -> bool:
    """Whether something is complained about and not put right: praise after a complaint is, before not."""
    tokens = [token for clause, _ in found for token in clause]
    good_before = False
    bad = []
    for token in tokens:
        good_before = good_before or token.kind == lx.PRAISE
        if token.kind == lx.COMPLAINT or (
            good_before and token.kind == COUNT and says.long.search(text, token.start, token.end)
        ):
            bad.append(token.start)
    good = [
        token.start
        for token in tokens
        if token.kind == lx.PRAISE or (token.kind == lx.LEVEL and int(token.value) > 0)
    ]
    return bool(bad) and (not good or good[-1] < bad[-1])


def conflict(score: int, words: Satisfaction, survey: Survey) -> bool:
    """Whether what is said does not go with the score: it has another sign, or is another score's own
    label and goes further than the number ("4 非常满意", but not "5 满意")."""
    own = levels_of_score(score, survey)
    if words.label is not None and words.label != score:
        label = levels_of_score(words.label, survey)
        if not any(sign(a) == sign(b) and abs(a) >= abs(b) for a in own for b in label):
            return True
    level = words.level
    if level is None:
        return False
    near = 2 if words.aspect else 1  # "the technician was great, 3"
    return not any(sign(one) * sign(level) > 0 or abs(one - level) <= near for one in own)


# -- how good scores and labels are ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Labels:
    """`exact`: the labels as `normalise` leaves them, with their score. `scores`: the score of a level
    (2 very good to -2 very bad). `levels`: the level of a score, where its label tells."""

    exact: dict[str, int]
    scores: dict[int, int]
    levels: dict[int, int]


@lru_cache(maxsize=256)
def labels(survey: Survey) -> Labels:
    """The labels of `survey`, read once.

    A level that two scores' labels share is nobody's. "Very good" is the best score where the best label
    only says "good", and "very bad" the worst likewise; no other level is stretched.
    """
    exact: dict[str, int] = {}
    by_level: dict[int, set[int]] = {}
    levels: dict[int, int] = {}
    for score, words in survey.labels:
        plain = normalise(words).text.strip(" .!")
        exact[plain] = score
        level = level_of(plain)
        if level is not None:
            by_level.setdefault(level, set()).add(score)
            levels.setdefault(score, level)
    scores = {level: min(found) for level, found in by_level.items() if len(found) == 1}
    if 2 not in by_level and scores.get(1) == survey.best:
        scores[2] = survey.best
    if -2 not in by_level and scores.get(-1) == survey.worst:
        scores[-2] = survey.worst
    return Labels(exact, scores, levels)


def level_of(plain: str) -> int | None:
    """The one level that normalised words say; None when they say none, or several."""
    if plain == "好":
        return 1
    tokens = compose(lx.lex(plain), plain)
    found = {int(token.value) for token in tokens if token.kind == lx.LEVEL}
    if len(found) != 1 or any(token.kind == lx.UNCLEAR for token in tokens):
        return None
    return found.pop()


@lru_cache(maxsize=1_024)
def levels_of_score(score: int, survey: Survey) -> frozenset[int]:
    """How good `score` is: by its place on the scale, and by its label where there is one."""
    low, high = survey.scale or (0, 1)
    share = (score - low) / (high - low)
    if survey.best == low:
        share = 1 - share
    place = 2 if share >= 1 else 1 if share > 0.6 else 0 if share >= 0.4 else -1 if share > 0 else -2
    if high - low == 2:
        place //= 2  # on three steps the ends are "good" and "bad"
    if place == 0 and score in survey.dissatisfied:
        place = -1
    return frozenset((place, labels(survey).levels.get(score, place)))


def sign(level: int) -> int:
    """1, 0 or -1."""
    return (level > 0) - (level < 0)
