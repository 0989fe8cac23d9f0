"""Texts as the bytes of an SMPP short message, and back: GSM 7-bit default alphabet (unpacked) and UCS-2.

3GPP TS 23.038; SMPP 3.4 section 5.2.19 for `data_coding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GSM, LATIN_1, UCS_2 = 0, 3, 8
_ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPE = 0x1B
_EXTENSION = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\",
    0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip
_CODES = {letter: bytes([code]) for code, letter in enumerate(_ALPHABET) if code != _ESCAPE} | {
    letter: bytes([_ESCAPE, code]) for code, letter in _EXTENSION.items()
}
LONGEST, JOINED = 140, 134  # octets of a short message; and beside a header of 6
_CONCATENATED = ((0, 3), (8, 4))  # element and length, by a reference of one byte or of two
HEADER = 0x40  # of esm_class: the short message begins with a user data header


def encoded(text: str) -> tuple[int, list[bytes]]:
    """`data_coding` and the letters of a text, each as its bytes, so that none is cut in two."""
    if all(letter in _CODES for letter in text):
        return GSM, [_CODES[letter] for letter in text]
    return UCS_2, [letter.encode("utf-16-be", errors="replace") for letter in text]


def decoded(data_coding: int, body: bytes) -> str:
    """The words of a short message without its header."""
    if data_coding == UCS_2:
        return body.decode("utf-16-be", errors="replace")
    if data_coding == LATIN_1:
        return body.decode("latin-1")
    letters: list[str] = []
    escaped = False
    for code in body:
        if code == _ESCAPE and not escaped:
            escaped = True
            continue
        letters.append(_EXTENSION.get(code, " ") if escaped else _ALPHABET[code & 0x7F])
        escaped = False
    return "".join(letters)


def parts_of(text: str, reference: int) -> tuple[int, int, list[bytes]]:
    """A text as short messages: `data_coding`, `esm_class` and the bytes of each, with headers when it takes
    several (3GPP TS 23.040 9.2.3.24.1)."""
    data_coding, letters = encoded(text)
    room = 160 if data_coding == GSM else LONGEST
    if sum(map(len, letters)) <= room:
        return data_coding, 0, [b"".join(letters)]
    room = 153 if data_coding == GSM else JOINED
    bodies = [b""]
    for letter in letters:
        if len(bodies[-1]) + len(letter) > room:
            bodies.append(b"")
        bodies[-1] += letter
    headers = (bytes([5, 0, 3, reference % 256, len(bodies), n]) for n in range(1, len(bodies) + 1))
    return data_coding, HEADER, [header + body for header, body in zip(headers, bodies, strict=True)]


def joined_by(short_message: bytes, esm_class: int) -> tuple[tuple[int, int, int] | None, bytes]:
    """(reference, total, number) of a part, None where it stands alone, as it does with a number that no part
    of so many can have; and its bytes without the header."""
    if not esm_class & HEADER or not short_message:
        return None, short_message
    length = short_message[0]
    header, body = short_message[1 : length + 1], short_message[length + 1 :]
    while len(header) > 1:
        kind, value, header = header[0], header[2 : header[1] + 2], header[header[1] + 2 :]
        if (kind, len(value)) in _CONCATENATED and 1 <= value[-1] <= value[-2]:
            return (int.from_bytes(value[:-2]), value[-2], value[-1]), body
    return None, body


def receipt(message_id: str, state: str, error: int, done: str) -> bytes:
    """The short message of a delivery receipt (SMPP 3.4, appendix B)."""
    delivered = "001" if state == "DELIVRD" else "000"
    return (
        f"id:{message_id} sub:001 dlvrd:{delivered} submit date:{done} done date:{done} stat:{state} "
        f"err:{error:03d} text:"
    ).encode()


def shown(submitted: Any, status: int) -> Mapping[str, Any]:
    """What the page shows of a submit_sm."""
    return {
        "data_coding": submitted.data_coding,
        "esm_class": submitted.esm_class,
        "registered_delivery": submitted.registered_delivery,
        "length": len(submitted.short_message),
        "status": f"0x{status:02x}",
        "hex": bytes(submitted.short_message[:24]).hex(" "),
    }
