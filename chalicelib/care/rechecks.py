"""The texts of a case's re-check: where each stands, and taking back those whose case has moved on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib.campaigns.campaign import INVITATION, REMINDER
from chalicelib.care.current import Current
from chalicelib.clock import iso
from chalicelib.job import mt_item
from chalicelib.store import conversations, subscribers
from chalicelib.store.conversations import change_survey
from chalicelib.store.schema.base import Key
from chalicelib.store.schema.cases import Case
from chalicelib.store.schema.conversations import Survey, Text, survey_key, text_key

WITHDRAWN = frozenset(
    {"case_moved_on", "survey_over", "opted_out", "red_list", "roster_red", "number_released"}
)  # reasons that arose after a text was asked for


def texts(case: Case, campaign: str) -> Mapping[int, Sequence[Text]]:
    """The invitation and the reminder of each level's re-check, under whichever number of the subscriber they
    are."""
    levels = range(1, case.level + 1)
    numbers = _numbers(case)
    keys = {
        level: [
            text_key(number, _item(case, level, step, campaign))
            for step in (INVITATION, REMINDER)
            for number in numbers
        ]
        for level in levels
    }
    found = conversations.find(Text, [key for of_level in keys.values() for key in of_level])
    return {level: [found[key] for key in of_level if key in found] for level, of_level in keys.items()}


def withdraw(case: Case, level: int, settings: Current, now: datetime) -> None:
    """Take back what waits of a level's re-check: its case is worked on again, or was closed otherwise.

    A text that was not recorded yet is recorded as taken back, so that its job finds it so. A survey that
    was asked stays open for an answer, and is not reminded of. Safe to repeat.
    """
    campaign = settings.care.recheck.campaign
    numbers = _numbers(case)
    if not numbers:
        return
    known = settings.live.campaigns.get(campaign)
    never_sent = Text(
        msisdn=numbers[0],
        item=_item(case, level, INVITATION, campaign),
        status="suppressed",
        reason="case_moved_on",
        campaign=campaign,
        version=known.version if known else 0,
        category=known.category if known else "",
        lane="bulk",
        brand=case.brand,
        region=case.region,
        tier=case.tier,
        at=iso(now),
        expires=int((now + timedelta(days=conversations.RETENTION_DAYS)).timestamp()),
    )
    waiting = [
        conversations.withdrawn(text_key(number, _item(case, level, step, campaign)), "case_moved_on")
        for step in (INVITATION, REMINDER)
        for number in numbers
    ]
    conversations.write_surely([conversations.insert(never_sent)])
    conversations.write_surely(waiting)
    for number in numbers:
        _do_not_remind(
            survey_key(number, campaign, case.subscriber or "-", f"{case.case_id}/{level}"), iso(now)
        )


def _do_not_remind(key: Key, at: str) -> None:
    while True:
        survey = conversations.find(Survey, [key]).get(key)
        if survey is None or survey.status != "open" or survey.reminded_at:
            return
        if conversations.write_surely(
            [change_survey(survey, Survey.due.to(survey.expires_at), Survey.reminded_at.to(at))]
        ) == ["ok"]:
            return


def _item(case: Case, level: int, step: str, campaign: str) -> str:
    return mt_item(campaign, case.subscriber or "-", f"{case.case_id}/{level}", step)


def _numbers(case: Case) -> list[str]:
    """Where the subscriber is now, and where the case began."""
    who = subscribers.get(case.subscriber) if case.subscriber else None
    return [number for number in dict.fromkeys((who.msisdn if who else "", case.msisdn)) if number]
