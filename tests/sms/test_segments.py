"""Boundaries as tables, and what holds for every text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.sms import clusters as reader
from chalicelib.sms.segments import Counted, Offender, _is_plain, count, split, why_ucs2
from tests.sms.samples import BASIC, EXTENDED, LOOSE, WHOLES

FAMILY = "👨‍👩‍👧‍👦"  # 11 UTF-16 units
GSM, UCS = "GSM-7", "UCS-2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", Counted(GSM, 1, 0), id="empty_is_sent_as_one"),
        pytest.param("a" * 160, Counted(GSM, 1, 160), id="160_septets_fit_one"),
        pytest.param("a" * 161, Counted(GSM, 2, 161), id="161_septets_need_two"),
        pytest.param("a" * 306, Counted(GSM, 2, 306), id="306_septets_fit_two"),
        pytest.param("a" * 307, Counted(GSM, 3, 307), id="307_septets_need_three"),
        pytest.param("€" * 80, Counted(GSM, 1, 160), id="an_escape_costs_two"),
        pytest.param("€" * 81, Counted(GSM, 2, 162), id="escapes_fill_152_of_153"),
        pytest.param("a" * 152 + "€" + "a" * 152, Counted(GSM, 3, 306), id="an_escape_is_not_split"),
        pytest.param("a" * 151 + "€" + "a" * 153, Counted(GSM, 2, 306), id="an_escape_that_ends_a_segment"),
        pytest.param("a" * 158 + "€", Counted(GSM, 1, 160), id="an_escape_that_ends_a_single_segment"),
        pytest.param(EXTENDED, Counted(GSM, 1, 20), id="all_ten_extended_characters"),
        pytest.param(BASIC, Counted(GSM, 1, 127), id="all_127_basic_characters"),
        pytest.param("Ç", Counted(GSM, 1, 1), id="capital_c_cedilla_is_gsm7"),
        pytest.param("ç", Counted(UCS, 1, 1), id="small_c_cedilla_is_not"),
        pytest.param("`", Counted(UCS, 1, 1), id="backtick_is_not"),
        pytest.param("it’s", Counted(UCS, 1, 4), id="a_typographic_apostrophe_is_not"),
        pytest.param("10\u00a0GB", Counted(UCS, 1, 5), id="a_no_break_space_is_not"),
        pytest.param("\x1b", Counted(UCS, 1, 1), id="the_escape_itself_is_not"),
        pytest.param("中" * 70, Counted(UCS, 1, 70), id="70_units_fit_one"),
        pytest.param("中" * 71, Counted(UCS, 2, 71), id="71_units_need_two"),
        pytest.param("中" * 134, Counted(UCS, 2, 134), id="134_units_fit_two"),
        pytest.param("中" * 135, Counted(UCS, 3, 135), id="135_units_need_three"),
        pytest.param("中" + "€" * 69, Counted(UCS, 1, 70), id="in_ucs2_an_extended_character_costs_one"),
        pytest.param("😀" * 35, Counted(UCS, 1, 70), id="a_surrogate_pair_costs_two"),
        pytest.param("😀" * 67, Counted(UCS, 3, 134), id="66_units_of_pairs_to_a_segment"),
        pytest.param("中" * 66 + "😀" + "中" * 66, Counted(UCS, 3, 134), id="a_surrogate_pair_is_not_split"),
        pytest.param(
            "中" * 66 + "e\u0301" + "中" * 66, Counted(UCS, 3, 134), id="a_mark_stays_with_its_letter"
        ),
        pytest.param("中" * 65 + "🇨🇳" + "中" * 65, Counted(UCS, 3, 134), id="a_flag_is_not_split"),
        pytest.param("中" * 60 + FAMILY + "中" * 63, Counted(UCS, 3, 134), id="a_family_is_not_split"),
        pytest.param("中" * 66 + "\r\n" + "中" * 66, Counted(UCS, 2, 134), id="a_line_break_may_be_split"),
        pytest.param("\ud83d", Counted(UCS, 1, 1), id="half_a_surrogate_pair"),
        pytest.param("\ud83d" + "中" * 70, Counted(UCS, 2, 71), id="half_a_pair_in_a_long_text"),
        pytest.param(
            "中" * 66 + "\ud83d\ude00" + "中" * 66, Counted(UCS, 3, 134), id="two_halves_are_a_pair"
        ),
        pytest.param("e\u0301" * 50_000, Counted(UCS, 1516, 100_000), id="a_hundred_thousand_characters"),
    ],
)
def test_segments_as_the_network_counts_them(text: str, expected: Counted) -> None:
    assert count(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", Counted(GSM, 1, 0), id="empty_is_sent_as_one"),
        pytest.param("a" * 70, Counted(GSM, 1, 70), id="70_letters_fit_one_ascii_too"),
        pytest.param("a" * 71, Counted(GSM, 2, 71), id="71_letters_need_two"),
        pytest.param("【云通】" + "中" * 66, Counted(UCS, 1, 70), id="the_signature_counts"),
        pytest.param("【云通】" + "中" * 67, Counted(UCS, 2, 71), id="the_signature_tips_it_over"),
        pytest.param("中" * 134, Counted(UCS, 2, 134), id="67_each_when_joined"),
        pytest.param("中a" * 67 + "1", Counted(UCS, 3, 135), id="135_need_three"),
        pytest.param("€" * 70, Counted(GSM, 1, 70), id="nothing_costs_two"),
        pytest.param("😀" * 70, Counted(UCS, 1, 70), id="an_emoji_counts_one"),
        pytest.param("e\u0301" * 35 + "x", Counted(UCS, 2, 71), id="a_mark_counts_one"),
    ],
)
def test_segments_as_mainland_china_counts_them(text: str, expected: Counted) -> None:
    assert count(text, "cn") == expected


def test_another_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="'gsm'"):
        count("a", "gsm")


def test_an_escape_that_does_not_fit_moves_to_the_next_segment() -> None:
    assert split("a" * 152 + "€" + "b" * 152) == ["a" * 152, "€" + "b" * 151, "b"]


def test_a_family_that_does_not_fit_moves_to_the_next_segment() -> None:
    assert split("中" * 60 + FAMILY + "文" * 9) == ["中" * 60, FAMILY + "文" * 9]


def test_a_cluster_longer_than_a_segment_is_not_cut() -> None:
    long = "e" + "\u0301" * 99
    assert split("a" + long) == ["a", long]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Pay 5€ now", [], id="gsm7_has_no_offenders"),
        pytest.param("it’s", [Offender(2, "’", "'")], id="apostrophe"),
        pytest.param("“a”", [Offender(0, "“", '"'), Offender(2, "”", '"')], id="quotes_one_by_one"),
        pytest.param("wait…", [Offender(4, "…", "...")], id="ellipsis"),
        pytest.param("5\u00a0GB", [Offender(1, "\u00a0", " ")], id="no_break_space"),
        pytest.param("5\u202fGB", [Offender(1, "\u202f", " ")], id="narrow_no_break_space"),
        pytest.param("8–20", [Offender(1, "–", "-")], id="dash"),
        pytest.param("a\tb", [Offender(1, "\t", " ")], id="tab"),
        pytest.param("a\u200bb", [Offender(1, "\u200b", "")], id="zero_width_space_goes"),
        pytest.param(
            "ＡＢ１",
            [Offender(0, "Ａ", "A"), Offender(1, "Ｂ", "B"), Offender(2, "１", "1")],
            id="full_width",
        ),
        pytest.param(
            "cafe\u0301", [Offender(3, "e\u0301", "é")], id="a_letter_and_its_mark_that_are_one_in_gsm7"
        ),
        pytest.param("ça", [Offender(0, "ç", None)], id="an_accent_is_not_dropped"),
        pytest.param("10²", [Offender(2, "²", None)], id="a_square_is_not_a_two"),
        pytest.param("½", [Offender(0, "½", None)], id="a_half_is_not_one_and_two"),
        pytest.param(
            f"a{FAMILY}’", [Offender(1, FAMILY, None), Offender(8, "’", "'")], id="an_emoji_is_one_offender"
        ),
        pytest.param("中", [Offender(0, "中", None)], id="han"),
        pytest.param("\ud83d", [Offender(0, "\ud83d", None)], id="half_a_pair"),
    ],
)
def test_why_it_is_ucs2(text: str, expected: list[Offender]) -> None:
    assert why_ucs2(text) == expected


ANY = st.text(st.characters(exclude_categories=()))
GSM_TEXT = st.text(BASIC + EXTENDED, max_size=500)
MADE_OF_WHOLES = st.lists(st.sampled_from(WHOLES + LOOSE), max_size=150)


def _septets(text: str) -> int:
    return sum(2 if character in EXTENDED else 1 for character in text)


def _utf16(text: str) -> int:
    return sum(2 if character > "\uffff" else 1 for character in text)


def _merged(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


@given(GSM_TEXT)
def test_gsm7_segments_are_the_text_and_within_the_limit(text: str) -> None:
    bodies = split(text)
    assert "".join(bodies) == text
    assert len(bodies) == count(text).segments
    limit = 160 if len(bodies) == 1 else 153
    assert all(_septets(body) <= limit for body in bodies)
    # Greedy: the first character of the next body did not fit.
    assert all(_septets(body) + _septets(after[0]) > limit for body, after in pairwise(bodies))


@given(MADE_OF_WHOLES)
def test_ucs2_segments_are_the_text_within_the_limit_and_cut_no_whole(pieces: list[str]) -> None:
    text = "".join(pieces) + "中"
    bodies = split(text)
    assert "".join(bodies) == text
    assert len(bodies) == count(text).segments
    limit = 70 if len(bodies) == 1 else 67
    assert all(_utf16(body) <= limit for body in bodies)

    cuts, position = set(), 0
    for body in bodies[:-1]:
        position += len(body)
        cuts.add(position)
    start = 0
    for piece in pieces:
        if piece in WHOLES:
            assert not cuts & set(range(start + 1, start + len(piece))), f"{piece!r} is cut"
        start += len(piece)


@given(ANY)
def test_any_text_is_its_segments(text: str) -> None:
    for mode in ("network", "cn"):
        bodies = split(text, mode)
        assert _merged("".join(bodies)) == _merged(text)
        assert len(bodies) == count(text, mode).segments


@given(ANY)
def test_ucs2_is_exactly_when_there_is_an_offender(text: str) -> None:
    offenders = why_ucs2(text)
    assert bool(offenders) == (count(text).encoding == "UCS-2")
    assert all(text[found.index :].startswith(found.character) for found in offenders)
    assert all(count(found.replacement).encoding == "GSM-7" for found in offenders if found.replacement)


@given(st.one_of(ANY, MADE_OF_WHOLES.map("".join)))
def test_clusters_are_the_text_and_part_only_there(text: str) -> None:
    parts = list(reader.clusters(text))
    assert "".join(parts) == text
    assert all(list(reader.clusters(part)) == [part] for part in parts)


def test_what_is_plain_never_joins() -> None:
    joining = {reader.EXTEND, reader.SPACING, reader.PREPEND, reader.LEAD, reader.VOWEL, reader.TAIL}
    joining |= {reader.JOINER, reader.SKIN, reader.FLAG}
    for code in range(0x110000):
        character = chr(code)
        if reader.kind_of(character) in joining:
            assert not _is_plain(character), hex(code)
            assert reader.sociable.match(character), hex(code)
        if code > 0xFFFF:
            assert not _is_plain(character), hex(code)
