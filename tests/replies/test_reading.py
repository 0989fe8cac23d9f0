"""Reading replies: tables of texts, and what holds for any text."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib.campaigns.campaign import campaign_from
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.problems import BadDocument
from chalicelib.replies.measure import Labelled, Measured, compared, labelled_from, measure
from chalicelib.replies.reading import ASK, CHOICE, KINDS, RATING, TEXT, Reading, read
from chalicelib.replies.survey import Survey
from tests.replies.corpus import (
    SEEN,
    SPLITS,
    UNSEEN,
    appended,
    examples,
    frames,
    labelled,
    lines,
    replies,
    surveys,
)
from tests.replies.figures import Figures, committed, figures, read_lines, worse
from tests.support.factories import shipped

SHARED = Path(__file__).parents[3] / "shared" / "data"
CSAT = surveys()["csat"]

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled replies are not here")


GROUPS = sorted({one.group for one in replies()})


@cache
def measured(split: str) -> Measured:
    """What the reader makes of a split; the examples are seen."""
    first = [(one, read(one.text, one.survey)) for one in examples()] if split == SEEN else []
    chosen = [(line.labelled, reading) for line, reading in read_lines() if line.record["split"] == split]
    return compared([*first, *chosen])


@pytest.mark.parametrize(("kind", "language"), GROUPS)
def test_every_reply_that_the_rules_were_mended_for_is_read_right(kind: str, language: str) -> None:
    found = measured(SEEN).groups()[kind, language]
    assert [
        f"{one.labelled.text!r}: {one.reading}, wanted {one.labelled.expected}" for one in found.misses
    ] == []
    assert (found.right, found.wrongly_decided) == (found.count, 0)
    assert (found.missed_opt_outs, found.asked_needlessly) == (0, 0)


def test_no_kind_of_reply_is_read_worse_than_the_committed_figures_say() -> None:
    assert list(worse(committed(), figures())) == []
    assert figures().keys() == committed().keys(), "run python -m tests.replies.figures"


@pytest.mark.parametrize(
    ("now", "said"),
    [
        pytest.param({"exact": 9}, [], id="as before"),
        pytest.param({"texts": 20, "exact": 18, "right": 20}, [], id="more texts, read as well"),
        pytest.param({"exact": 8}, ["rating en: exact 8 of 10, 9 of 10 before"], id="asked more often"),
        pytest.param(
            {"right": 9, "exact": 9, "wrongly_decided": 1},
            [
                "rating en: right 9 of 10, 10 of 10 before",
                "rating en: wrongly_decided 1 of 10, 0 of 10 before",
            ],
            id="decided wrongly",
        ),
        pytest.param({"texts": 9, "exact": 9}, ["rating en: 9 texts, 10 before"], id="texts taken away"),
    ],
)
def test_a_kind_that_is_read_worse_is_named(now: dict[str, int], said: list[str]) -> None:
    before = {"texts": 10, "exact": 9, "right": 10, "wrongly_decided": 0, "missed_opt_outs": 0}
    found: Figures = {"rating en": before | now}
    assert list(worse({"rating en": before}, found)) == said


def test_of_replies_that_the_rules_have_not_seen_most_are_read_right_and_few_wrongly_decided() -> None:
    found = measured(UNSEEN)
    if not found.count:
        pytest.skip("every line of the corpus is seen")
    assert found.right >= 0.9 * found.count
    assert found.wrongly_decided <= 0.04 * found.count


def test_both_languages_are_tried_with_every_kind_that_a_reader_gives() -> None:
    expected = {"rating", "choice", "opt_out", "opt_in", "help", "not_me", "machine", "text", "ask"}
    tried = {(kind, one.group[1]) for one in replies() for kind in one.kinds}
    assert {(kind, language) for kind in expected for language in ("en", "zh")} <= tried


def test_a_table_is_appended_as_lines_that_measure_takes() -> None:
    table = '# A table\n# -- scores\n- [csat, "4, sorry 2", rating=2|ask]\n- [none, "TD", opt_out]\n'
    first, second = map(json.loads, appended(table, "new", "2026-11-28"))
    assert first == {
        "survey": "csat", "text": "4, sorry 2", "kinds": ["rating", "ask"], "scores": [2], "lang": "en",
        "origin": "new", "about": "scores", "date": "2026-11-28", "split": UNSEEN,
    }  # fmt: skip
    assert labelled_from(first, CSAT) == labelled("csat", "4, sorry 2", "rating=2|ask")
    assert (second["survey"], second["kinds"], "scores" in second) == (None, ["opt_out"], False)


def test_a_line_of_the_corpus_says_where_it_is_from() -> None:
    assert len(lines()) > 5_000
    wrong = [
        line.labelled.text
        for line in lines()
        if not line.record["origin"]
        or line.record["split"] not in SPLITS
        or line.record["lang"] != line.labelled.group[1]
        or date.fromisoformat(line.record["date"]) < date(2026, 11, 23)
        or line.labelled.kinds - set(KINDS)
        or (line.labelled.survey is None and line.labelled.kinds & {RATING, CHOICE})
    ]
    assert wrong == []


def shared(name: str) -> list[Labelled]:
    blocks = json.loads((SHARED / "reply_surveys.json").read_text(encoding="utf-8"))
    surveys = {name: Survey.from_dict(block) for name, block in blocks.items()}
    lines = (SHARED / name).read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return [labelled_from(record, surveys[record["survey"]]) for record in records]


@needs_shared
def test_every_public_reply_is_read_exactly() -> None:
    assert measure(shared("replies_public.jsonl")).misses == ()


@needs_shared
def test_hard_replies_are_read_and_hardly_one_is_wrongly_decided() -> None:
    found = measure(shared("replies_public_hard.jsonl"))
    assert found.right / found.count >= 0.98
    assert found.wrongly_decided / found.count <= 0.01


@needs_shared
def test_of_real_texts_with_opt_out_words_only_the_real_ones_opt_out() -> None:
    lines = (SHARED / "nus_optout_words_public.jsonl").read_text(encoding="utf-8").splitlines()
    for record in map(json.loads, lines):
        assert (read(record["text"], CSAT).kind == "opt_out") == record["opt_out"], record["text"]


@needs_shared
def test_hardly_a_private_text_is_taken_for_an_answer() -> None:
    lines = (SHARED / "nus_sms_public.jsonl").read_text(encoding="utf-8").splitlines()
    kinds = [read(json.loads(line)["text"], CSAT).kind for line in lines]
    assert len(kinds) == 4_000
    assert sum(kind in (RATING, "opt_out", "opt_in") for kind in kinds) <= 12


# -- what holds for any text ----------------------------------------------------------------------

any_survey = st.sampled_from([None, *surveys().values()])
BITS = """
    满意 不满意 非常 很 不 是 没 一般 5 4 3 2 1 0 10 五 三 分 星 stars 5分 退订 别发了 stop texting me please
    谢谢 thanks 如果 if 修好 上次 不是 not very good bad terrible satisfied ? ？ 吗 ， , . > 👍 😡 ⭐ A B D T
    td 打错了 wrong number 呵呵 lol 3天 5点 30元 1-5 3.5 四五 回复 help START 请 【云通】 发票 再 我 you
