"""Scores by the scale they were given on: surveys of one scale together, colours, rows and bars."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.survey_block import SurveyBlock
from chalicelib.care.figures import BoardFigures
from chalicelib.console import score_scales
from chalicelib.console.score_scales import Scale, Scored


def survey(low: int, high: int, best: int, bad: set[int], **words: dict[int, str]) -> SurveyBlock:
    return SurveyBlock(None, timedelta(hours=72), (low, high), best, frozenset(bad), words)


def gave(**scores: int) -> BoardFigures:
    return BoardFigures({f"score_{name.removeprefix('s')}": n for name, n in scores.items()})


USUAL = survey(1, 5, 5, {1, 2}, en={5: "very satisfied"})


@pytest.mark.parametrize(
    ("block", "scores", "scale"),
    [
        pytest.param(USUAL, [2, 3], (1, 5, 5), id="as its survey has it"),
        pytest.param(None, [2, 3], (1, 5, 5), id="no survey is live"),
        pytest.param(None, [0, 9], (0, 10, 10), id="no survey is live, and scores were others"),
        pytest.param(USUAL, [10], (1, 10, 10), id="the scale was longer before"),
        pytest.param(survey(1, 3, 1, {3}), [4], (1, 4, 1), id="the lowest is the best"),
    ],
)
def test_a_scale_has_room_for_every_score(block: SurveyBlock | None, scores: list[int], scale: Scale) -> None:
    assert score_scales.scale_of(block, scores) == scale


def test_surveys_of_one_scale_are_together_and_others_apart() -> None:
    surveys = {"a": USUAL, "b": USUAL, "long": survey(0, 10, 10, set(range(7)))}
    campaigns = {"a": gave(s5=2), "b": gave(s5=1, s1=1), "long": gave(s9=1), "silent": BoardFigures()}
    found = score_scales.by_scale(campaigns, surveys, "en")
    assert [(one.scale, one.scores) for one in found] == [((1, 5, 5), {1: 1, 5: 3}), ((0, 10, 10), {9: 1})]
    assert [set(one.good or ()) for one in found] == [{3, 4, 5}, {7, 8, 9, 10}]
    assert (found[0].words, found[0].average) == ({5: "very satisfied"}, 4.0)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(survey(1, 5, 5, {1}), id="another score is good enough"),
        pytest.param(None, id="a survey that is not live any more"),
    ],
)
def test_what_surveys_do_not_agree_in_is_not_said(other: SurveyBlock | None) -> None:
    surveys = {"a": USUAL} | ({"b": other} if other else {})
    (found,) = score_scales.by_scale({"a": gave(s5=1), "b": gave(s4=1)}, surveys, "en")
    assert (found.good, found.words) == (None, {})


@pytest.mark.parametrize(
    ("scale", "steps"),
    [
        ((1, 5, 5), [1, 2, 3, 4, 5]),
        ((1, 5, 1), [5, 4, 3, 2, 1]),
        ((1, 3, 3), [1, 3, 5]),
        ((0, 1, 1), [1, 5]),
    ],
)
def test_colours_go_from_the_worst_to_the_best(scale: Scale, steps: list[int]) -> None:
    assert [score_scales.step_of(score, scale) for score in range(scale[0], scale[1] + 1)] == steps


def test_each_score_has_a_row_and_of_a_long_scale_each_colour() -> None:
    short = score_scales.rows(Scored((1, 5, 5), {1: 2, 5: 3}))
    assert [(one.first, one.n) for one in short] == [(5, 3), (4, 0), (3, 0), (2, 0), (1, 2)]
    assert [one.first for one in score_scales.rows(Scored((1, 3, 1), {2: 1}))] == [1, 2, 3]
    long = score_scales.rows(Scored((0, 100, 100), {100: 1, 90: 1, 3: 1}))
    assert [(one.step, one.n) for one in long] == [(5, 2), (4, 0), (3, 0), (2, 0), (1, 1)]
    assert (long[0].last, long[-1].first) == (100, 0)


@given(
    st.tuples(st.integers(0, 5), st.integers(6, 100), st.booleans()),
    st.dictionaries(st.integers(0, 100), st.integers(1, 10**6), min_size=1),
)
def test_a_bar_is_full_and_its_worst_end_is_at_the_left(
    ends: tuple[int, int, bool], scores: dict[int, int]
) -> None:
    low, high, up = ends
    on_scale = {score: n for score, n in scores.items() if low <= score <= high}
    scale = (low, high, high if up else low)
    bar = score_scales.bar(on_scale, scale)
    assert [one.step for one in bar] == sorted({score_scales.step_of(score, scale) for score in on_scale})
    if on_scale:
        assert bar[0].x == 0
        assert bar[-1].x + bar[-1].width == pytest.approx(100, abs=0.05)
        assert sum(one.n for one in score_scales.rows(Scored(scale, on_scale))) == sum(on_scale.values())
    else:
        assert bar == []


def test_without_answers_there_is_no_bar() -> None:
    assert score_scales.halves(0, 0) == []
    assert [(one.step, one.x, one.width) for one in score_scales.halves(3, 4)] == [(1, 0, 25), (5, 25, 75)]
    assert [one.step for one in score_scales.halves(4, 4)] == [5]
