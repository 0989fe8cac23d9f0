"""A reply whose handling failed: when it is seen again."""

from __future__ import annotations

from chalicelib.functions.inbound import again_in


def test_a_reply_that_failed_is_seen_again_soon_and_then_ever_later() -> None:
    assert [again_in(receives) for receives in range(1, 7)] == [5, 20, 80, 320, 360, 360]
