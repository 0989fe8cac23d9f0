"""How often a number gets automatic answers, so that two machines never talk to each other. Pure.

So many of a kind an hour and a day as the policy says; none at all to what was written twice before in the
hour, to the operator's own originators, or to short codes, which no person writes from.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime, timedelta

from chalicelib.clock import iso
from chalicelib.delivery.policy import Brake
from chalicelib.store.schema.conversations import Reply

THE_SAME = 2  # so many earlier texts with the same words within the hour are a machine's
SHORTEST = 8  # digits of a number that a person writes from; shorter ones are short codes


def may_answer(
    step: str,
    msisdn: str,
    body: str,
    inbound_id: str,
    replies: Sequence[Reply],
    ours: Container[str],
    brake: Brake,
    now: datetime,
) -> bool:
    """Whether the reply `inbound_id` with these words from `msisdn` may get the automatic answer `step`.

    `replies` are the number's earlier ones with the answers that they got, `ours` the identities of the
    operator's originators.
    """
    if msisdn in ours or msisdn.removeprefix("+") in ours or not _writes_from(msisdn):
        return False
    others = [one for one in replies if one.item.partition("#")[2] != inbound_id]
    hour, day = iso(now - timedelta(hours=1)), iso(now - timedelta(days=1))
    said = " ".join(body.split()).casefold()
    same = sum(" ".join(one.body.split()).casefold() == said for one in others if one.received_at > hour)
    got = [one.received_at for one in others if one.automatic == step]
    today = sum(at > day for at in got) < brake.a_day
    if step == "opt_out":
        return today  # a no is confirmed, however often it is changed
    return today and same < THE_SAME and sum(at > hour for at in got) < brake.an_hour


def _writes_from(msisdn: str) -> bool:
    digits = msisdn.removeprefix("+")
    return digits.isdigit() and len(digits) >= SHORTEST
