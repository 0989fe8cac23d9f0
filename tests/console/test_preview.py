"""The marks of a text: its variables, what makes it dearer, and where its segments begin."""

from __future__ import annotations

import pytest

from chalicelib.campaigns.meter import counted, marks
from chalicelib.console.preview import bare, parts_of, pieces_of, place_of
from tests.support.factories import EMILY, SKYLARK

SOURCE = "{{ name | greeting }}, it’s time."


def test_a_source_is_cut_at_its_variables_and_dear_characters() -> None:
    found = pieces_of(SOURCE, marks(SOURCE), {})
    assert "".join(one.words for one in found) == SOURCE
    assert [(one.words, one.kind, one.note) for one in found if one.kind] == [
        ("{{ name | greeting }}", "chip", ""),
        ("’", "dear", "'"),
    ]


def test_a_tag_that_is_not_closed_is_plain_words() -> None:
    assert [one.kind for one in pieces_of("{{ name", [], {})] == [""]
    assert pieces_of("", [], {}) == []


def test_segments_begin_in_the_middle_of_words_and_before_variables() -> None:
    found = pieces_of("ab{{ x }}", [], {1: "2", 2: "3"})
    assert [(one.words, one.kind) for one in found] == [
        ("a", ""),
        ("", "break"),
        ("b", ""),
        ("", "break"),
        ("{{ x }}", "chip"),
    ]


PLACES = {
    "in the words": ("Hello {{ name }}, bye now", "Sky: Hello Emily, bye now", "bye", "bye"),
    "in a variable's value": ("Hello {{ name }}, bye now", "Sky: Hello Emily, bye now", "mily", "{{ name }}"),
    "in the signature": ("Hello {{ name }}", "Sky: Hello Emily", "ky", "Hello"),
    "in the opt-out hint": ("Hello", "Hello Reply STOP", "STOP", ""),
}


@pytest.mark.parametrize(("source", "body", "at", "place"), PLACES.values(), ids=PLACES.keys())
def test_a_place_of_a_text_is_found_in_its_source(source: str, body: str, at: str, place: str) -> None:
    assert place_of(source, body, body.index(at)) == (source.index(place) if place else len(source))


def test_a_long_text_is_not_searched_for_ever() -> None:
    assert place_of("a" * 4000, "a" * 1600, 100) is None


def test_a_filled_text_is_cut_where_its_second_segment_begins() -> None:
    filled = counted("x" * 200, "en", EMILY, SKYLARK.originators[0], {})
    first, cut, second = parts_of(filled)
    assert (len(first.words), cut.kind, cut.note, len(second.words)) == (153, "break", "2", 47)
    assert [one.words for one in parts_of(counted("short", "en", EMILY, SKYLARK.originators[0], {}))] == [
        "short"
    ]


@pytest.mark.parametrize(
    ("source", "dear"),
    [("It’s 5 €", "’"), ("Hi 😀", "😀"), ("您好！It’s", ""), ("はい’", ""), ("Hello", "")],
    ids=["an apostrophe", "an emoji", "Chinese anyway", "kana anyway", "nothing"],
)
def test_only_what_needlessly_makes_a_text_dearer_is_marked(source: str, dear: str) -> None:
    assert "".join(one.character for one in bare("text", "en", source).marks) == dear
