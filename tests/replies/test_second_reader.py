"""The second reader doubts, and never decides."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.replies import second_reader
from chalicelib.replies.normalise import normalise
from chalicelib.replies.reading import ASK, read, read_by_every_rule
from local.train_reader import counted, examples, packed, train
from tests.replies.corpus import everything, surveys

CSAT = surveys()["csat"]
WORDS = st.sampled_from(
    [
        "5",
        "1",
        "3 天",
        "STOP",
        "退订",
        "不满意",
        "great",
        "no more texts",
        "wrong number",
        "没网了",
        "，",
        " ",
        "my bill",
        "START",
    ]
)


@settings(max_examples=300)
@given(st.lists(WORDS, min_size=1, max_size=6).map("".join))
def test_a_reading_stays_or_becomes_a_question(text: str) -> None:
    alone, seconded = read_by_every_rule(text, CSAT), read(text, CSAT)
    assert seconded == alone or seconded.kind == ASK


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("5 户都没信号", "rating", id="a count"),
        pytest.param("7 weeks later still nothing", "rating", id="a count in English"),
        pytest.param("4 lorries in a row and no reply", "rating", id="a count of what it never saw"),
    ],
)
def test_a_decision_that_the_words_do_not_bear_out_is_doubted(text: str, kind: str) -> None:
    assert second_reader.doubts(normalise(text).text, kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("4，师傅挺好", "rating", id="a score and praise"),
        pytest.param("2 - nobody came on the day", "rating", id="a score and a complaint"),
        pytest.param("please stop texting me", "opt_out", id="a no in English"),
        pytest.param("以后别给我发短信了", "opt_out", id="a no in Chinese"),
        pytest.param("you have the wrong number", "not_me", id="somebody else"),
    ],
)
def test_a_decision_that_the_words_bear_out_stands(text: str, kind: str) -> None:
    assert not second_reader.doubts(normalise(text).text, kind)


@pytest.mark.parametrize(
    ("text", "kind"),
    list(product(["5", "TD", "STOP", "3 meh", "柒"], second_reader.CLASSES[:-1])),
)
def test_what_is_too_short_to_judge_is_left_to_the_rules(text: str, kind: str) -> None:
    assert not second_reader.doubts(normalise(text).text, kind)


def test_probabilities_are_of_every_class_and_make_one() -> None:
    found = second_reader.probabilities("3 days without internet")
    assert set(found) == set(second_reader.CLASSES)
    assert sum(found.values()) == pytest.approx(1)


def test_weights_are_what_the_command_makes_and_small() -> None:
    chance = Random(7)
    some = examples([*list(everything(chance))[:200], *list(counted(chance))[:100]])
    assert packed(train(some, seed=3)) == packed(train(some, seed=3))
    size = len(second_reader.CLASSES) * second_reader.BUCKETS
    assert second_reader.WEIGHTS.stat().st_size == size <= 300_000
