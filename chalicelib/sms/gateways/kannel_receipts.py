"""What Kannel calls back with, as the receipts and answers that all gateways' come as (docs/gateways.md).

Nothing here believes what it is given: a report is ours when its reference opens, an answer when it comes
with a secret of the Kannel that it names; both from an address in the range, where one is set.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode
from collections.abc import Mapping
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from chalicelib.sms import sealed
from chalicelib.sms.gateways.kannel_settings import Settings
from chalicelib.sms.segments import count

_KINDS = {"1": "TEXT_DELIVERED", "2": "TEXT_UNREACHABLE", "4": "TEXT_QUEUED", "8": "TEXT_ACCEPTED"}
_KINDS["16"] = "TEXT_REFUSED"
# `stat` of an SMSC's receipt (SMPP 3.4, appendix B), where it says more than Kannel's kind.
_STATES = {
    "EXPIRED": "TEXT_TTL_EXPIRED",
    "REJECTD": "TEXT_CARRIER_BLOCKED",
    "DELETED": "TEXT_UNKNOWN",
    "UNKNOWN": "TEXT_UNKNOWN",
    "ACCEPTD": "TEXT_QUEUED",
    "ENROUTE": "TEXT_QUEUED",
}
# What bearerbox (1.4.5) itself writes after `NACK/`, where no number of an SMSC's is.
_OWN_WORDS = {"retries exceeded": "retries", "validity expired": "expired", "no smsc": "not routable"}
_stat = re.compile(r"\bstat:(\w+)", re.IGNORECASE).search
_status = re.compile(r"NACK/(0x[0-9a-f]{1,8})\b", re.IGNORECASE).match
_charset = re.compile(r'charset="?([\w.:-]+)', re.IGNORECASE).search
_ONE_BYTE = re.compile(r"(us-)?ascii|iso-?8859-1|latin-?1|windows-1252|cp1252", re.IGNORECASE).fullmatch
# Only of these: Python knows codings, too, that no phone has and that make what nobody could store.
_CODINGS = re.compile(
    r"utf-?(8|16(be|le)?)|iso-?8859-\d+|windows-\d+|koi8-\w|gb\w+|big5\w*|euc-\w+|shift_jis", re.IGNORECASE
).fullmatch
# Two bytes for each, the higher one first, unless the first two say otherwise (RFC 2781, 4.3).
_TWO_BYTES = re.compile(r"utf-?16(be)?|(iso-10646-)?ucs-?2(be)?|csunicode", re.IGNORECASE).fullmatch
MAPPED = 96  # bits before an IPv4 address that is written as IPv6
_ID = re.compile(r"[0-9A-Za-z._:-]{1,100}").fullmatch


def may_call(known: Settings, source: str) -> bool:
    """Whether `source` (an IP address) is where this operator's Kannel calls from."""
    if not known.sources:
        return True
    try:
        address = ip_address(source)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in _plain(ip_network(one, strict=False)) for one in known.sources)


