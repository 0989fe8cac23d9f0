"""Courtesy is known by its words: a short text that says something is no courtesy."""

from __future__ import annotations

import pytest

from chalicelib.replies.courtesy import only_courtesy

ONLY = (
    "谢谢", "好的👍", "👍", "谢谢您！", "OK，收到", "好嘅，多謝", "知道了，麻烦你们了", "早上好",
    "也祝你们新年快乐",
    "Thank you so much!!", "thx", "Ok, got it", "Thanks for the reminder", "Happy new year to you too!",
    "哈哈", "Good morning", "thank you all so much for the lovely wishes", "no problem",
    "cheers guys", "Muchas gracias",
)  # fmt: skip
MORE = (
    "漫游要钱吗", "没收到", "不需要", "恢复了没有", "QX", "0000", "N", "滚", "客服", "短信",
    "😡", "🙏🙏😡", "?", "", "好不了", "no", "yes", "no service", "help me", "call me", "how much",
    "not good",
    "is it good", "thanks for nothing", "thank you but it still fails", "ok and when",
)  # fmt: skip


@pytest.mark.parametrize("text", ONLY)
def test_thanks_and_greetings_are_only_courtesy(text: str) -> None:
    assert only_courtesy(text)


@pytest.mark.parametrize("text", MORE)
def test_courtesy_with_something_else_is_more_than_courtesy(text: str) -> None:
    assert not only_courtesy(text)


def test_long_texts_are_looked_at_once() -> None:
    assert not only_courtesy("你好您好" * 300 + "网断了")
