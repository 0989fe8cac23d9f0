"""What subscribers do to cases: a dissatisfied answer, later words, the answer to a re-check.

For the reply handler. Each is safe to repeat with the same inbound id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.care import share, steps
from chalicelib.care.case_states import SUBSCRIBER, case_id
from chalicelib.care.changes import change, get, prepared, settled
from chalicelib.care.current import current
from chalicelib.care.steps import Arrival
from chalicelib.store import cases as stored
from chalicelib.store.schema.cases import Case, search_words
from chalicelib.store.transactions import ConditionFailed, commit, put


def open_or_join(
    *,
    subscriber_id: str,
    msisdn: str,
    brand: str,
    complaint: str,
    inbound_id: str,
    now: datetime,
    survey_item: str = "",
    score: int | None = None,
    scale: Sequence[int] = (1, 5),
    best: int | None = None,
    words: str = "",
    tier: str = "",
    region: str = "",
    language: str = "",
    name: str = "",
    campaign: str = "",
    topic: str = "",
    department: str = "",
    urgent: bool = False,
) -> Case:
    """See that there is one open case for this subscriber and complaint; returns it.

    `complaint` is the complaint's id or the survey's occasion. `subscriber_id` is "" for a number that
    nobody has: then the number stands for it. `scale` is [low, high], `best` the best score (the high
    one when left out), `score` None for words that a person must read. A case that is closed or waits
    for its re-check is reopened one level up.
    """
    low, high = scale
    arrival = Arrival(
        subscriber_id=subscriber_id,
        msisdn=msisdn,
        brand=brand,
        complaint=complaint,
        inbound_id=inbound_id,
        words=words,
        survey_item=survey_item,
        score=score,
        scale=(low, high),
        best=high if best is None else best,
        tier=tier,
        region=region,
        language=language,
        name=name,
        campaign=campaign,
        topic=topic,
        department=department,
        urgent=urgent,
    )
    attempt = 0
    while True:
        settings = current()
        known = stored.get(case_id(subscriber_id or msisdn, complaint, attempt))
        if known and not _same(known, arrival):
            attempt += 1  # two ids that collide, once in a very long time
            continue
        if known:
            return change(
                followed(known.case_id).case_id,
                lambda case, care=settings.care: steps.joined(case, arrival, care, now),  # type: ignore[misc]
                by=SUBSCRIBER,
                now=now,
                once=_mark(inbound_id),
            )
        team = settings.team_for(brand, region)
        step = steps.opened(arrival, settings.care, team, now, attempt)
        made = prepared(None, step, settings, by=SUBSCRIBER, now=now, once=_mark(inbound_id))
        try:
            commit([*made.writes, *map(put, search_words(made.after))])
        except ConditionFailed:
            continue  # another answer opened it just now
        return share.given(settled(made, now), now)


def add_words(case_id: str, words: str, inbound_id: str, now: datetime) -> Case:
    """Later free text of the subscriber: it joins the case, and may change its topic and urgency.

    Raises NotFound.
    """
    settings = current()
    return change(
        followed(case_id).case_id,
        lambda case: steps.words(case, words, inbound_id, settings.care, now),
        by=SUBSCRIBER,
        now=now,
        once=_mark(inbound_id),
    )


def complain_again(case_id: str, words: str, inbound_id: str, now: datetime) -> Case:
    """A complaint of a subscriber whose case waits for its re-check: the case is reopened one level up.

    Raises NotFound.
    """
    settings = current()
    return change(
        followed(case_id).case_id,
        lambda case: steps.complained(case, words, inbound_id, settings.care, now),
        by=SUBSCRIBER,
        now=now,
        once=_mark(inbound_id),
    )


def recheck_answered(
    case_id: str, score: int | None, satisfied: bool, inbound_id: str, now: datetime, words: str = ""
) -> Case:
    """The answer to a case's re-check: closes it, or reopens it one level up. Raises NotFound."""
    settings = current()
    return change(
        followed(case_id).case_id,
        lambda case: steps.rechecked(case, score, satisfied, words, inbound_id, settings.care, now),
        by=SUBSCRIBER,
        now=now,
        once=_mark(inbound_id),
    )


def _mark(inbound_id: str) -> str:
    return f"in#{inbound_id}"


def _same(case: Case, arrival: Arrival) -> bool:
    whose = case.subscriber or case.msisdn
    return whose == (arrival.subscriber_id or arrival.msisdn) and case.complaint == arrival.complaint


def followed(case_id: str) -> Case:
    """The case, or the one that it was joined to as a duplicate, and so on. Raises NotFound."""
    case = get(case_id)
    while case.joined_to:
        case = get(case.joined_to)
    return case
