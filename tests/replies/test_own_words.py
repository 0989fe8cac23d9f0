"""Our own texts, coming back in any wrapping: nothing of them is the person's, and what is theirs stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.replies.conversation import Asked, Context, SentText
from chalicelib.replies.own_words import take_out
from chalicelib.replies.reading import ASK, MACHINE, read, read_in_context
from tests.replies.corpus import surveys

CSAT = surveys()["csat"]
BODIES = (
    "Skylark: You're unsubscribed and won't get more texts, except notices required by law. "
    "Reply START to resubscribe.",
    "Skylark: You're subscribed again. Reply STOP at any time to opt out, HELP for help.",
    "Skylark: This is Skylark Mobile. Reply STOP to opt out or START to opt back in. "
    "To talk to us, call 611.",
    "Skylark: The issue you reported on Nov 24 has been resolved. How did we do? Reply with a number from "
    "1 (very dissatisfied) to 5 (very satisfied).",
    "Skylark: Sorry, we couldn't read that for sure. Please reply with just one number from 1 to 5 "
    "(5 is best), or with STOP alone to opt out.",
    "Skylark: Happy birthday, Emily! We wish you a healthy and happy year ahead. Reply STOP to opt out",
    "【云通】已为您退订，除依法必须发送的通知外，我们不再向您发送短信。如需恢复接收，请回复START。",
    "【云通】您已恢复接收我们的短信。如需退订，请随时回复“退订”。",
    "【云通】您好，这里是云通短信服务。回复“退订”不再接收短信，回复START恢复接收，人工服务请拨打10000。",
    "【云通】您11月24日反映的问题已处理完毕，请直接回复数字为我们打分：5非常满意，4满意，3一般，2不满意，1非常不满意。",
    "【云通】王芳，祝您生日快乐！感谢您一路相伴，愿您新的一岁平安喜乐、万事顺心。退订回T",
    "【云通】抱歉，没能看懂您的回复。请只回复一个1到5的数字，5为最满意。不想再收到短信，请只回复“退订”。",
)


def context(*bodies: str, asked: Asked = Asked.NOTICE) -> Context:
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    return Context(asked, tuple(SentText(body, asked, at) for body in bodies))


def wrapped_lines(body: str, width: int) -> str:
    return "\n".join(f"> {body[at : at + width]}" for at in range(0, len(body), width))


WRAPPINGS: dict[str, Callable[[str], str]] = {
    "as it is": lambda body: body,
    "forwarded": lambda body: f"Fwd: {body}",
    "forwarded in Chinese": lambda body: f"转发：{body}",
    "in quotation marks": lambda body: f"“{body}”",
    "in corner brackets": lambda body: f"「{body}」",
    "mail lines": lambda body: f"On Tue, Skylark wrote:\n> {body}",
    "many lines": lambda body: wrapped_lines(body, 31),
    "lines of ten": lambda body: "\n".join(body[at : at + 10] for at in range(0, len(body), 10)),
    "liked": lambda body: f"Liked “{body}”",
    "reacted": lambda body: f'Reacted 😂 to "{body}"',
    "liked in Chinese": lambda body: f"点赞了“{body}”",
    "responded in Chinese": lambda body: f"对“{body}”做出了😂回应",
    "shouted": lambda body: body.upper(),
    "full width": lambda body: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in body),
    "without punctuation": lambda body: "".join(c if c.isalnum() or c == "【" else " " for c in body),
    "curly apostrophes": lambda body: body.replace("'", "’"),
    "markup": lambda body: body.replace("'", "&#39;").replace('"', "&quot;"),
    "without the signature": lambda body: body.split("】")[-1].removeprefix("Skylark: "),
    "twice": lambda body: f"{body}\n{body}",
    "cut off": lambda body: body[: len(body) * 3 // 4],
    "cut off with dots": lambda body: body[: len(body) // 2] + "…",
    "its end": lambda body: "…" + body[len(body) // 3 :],
}
any_body = st.sampled_from(BODIES)
any_wrapping = st.sampled_from(sorted(WRAPPINGS))


@given(any_body, any_wrapping, st.sampled_from([None, CSAT]), st.lists(any_body, max_size=3))
def test_nothing_of_ours_is_an_answer_or_a_wish(
    body: str, how: str, survey: object, others: list[str]
) -> None:
    reading = read_in_context(WRAPPINGS[how](body), survey, context(body, *others))  # type: ignore[arg-type]
    assert reading.kind in (MACHINE, ASK)


BEFORE = (
    "谢谢！",
    "Good. ",
    "Why did I get this: ",
    "这是什么意思？",
    "Finally. ",
    "我收到这条短信：",
    "网还是断的。",
    "is this real? ",
)
BEHIND = (
    "\n谢谢祝福",
    "\nYes please",
    "\n这个怎么办理",
    "\nmy internet is down",
    "\n5",
    "\n退订",
    "\nSTOP",
    "\n不满意",
)


@given(
    any_body,
    st.sampled_from(["as it is", "in quotation marks", "shouted", "curly apostrophes"]),
    st.sampled_from(BEFORE),
)
def test_what_is_written_before_ours_stays(body: str, how: str, words: str) -> None:
    left = take_out(words + WRAPPINGS[how](body), [body]).text
    assert left.strip(" ?？") == words.strip(" ?？")


def test_a_word_of_ours_that_begins_the_answer_by_chance_stays() -> None:
    """Ours goes on with 不 where it was cut off, and so does the answer."""
    ours = "【云通】已为您退订，除依法必须发送的通知外，我们不再向您发送短信。"
    cut = ours[: ours.index("不再")]
    assert take_out(f"{cut}…\n不满意", [ours]).text == "不满意"
    assert take_out(f"{cut}\n不满意，太慢", [ours]).text == "不满意，太慢"


@given(any_body, any_wrapping, st.sampled_from(BEHIND), st.sampled_from([None, CSAT]))
def test_what_is_written_behind_ours_is_read_as_if_it_stood_alone(
    body: str, how: str, words: str, survey: object
) -> None:
    if how in ("liked", "reacted", "liked in Chinese", "responded in Chinese", "its end"):
        return
    reading = read_in_context(WRAPPINGS[how](body) + words, survey, context(body))  # type: ignore[arg-type]
    alone = read(words.strip(), survey)  # type: ignore[arg-type]
    assert (reading.kind, reading.score) == (alone.kind, alone.score)


@pytest.mark.parametrize(
    "text",
    [
        "5非常满意",
        "非常满意",
        "1 very dissatisfied",
        "very satisfied",
        "5",
        "退订",
        "T",
        "STOP",
        "START",
        "不想再收到短信",
        "HELP",
    ],
)
def test_who_answers_in_our_own_words_is_heard(text: str) -> None:
    assert take_out(text, BODIES).text == text
    for survey in (None, CSAT):
        assert read_in_context(text, survey, context(*BODIES)) == read(text, survey)


@given(st.text(max_size=120), st.lists(st.text(max_size=80), max_size=3))
def test_any_reply_and_any_texts_can_be_taken_apart(reply: str, bodies: list[str]) -> None:
    apart = take_out(reply, bodies)
    assert (apart.weight > 0) == bool(apart.spans)
    if not apart.spans and "&" not in reply:
        assert apart.text == reply


@given(st.text(alphabet="网断了三天没人管退钱宽带信号 abcdefgh.,", max_size=60))
def test_what_was_never_sent_is_never_taken_out(text: str) -> None:
    assert take_out(text, BODIES).text == text


def test_an_answer_behind_a_cut_off_invitation_is_the_persons() -> None:
    body = "【云通】您的问题处理结果您还满意吗？回复1至5的数字，5为非常满意，1为非常不满意。"
    asked = context(body, asked=Asked.REMINDER)
    assert read_in_context("【云通】您的问题处理结果您还满意吗？回复1至5的数字，\n5", CSAT, asked).score == 5
    assert read_in_context(body + "\n2", CSAT, asked).score == 2


def test_an_agents_text_is_followed_by_conversation() -> None:
    asked = context("恢复请回1，没恢复请回2", asked=Asked.AGENT_TEXT)
    assert read_in_context("2", CSAT, asked).kind == "text"
    assert read_in_context("我现在有事，等会跟你聊吧", CSAT, asked).kind == "text"
    assert read_in_context("退订", CSAT, asked).kind == "opt_out"
