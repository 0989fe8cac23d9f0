"""What needs a person reaches one: replies become cases, join them, or settle them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.replies.handle import ReplyContext

if TYPE_CHECKING:
    from chalicelib.store.schema.conversations import Survey

RECHECK = "recheck-survey"  # its occasion is "<case id>/<level>"
WORDS = ("text", "ask")


def follow_up(context: ReplyContext) -> None:
    """Open, join or settle the case that a reply is about. Safe to repeat with the same reply.

    A reply that no survey asked for joins the subscriber's open case; without one it stays in the
    conversation, where it can be read.
    """
    survey = context.survey
    if survey is not None and survey.campaign == RECHECK:
        _recheck(context, survey)
    elif survey is not None and context.person:
        _open_or_join(context, survey)
    elif context.reading.kind in WORDS and (survey is None or survey.status != "open"):
        _add_to_open_case(context)


def _recheck(context: ReplyContext, survey: Survey) -> None:
    from chalicelib.care import arrivals

    case_id = survey.occasion.split("/")[0]
    reading = context.reading
    if reading.kind == "rating" and survey.status == "open":
        satisfied = reading.score not in context.block.get("dissatisfied", ())
        arrivals.recheck_answered(
            case_id, reading.score, satisfied, context.inbound.id, context.at, words=context.inbound.body
        )
    elif reading.kind in WORDS:
        arrivals.add_words(case_id, context.inbound.body, context.inbound.id, context.at)


def _open_or_join(context: ReplyContext, survey: Survey) -> None:
    from chalicelib.care import arrivals

    who = context.subscriber
    low, high = context.block.get("scale", (1, 5))
    score = context.reading.score if context.reading.kind == "rating" else survey.score
    arrivals.open_or_join(
        subscriber_id=survey.subscriber,
        msisdn=context.inbound.msisdn,
        brand=context.brand,
        complaint=survey.occasion,
        inbound_id=context.inbound.id,
        now=context.at,
        survey_item=survey.item,
        score=score,
        scale=(low, high),
        best=context.block.get("best", high),
        words=context.inbound.body,
        tier=who.tier if who else "",
        region=who.region if who else "",
        language=survey.language,
        name=who.name if who else "",
        campaign=survey.campaign,
    )


def _add_to_open_case(context: ReplyContext) -> None:
    from chalicelib.care import arrivals, reads

    whose = context.subscriber.subscriber_id if context.subscriber else context.inbound.msisdn
    for case in reads.open_of_subscriber(whose)[:1]:
        arrivals.add_words(case.case_id, context.inbound.body, context.inbound.id, context.at)
