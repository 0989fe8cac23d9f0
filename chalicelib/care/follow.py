"""What needs a person reaches one: replies become cases, join them, or settle them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.replies.handle import Heard

if TYPE_CHECKING:
    from chalicelib.store.wire import Row

RECHECK = "recheck-survey"  # its occasion is "<case id>/<level>"
WORDS = ("text", "ask")


def follow_up(heard: Heard) -> None:
    """Open, join or settle the case that a reply is about. Safe to repeat with the same reply.

    A reply that no survey asked for joins the subscriber's open case; without one it stays in the
    conversation, where it can be read.
    """
    survey = heard.survey
    if survey is not None and survey["campaign"] == RECHECK:
        _recheck(heard, survey)
    elif survey is not None and heard.person:
        _open_or_join(heard, survey)
    elif heard.reading.kind in WORDS and (survey is None or survey["status"] != "open"):
        _add_to_open_case(heard)


def _recheck(heard: Heard, survey: Row) -> None:
    from chalicelib.care import arrivals

    case_id = survey["occasion"].split("/")[0]
    reading = heard.reading
    if reading.kind == "rating" and survey["status"] == "open":
        satisfied = reading.score not in heard.block.get("dissatisfied", ())
        arrivals.recheck_answered(
            case_id, reading.score, satisfied, heard.inbound.id, heard.at, words=heard.inbound.body
        )
    elif reading.kind in WORDS:
        arrivals.add_words(case_id, heard.inbound.body, heard.inbound.id, heard.at)


def _open_or_join(heard: Heard, survey: Row) -> None:
    from chalicelib.care import arrivals

    who = heard.subscriber
    low, high = heard.block.get("scale", (1, 5))
    score = heard.reading.score if heard.reading.kind == "rating" else survey.get("score")
    arrivals.open_or_join(
        subscriber_id=survey["subscriber"],
        msisdn=heard.inbound.msisdn,
        brand=heard.brand,
        complaint=survey["occasion"],
        inbound_id=heard.inbound.id,
        now=heard.at,
        survey_item=survey["item"],
        score=score,
        scale=(low, high),
        best=heard.block.get("best", high),
        words=heard.inbound.body,
        tier=who.tier if who else "",
        region=who.region if who else "",
        language=survey.get("language", ""),
        name=who.name if who else "",
        campaign=survey["campaign"],
    )


def _add_to_open_case(heard: Heard) -> None:
    from chalicelib.care import arrivals, reads

    whose = heard.subscriber.subscriber_id if heard.subscriber else heard.inbound.msisdn
    for case in reads.open_of_subscriber(whose)[:1]:
        arrivals.add_words(case.case_id, heard.inbound.body, heard.inbound.id, heard.at)
