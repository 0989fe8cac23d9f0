"""Moments as text: any text is a moment in UTC or refused, and moments sort as their texts do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.clock import iso, parse

ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.text() | st.datetimes(timezones=ZONES).map(datetime.isoformat))
def test_any_text_is_a_moment_in_utc_or_refused(text: str) -> None:
    try:
        moment = parse(text)
    except ValueError:
        return
    assert moment.tzinfo is UTC


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_utc_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no moment in UTC"):
        parse(text)


@given(st.datetimes(timezones=st.just(UTC)), st.datetimes(timezones=st.just(UTC)))
def test_texts_sort_as_moments_do(one: datetime, other: datetime) -> None:
    assert (iso(one) < iso(other)) <= (one < other)