def _plain(found: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    """IPv4 that is written as IPv6 (`::ffff:10.0.0.0/112`), as what it is."""
    if isinstance(found, IPv6Network) and found.prefixlen >= MAPPED:
        mapped = found.network_address.ipv4_mapped
        return ip_network((mapped, found.prefixlen - MAPPED)) if mapped else found
    return found


def receipt_from(query: Mapping[str, str], known: Settings, now: datetime) -> dict[str, Any]:
    """The delivery event that a report is. Raises ValueError when it is none of ours."""
    to, token, item = sealed.opened(known.keys, query.get("r", "")).decode().split("\n", 2)
    kind = _KINDS.get(query.get("t", ""))
    if kind is None:
        raise ValueError("t: is no kind of report")
    words = query.get("w", "")
    if query["t"] == "2" and (stat := _stat(words)):
        kind = _STATES.get(stat[1].upper(), kind)
    event: dict[str, Any] = {
        "eventType": kind,
        "eventTimestamp": int(now.timestamp() * 1000),
        "isFinal": query["t"] in ("1", "2") and kind != "TEXT_QUEUED",
        "destinationPhoneNumber": to,
        "messageId": "".join(filter(str.isprintable, query.get("id", "")))[:100],
        "context": {"item": item, "token": token},
    }
    if query.get("p") and query["t"] in ("1", "2"):
        event["firstPart"] = True
    if kind == "TEXT_REFUSED":
        event["error"] = error_of(words)
    return event


def error_of(words: str) -> dict[str, str]:
    """Code and reason, as `delivery.outcomes` knows them, of a refusal's first words."""
    words = words.strip()
    if status := _status(words):
        return {"code": "SMPP", "reason": status[1].lower()}
    if words == "NACK/":  # of a text in parts: not all of them were taken, and no number says why
        return {"code": "Kannel", "reason": "part refused"}
    own = words.partition("/")[2].lower()
    known = (reason for said, reason in _OWN_WORDS.items() if own.startswith(said))
    return {"code": "Kannel", "reason": next(known, "refused")}


def box_of(authorization: str, known: Settings) -> str:
    """The Kannel that a request is from, by name and secret. Raises ValueError when it is none of ours."""
    scheme, _, given = authorization.partition(" ")
    try:
        name, _, secret = b64decode(given, validate=True).decode().partition(":")
    except ValueError:
        name = secret = ""
    if scheme.lower() == "basic" and secret:
        for one in known.boxes.get(name, ()):
            if hmac.compare_digest(one.encode(), secret.encode()):
                return name
    raise ValueError("no Kannel of ours, or not its secret")


def words_of(body: bytes, coding: str, content_type: str = "") -> str:
    """What was written, of the bytes of an answer. A sequence that breaks its coding is kept as the mark that
    says so: a reply is stored whatever it is."""
    named = _charset(content_type)
    charset = named[1] if named else "utf-8"
    match coding.strip():
        case "2":
            return _two_bytes(body)
        case "1":  # eight bits that no alphabet is known of
            return _utf8_or(body, "latin-1")
    if _TWO_BYTES(charset):
        return _two_bytes(body)
    if _ONE_BYTE(charset):
        return _utf8_or(body, "latin-1" if charset.endswith("1") else "cp1252")
    try:
        return _mended(body.decode(charset if _CODINGS(charset) else "utf-8", errors="replace"))
    except LookupError:
        return _mended(body.decode(errors="replace"))


def _two_bytes(body: bytes) -> str:
    if body.startswith(b"\xff\xfe"):  # a phone that writes the lower byte first, and says so
        return body[2:].decode("utf-16-le", errors="replace")
    return body.decode("utf-16-be", errors="replace").removeprefix("\ufeff")


def _mended(words: str) -> str:
    """The words of an SMSC that calls UTF-8 Latin-1, after Kannel believed it. What GSM-7 can say is taken
    as it came."""
    if words.isascii() or count(words).encoding == "GSM-7":
        return words
    try:
        return words.encode("latin-1").decode()
    except UnicodeError:
        return words


def _utf8_or(body: bytes, charset: str) -> str:
    """Text where it is UTF-8, which nothing else is by chance; else the values of its bytes."""
    try:
        return body.decode()
    except UnicodeDecodeError:
        return body.decode(charset, errors="replace")


def answer_from(
    body: bytes, headers: Mapping[str, str], given_id: str, box: str, sender: str
) -> dict[str, Any]:
    """The inbound text that Kannel posts; `sender` is who wrote, E.164. Raises ValueError without an id."""
    if not _ID(given_id):
        raise ValueError("id: is missing or no id")
    return {
        "originationNumber": sender,
        "destinationNumber": headers.get("x-kannel-to", ""),
        "messageKeyword": "",
        "messageBody": words_of(body, headers.get("x-kannel-coding", "0"), headers.get("content-type", "")),
        "inboundMessageId": f"{box}-{given_id}",
    }
