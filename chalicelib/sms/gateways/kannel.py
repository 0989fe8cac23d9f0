"""The operator's own SMSC, through Kannel: the sendsms call of its smsbox, over HTTP.

Kannel answers within milliseconds that it has queued the text. Whether the SMSC takes it comes later, as a
delivery report (DLR) to the address that is handed over with the text: see `kannel_receipts`. Numbers and
words go in headers and body, never in an address, for addresses are logged.
"""

from __future__ import annotations

import re
from functools import cache

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from chalicelib.deadline import keeping
from chalicelib.sms import sealed
from chalicelib.sms.gateways import NotSent, Outgoing, Queued
from chalicelib.sms.gateways.kannel_settings import Settings, settings
from chalicelib.sms.segments import count
from chalicelib.sms.sender_rules import DIGITS

REPORTS = 1 | 2 | 8 | 16  # delivered, not delivered, taken by the SMSC, refused by it
# Kannel fills in the report's kind, the SMSC's id, and the report's first nine words: its status and error
# are among them. The tenth may begin with the text's own words, so it is not asked for.
FILLED_IN = "t=%d&id=%F&w=%k" + "+%s" * 8
GSM, UCS2 = 0, 2  # Kannel's `coding`; no message class is ever set, so no text flashes
# A longer one Kannel (1.4.5) answers with 202 and drops: nothing reaches the SMSC, and no report says so.
LONGEST_SENDER = DIGITS
_header = re.compile(r"[ -~\xa0-\xff]*").fullmatch  # what the value of a header may hold


@cache
def pool() -> urllib3.PoolManager:
    """The connections of this process: one attempt, short patience, and one deadline for all of it."""
    pools = urllib3.PoolManager(
        maxsize=32, block=False, retries=False, timeout=urllib3.Timeout(connect=2, read=5)
    )
    pools.pool_classes_by_scheme = keeping(pools.pool_classes_by_scheme)
    return pools


def send(text: Outgoing) -> Queued:
    """Hand one text to the first smsbox that is there. Raises `NotSent`."""
    known = where()
    body, headers = request(text, known)
    for url in in_turn(known.urls, text.context.get("token", "")):
        try:
            answer = pool().request("POST", url, body=body, headers=headers)
        except (NewConnectionError, ConnectTimeoutError, NameResolutionError, LocationValueError):
            continue  # it never left
        except ReadTimeoutError as error:
            raise NotSent("Kannel", "no answer") from error
        except HTTPError as error:
            raise NotSent("Kannel", "connection lost") from error
        return understood(answer.status, answer.data)
    raise NotSent("Kannel", "unreachable")


def where() -> Settings:
    """Where Kannel is. Raises `NotSent`: what goes wrong here does so before the text leaves: no doubt."""
    try:
        known = settings()
    except ValueError as error:
        raise NotSent("Kannel", "not configured") from error
    except Exception as error:  # whatever AWS raises that does not tell us
        raise NotSent("Kannel", "unreachable") from error
    if known is None:
        raise NotSent("Kannel", "not configured")
    return known


def request(text: Outgoing, known: Settings) -> tuple[bytes, dict[str, str]]:
    """Body and headers of the call. Raises `NotSent` for a text or a sender that no call can be made of."""
    if not _header(text.originator) or len(text.originator.removeprefix("+")) > LONGEST_SENDER:
        raise NotSent("Kannel", "sender refused")
    try:
        body, headers = text.body.encode(), headers_of(text, known)
    except UnicodeEncodeError as error:
        raise NotSent("Kannel", "refused") from error
    if not all(map(_header, headers.values())):
        raise NotSent("Kannel", "refused")
    return body, headers


def in_turn(urls: tuple[str, ...], token: str) -> tuple[str, ...]:
    """All of `urls`, beginning with one that the token chooses, so that each gets its share."""
    first = sum(token.encode()) % len(urls)
    return urls[first:] + urls[:first]


def headers_of(text: Outgoing, known: Settings) -> dict[str, str]:
    """What Kannel is told about a text beside its words."""
    reference = sealed.seal(known.keys[0], reference_of(text))
    several = "&p=1" if count(text.body, text.counting).segments > 1 else ""
    return {
        "Content-Type": "text/plain; charset=UTF-8",
        "X-Kannel-Username": known.username,
        "X-Kannel-Password": known.password,
        "X-Kannel-From": text.originator,
        "X-Kannel-To": text.to,
        "X-Kannel-Coding": str(coding_of(text)),
        "X-Kannel-Validity": str(max(1, text.seconds_to_live // 60)),
        "X-Kannel-Priority": "1" if text.urgent else "0",
        "X-Kannel-DLR-Mask": str(REPORTS),
        "X-Kannel-DLR-URL": f"{known.callback}/dlr?r={reference}{several}&{FILLED_IN}",
    }


def reference_of(text: Outgoing) -> bytes:
    """What finds the row again when a report comes: number, claim token and item, by lines."""
    return "\n".join((text.to, text.context.get("token", ""), text.context.get("item", ""))).encode()


def coding_of(text: Outgoing) -> int:
    """By our own count. Where every character counts one, a text goes as the characters it is billed as."""
    if text.counting == "cn":
        return UCS2
    return GSM if count(text.body, text.counting).encoding == "GSM-7" else UCS2


def understood(status: int, said: bytes) -> Queued:
    """What smsbox's answer means. Raises `NotSent`."""
    match status:
        case 202:
            return Queued(stuck=said.startswith(b"3:"))  # queued, and no SMSC is connected
        case 403 if said.startswith(b"Not routable"):  # no SMSC is configured to take this number
            raise NotSent("Kannel", "not routable")
        case 401 | 403:
            raise NotSent("Kannel", "access denied")
        case 404:
            raise NotSent("Kannel", "no such address")
        case 408 | 429 | 503:  # the first two are of what may stand in front of Kannel
            raise NotSent("Kannel", "busy")
        case _ if 400 <= status < 500:
            raise NotSent("Kannel", "refused")
    raise NotSent("Kannel", f"HTTP {status}")
