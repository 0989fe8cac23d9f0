"""Texts as short messages on the way to and from the phones: parts, headers, letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.handsets.gsm import HEADER, decoded, joined_by, parts_of


@given(st.text("aé€[好😀 ", max_size=600), st.integers(0, 70_000))
def test_parts_are_joined_to_the_text_that_they_were(text: str, reference: int) -> None:
    data_coding, esm_class, bodies = parts_of(text, reference)
    found = [joined_by(body, esm_class) for body in bodies]
    assert decoded(data_coding, b"".join(body for _, body in found)) == text
    if len(bodies) > 1:
        assert [part for part, _ in found] == [
            (reference % 256, len(bodies), n) for n in range(1, len(bodies) + 1)
        ]


HEADERS: dict[str, tuple[bytes, tuple[int, int, int] | None, bytes]] = {
    "a reference of one byte": (b"\5\0\3\7\2\1A", (7, 2, 1), b"A"),
    "a reference of two bytes": (b"\6\x08\4\1\7\2\1A", (263, 2, 1), b"A"),
    "beside another element": (b"\x08\x24\1\1\0\3\7\2\2A", (7, 2, 2), b"A"),
    "none of none": (b"\5\0\3\7\0\0A", None, b"A"),
    "the third of two": (b"\5\0\3\7\2\3A", None, b"A"),
    "no first": (b"\5\0\3\7\2\0A", None, b"A"),
    "an element that is cut off": (b"\3\0\3\7A", None, b"A"),
    "a length beyond the end": (b"\xff\0\3\7", None, b""),
    "a header of nothing": (b"\0A", None, b"A"),
    "nothing": (b"", None, b""),
}


@pytest.mark.parametrize(("message", "part", "body"), HEADERS.values(), ids=HEADERS.keys())
def test_what_no_part_can_be_stands_alone(
    message: bytes, part: tuple[int, int, int] | None, body: bytes
) -> None:
    assert joined_by(message, HEADER) == (part, body)
    assert joined_by(message, 0) == (None, message)


@given(st.binary(max_size=30), st.sampled_from([0, 3, 4, 8, 0xF5]))
def test_any_bytes_are_some_words(message: bytes, data_coding: int) -> None:
    _, body = joined_by(message, HEADER)
    assert isinstance(decoded(data_coding, body).encode(), bytes)
