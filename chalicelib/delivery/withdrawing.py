"""Texts that wait are taken back once the reason for sending them is gone: held becomes suppressed, at once.

What was claimed meanwhile stays as it is; the rules before every claim say the same, so that taking back is
for who looks at the conversation, and sending never depends on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.campaigns.campaign import REMINDER
from chalicelib.delivery.consent import reason_for, stopped_by
from chalicelib.delivery.policy import Policy
from chalicelib.delivery.states import SuppressedReason
from chalicelib.job import mt_parts
from chalicelib.store import conversations
from chalicelib.store.schema.base import Key
from chalicelib.store.schema.conversations import Survey, Text, survey_key


def withdraw_what_is_over(texts: Sequence[Text], policy: Policy) -> None:
    """Take back those of a number's texts that are held and that its opt-outs stop, those about a subscriber
    who does not have it, as somebody said, and held reminders of surveys that are over. Safe to repeat."""
    held = [one for one in texts if one.status == "held"]
    if not held:
        return
    surveys = conversations.find(Survey, [_survey_of(one) for one in held if _reminds(one)])
    state = conversations.state(held[0].msisdn)
    reasons: dict[Key, SuppressedReason] = {}
    for one in held:
        survey = surveys.get(_survey_of(one))
        scope = stopped_by(state, one.brand, one.category, one.campaign, policy)
        if scope is not None:
            reasons[one.key] = reason_for(scope)
        elif mt_parts(one.item)[1] in state.wrong_person and policy.categories[one.category].stopped_by:
            reasons[one.key] = "wrong_person"
        elif _reminds(one) and (survey is None or survey.status != "open" or survey.question):
            reasons[one.key] = "survey_over"
    conversations.write_surely([conversations.withdrawn(key, reason) for key, reason in reasons.items()])


def _reminds(text: Text) -> bool:
    return mt_parts(text.item)[3] == REMINDER


def _survey_of(text: Text) -> Key:
    campaign, subscriber, occasion, _ = mt_parts(text.item)
    return survey_key(text.msisdn, campaign, subscriber, occasion)
