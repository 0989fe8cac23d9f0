"""What a gateway can put where a text comes from: numbers of so many digits, names of so many letters.

Kannel takes anything and says 202. What is too long for SMPP's `source_addr` it then drops without a word, of
other letters it makes what no network knows (tried with 1.4.5), so whoever writes a brand is told. What kind
of number it is (TON, NPI) Kannel reads from the identity: digits are national (2, 1), digits after a `+`
international (1, 1), anything else is a name (5, 0).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

DIGITS = 20  # SMPP 3.4: source_addr holds 21 octets, the last of which is 0
LETTERS = 11  # 3GPP TS 23.040, 9.1.2.5: of seven bits in an address
ARN_LENGTH = 256  # OriginationIdentity of SendTextMessage

Objection = Literal["number_too_long", "name_too_long", "bad_letter", "neither"]

_number = re.compile(r"\+?[0-9]+").fullmatch
_letter = re.compile(r"[A-Za-z]").search
# ASCII and GSM-7 write these the same, so that it does not matter which of them an SMSC takes it for.
_BESIDE_SMPP = re.compile(r"[^A-Za-z0-9 !\"#%&'()*+,\-./:;<=>?]|^ | $")
_BESIDE_AWS = re.compile(r"[^A-Za-z0-9_:/+-]")
_aws_resource = re.compile(r"arn:.*|(phone|pool|sender|rcs)-[A-Za-z0-9-]+").fullmatch


@dataclass(frozen=True, slots=True)
class SenderProblem:
    """Why a gateway cannot use an identity: its length and the most, or the letter that it does not take."""

    why: Objection
    n: int = 0
    most: int = 0
    letter: str = ""


def problem_of(gateway: str, identity: str) -> SenderProblem | None:
    """What is wrong with an originator's identity for its gateway; None: nothing that is known here."""
    if gateway == "aws" and _aws_resource(identity):
        return _too_long("name_too_long", identity, ARN_LENGTH) or _bad(_BESIDE_AWS, identity)
    if _number(identity):
        return _too_long("number_too_long", identity.removeprefix("+"), DIGITS)
    if gateway not in _BESIDE:
        return None
    if (bad := _bad(_BESIDE[gateway], identity)) is not None:
        return bad
    if identity.startswith("+") or not _letter(identity):
        return SenderProblem("neither")
    return _too_long("name_too_long", identity, LETTERS)


_BESIDE = {"aws": _BESIDE_AWS, "kannel": _BESIDE_SMPP}


def _too_long(why: Objection, identity: str, most: int) -> SenderProblem | None:
    return SenderProblem(why, len(identity), most) if len(identity) > most else None


def _bad(beside: re.Pattern[str], identity: str) -> SenderProblem | None:
    found = beside.search(identity)
    return SenderProblem("bad_letter", letter=found[0]) if found else None