"""
words = st.sampled_from([*BITS.split(), "\n"])
texts = st.one_of(
    st.text(max_size=200),
    st.lists(words, max_size=14).map("".join),
    st.lists(words, max_size=14).map(" ".join),
)


@given(texts, any_survey)
@example("\ud83d", CSAT)
@example("5\x00", CSAT)
@example("我要" * 40 + "x", CSAT)
@example("<" * 1_600, CSAT)
@example("不" * 1_600, CSAT)
@example("5" * 1_600, CSAT)
@example("stop " * 320, CSAT)
def test_any_text_is_read(text: str, survey: Survey | None) -> None:
    reading = read(text, survey)
    assert reading.kind in KINDS
    assert reading.why
    assert (reading.score is not None) == (reading.kind == RATING)
    assert (reading.choice is not None) == (reading.kind == CHOICE)
    assert (reading.scope is not None) == (reading.kind == "opt_out")
    if survey is None:
        assert reading.kind not in (RATING, CHOICE)
    elif reading.score is not None:
        assert survey.holds(reading.score)
    assert read(text, survey) == reading


@given(texts, any_survey, st.integers(0, 3), st.integers(0, 3))
def test_blanks_around_it_change_nothing(text: str, survey: Survey | None, before: int, after: int) -> None:
    assert read(" " * before + text + "\u3000" * after, survey) == read(text, survey)


@given(st.lists(words, max_size=10).map(" ".join), any_survey)
def test_case_and_width_change_nothing(text: str, survey: Survey | None) -> None:
    reading = read(text, survey)
    assert read(text.upper(), survey) == reading
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" < c <= "~" and c not in "<>" else c for c in text)
    assert unicodedata.normalize("NFKC", wide) == unicodedata.normalize("NFKC", text)
    assert read(wide, survey) == reading


@given(
    st.integers(1, 5),
    st.integers(1, 5),
    st.sampled_from(["{} {}", "{}分，{}分", "{} or {}", "{}/{} {}", "给{}给{}"]),
)
def test_two_scores_are_never_decided(first: int, second: int, form: str) -> None:
    reading = read(
        form.format(first, 5, second) if form.count("{}") == 3 else form.format(first, second), CSAT
    )
    assert reading.kind == (RATING if first == second else ASK) or (first == second and reading.kind == ASK)


@given(st.text(alphabet="天次元点楼号个月年", min_size=1, max_size=1), st.integers(1, 5))
def test_a_count_is_no_score(unit: str, number: int) -> None:
    assert read(f"等了{number}{unit}", CSAT).kind == TEXT


@given(st.integers(1, 5), st.sampled_from(["退订", "STOP", "别再发短信了", "unsubscribe me"]))
def test_a_score_and_an_opt_out_are_asked_about(score: int, wish: str) -> None:
    assert read(f"{score}，{wish}", CSAT).kind == ASK
    assert read(f"{wish} {score}", CSAT).kind == ASK


def test_some_frames_never_give_a_score() -> None:
    texts = [frame.format(n=number) for frame in frames() for number in (2, 5)]
    assert [text for text in texts if read(text, CSAT).kind == RATING] == []


@given(st.integers(-50, 200))
@settings(max_examples=300)
def test_a_bare_number_is_a_rating_exactly_on_the_scale(number: int) -> None:
    reading = read(str(number), CSAT)
    expected = Reading(RATING, number) if 1 <= number <= 5 else Reading(ASK)
    assert (reading.kind, reading.score) == (expected.kind, expected.score)


@pytest.mark.parametrize("text", ["yes", "YES", "Yes please", "是", "好的", "ok", "Y"])
def test_a_yes_opts_nobody_in(text: str) -> None:
    assert read(text, None).kind != "opt_in"
    assert read(text, CSAT).kind != "opt_in"


@pytest.mark.parametrize(
    ("text", "survey", "scope"),
    [
        pytest.param("STOP", CSAT, "unsaid", id="a keyword says nothing: the brand's rule decides"),
        pytest.param("no more surveys please", CSAT, "category", id="surveys, answering one"),
        pytest.param(
            "no more surveys, no texts at all please", CSAT, "all", id="surveys and everything else"
        ),
        pytest.param("stop sending me promotions", None, "category", id="promotions, answering no survey"),
        pytest.param(
            "stop sending me promotions", CSAT, "unsaid", id="promotions, but a survey was answered"
        ),
        pytest.param("不要再发任何短信", None, "all", id="any text at all"),
        pytest.param("这类短信别再发了", None, "category", id="texts of this kind"),
        pytest.param("stop sending me birthday wishes", None, "campaign", id="one campaign's texts, by name"),
    ],
)
def test_the_words_say_how_far_an_opt_out_reaches(text: str, survey: Survey | None, scope: str) -> None:
    reading = read(text, survey)
    assert (reading.kind, reading.said) == ("opt_out", scope)
    assert reading.scope == ("all" if scope == "unsaid" else scope)


@pytest.mark.parametrize("letter", ["T", "N", "R"])
def test_a_letter_of_the_survey_is_an_answer_and_no_keyword(letter: str) -> None:
    survey = Survey.from_dict({"scale": [1, 3], "best": 3, "letters": {letter: 3}})
    found = read(letter, survey)
    assert (found.kind, found.score, found.why) == (RATING, 3, "rating: a letter of the survey")
    assert read("STOP", survey).kind == "opt_out"


def test_numbers_may_be_scores_whatever_the_labels_call_them() -> None:
    survey = Survey.from_dict({"scale": [1, 4], "best": 4, "labels": {"en": {4: "Loved it", 1: "Hated it"}}})
    assert read("Loved it!", survey).score == 4
    assert read("hated it", survey).score == 1
    assert read("3", survey).score == 3


@pytest.mark.parametrize(
    ("block", "place", "code"),
    [
        pytest.param({}, "scale", Code.NOT_A_SCALE, id="nothing"),
        pytest.param({"scale": [5, 1]}, "scale", Code.NOT_A_SCALE, id="upside down"),
        pytest.param({"scale": 5}, "scale", Code.NOT_A_SCALE, id="one number"),
        pytest.param({"scale": [1, 5], "best": 3}, "best", Code.NOT_AN_END, id="best in the middle"),
        pytest.param(
            {"scale": [1, 5], "letters": {"A": "good"}},
            "letters.A",
            Code.NOT_A_MEANING,
            id="a letter without a score",
        ),
        pytest.param(
            {"scale": [1, 5], "labels": {"en": ["bad"]}}, "labels", Code.NOT_LABELS, id="labels in a list"
        ),
        pytest.param({"options": ["a"]}, "options", Code.NOT_OPTIONS, id="options in a list"),
    ],
)
def test_a_survey_that_cannot_be_understood_is_refused(
    block: dict[str, object], place: str, code: str
) -> None:
    with pytest.raises(BadDocument) as refused:
        Survey.from_dict(block)
    assert [(one.place, one.code) for one in refused.value.problems] == [(place, code)]


def test_what_a_campaign_asks_is_what_its_block_asks_alone() -> None:
    asked = shipped()["campaign#post-complaint-survey"]["survey"]
    alone = {name: asked[name] for name in ("scale", "best", "labels", "dissatisfied")}
    campaign = campaign_from(shipped()["campaign#post-complaint-survey"])
    assert campaign.survey is not None
    assert Survey.from_dict(alone) == Survey.asked_by(campaign.survey)


def test_a_text_of_1600_characters_is_read() -> None:
    story = "网络断了很多次，客服也没有回电话。" * 100
    assert read(f"2，{story}"[:1_600], CSAT).score == 2
    assert read(story[:1_600], CSAT).kind == TEXT
