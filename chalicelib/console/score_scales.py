"""The scores of the board by the scale that each was given on, and the bars that are drawn of them. Pure
functions; a bar is 100 wide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.campaigns.survey_block import SurveyBlock
from chalicelib.care.figures import BoardFigures
from chalicelib.store.schema.cases import badness

USUAL = (1, 5, 5)  # of scores whose survey is not live any more; as `care.survey_counters` has it
LONGER = (0, 10, 10)  # the same where they cannot be of the usual one
STEPS = 5  # colours, from the worst score to the best
NAMED = 11  # scores of a scale that have a row each; of a longer one, each colour has one
Scale = tuple[int, int, int]
"""The lowest score, the highest, and which of the two is the best."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar: where it begins, how wide it is, and its colour, 1 the worst to 5 the best."""

    x: float
    width: float
    step: int


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """How often a score was given, or the scores from `first` to `last`; in colour `step`."""

    first: int
    last: int
    step: int
    n: int


@dataclass(frozen=True, slots=True)
class Scored:
    """How often each score of one scale was given. `good` are those of who is satisfied, None where no survey
    says it or two differ; `words` are what scores are called, where all surveys agree."""

    scale: Scale
    scores: Mapping[int, int]
    good: frozenset[int] | None = None
    words: Mapping[int, str] = field(default_factory=dict)

    @property
    def answers(self) -> int:
        """How many scores there are."""
        return sum(self.scores.values())

    @property
    def average(self) -> float:
        """Their mean."""
        return sum(score * n for score, n in self.scores.items()) / self.answers


def scale_of(survey: SurveyBlock | None, scores: Iterable[int]) -> Scale:
    """The scale of a survey, wide enough for scores that came while it had another one."""
    given = list(scores)
    usual = all(USUAL[0] <= score <= USUAL[1] for score in given)
    low, high, best = (*survey.scale, survey.best) if survey else USUAL if usual else LONGER
    lowest, highest = min([low, *given]), max([high, *given])
    return lowest, highest, lowest if best == low else highest


def by_scale(
    campaigns: Mapping[str, BoardFigures], surveys: Mapping[str, SurveyBlock], language: str
) -> list[Scored]:
    """The scores of all campaigns, together where they have one scale; the scale with most answers first."""
    groups: dict[Scale, dict[str, dict[int, int]]] = {}
    for campaign, one in campaigns.items():
        if scores := one.scores:
            groups.setdefault(scale_of(surveys.get(campaign), scores), {})[campaign] = scores
    found = []
    for scale, members in groups.items():
        blocks = [surveys.get(campaign) for campaign in members]
        goods = {_good(block, scale) for block in blocks}
        words = [dict(block.labels.get(language, {})) if block else {} for block in blocks]
        same = words[0] if all(one == words[0] for one in words) else {}
        good = goods.pop() if len(goods) == 1 else None
        found.append(Scored(scale, _summed(members.values()), good, same))
    return sorted(found, key=lambda one: (-one.answers, one.scale))


def _good(block: SurveyBlock | None, scale: Scale) -> frozenset[int] | None:
    if block is None or block.scale != scale[:2]:
        return None
    return frozenset(range(scale[0], scale[1] + 1)) - block.dissatisfied


def _summed(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    sums: dict[int, int] = {}
    for part in parts:
        for score, n in part.items():
            sums[score] = sums.get(score, 0) + n
    return dict(sorted(sums.items()))


def step_of(score: int, scale: Scale) -> int:
    """The colour of a score: 1 the worst to 5 the best."""
    return STEPS - round((STEPS - 1) * badness(score, scale[:2], scale[2]))


def rows(one: Scored) -> list[ScoreRow]:
    """A row for each score of the scale, also where nobody gave it, the best first; of a long scale one for
    the scores of each colour."""
    low, high, best = one.scale
    every = sorted(range(low, high + 1), key=lambda score: abs(score - best))
    alike = (
        [[score] for score in every]
        if len(every) <= NAMED
        else [[score for score in every if step_of(score, one.scale) == n] for n in range(STEPS, 0, -1)]
    )
    return [
        ScoreRow(min(some), max(some), step_of(some[0], one.scale), sum(one.scores.get(n, 0) for n in some))
        for some in alike
    ]


def bar(scores: Mapping[int, int], scale: Scale) -> list[Segment]:
    """A bar of scores, the worst at the left; nothing without scores."""
    by_step: dict[int, int] = {}
    for score, n in scores.items():
        step = step_of(score, scale)
        by_step[step] = by_step.get(step, 0) + n
    return _segments(sorted(by_step.items()))


def halves(satisfied: float, answers: float) -> list[Segment]:
    """A bar of who was not satisfied and who was, where scores of several scales are together."""
    return _segments([(1, max(0, answers - satisfied)), (STEPS, satisfied)])


def _segments(parts: Sequence[tuple[int, float]]) -> list[Segment]:
    whole = sum(n for _, n in parts)
    found, before = [], 0.0
    for step, n in parts:
        if n:
            found.append(Segment(round(100 * before / whole, 2), round(100 * n / whole, 2), step))
            before += n
    return found
