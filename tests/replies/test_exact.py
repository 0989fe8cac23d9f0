"""Exact replies are looked up; what is found is what every rule would have made of them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.replies import exact
from chalicelib.replies.reading import _with_a_second_opinion, read, read_by_every_rule
from chalicelib.replies.survey import Survey
from tests.replies.corpus import surveys

SURVEYS = (None, *surveys().values())
AROUND = (
    *(
        "{}",
        "  {}\n",
        "\u3000{}",
        "{}.",
        "{}!",
        "{}。",
        "{}！",
        "{} !",
        "{}...",
        "{}。。！",
        "{}?",
        "-{}",
        "({})",
    ),
    *("thanks, {}", "Thanks {}", "{} thanks", "{}, thanks", "谢谢，{}", "{}，谢谢。", "{} 谢谢!", "谢谢{}"),
    *("thank you. {}", "{}, thank you", "{}. thx", "谢谢，{}，谢谢", "thanks, {} thanks"),
)


def wide(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


@pytest.mark.parametrize("survey", SURVEYS)
def test_every_exact_reply_is_what_the_rules_say(survey: Survey | None) -> None:
    for form in dict.fromkeys(exact.forms(survey)):
        for around in AROUND:
            for written in (form, form.upper(), wide(form)):
                text = around.format(written)
                assert read(text, survey) == read_by_every_rule(text, survey), text


pieces = st.sampled_from(
    [
        *dict.fromkeys(form for survey in SURVEYS for form in exact.forms(survey)),
        *"ⅤⅣ①½²ⅹ㊀〡。．｡ !.,，\u3000\n",
    ]
)
short = st.one_of(
    st.text(max_size=4), st.lists(pieces, max_size=4).map("".join), st.lists(pieces).map(" ".join)
)


@given(short, st.sampled_from(SURVEYS))
@example("stop0分0分", None)  # the second reader doubts it
def test_no_other_text_is_taken_for_one(text: str, survey: Survey | None) -> None:
    for written in (text, wide(text)):
        by_every_rule = _with_a_second_opinion(read_by_every_rule(written, survey), written)
        assert read(written, survey) == by_every_rule
