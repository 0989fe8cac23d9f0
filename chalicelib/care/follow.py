"""What needs a person reaches one: replies become cases, join them, settle them, or lie in the inbox.

to a re-check                 answers it, early, late or once more; words join its case
to an agent's text            joins the case, whatever it says
a survey's bad answer         opens the case of its complaint, or joins it
"I meant 5", after the score  joins that case; without one, the inbox: a person decides
a keyword of a campaign       gets the campaign's text, with where the open case stands
words, or a doubt             join the case that they are about, else the subscriber's open one; a complaint
                              reopens it where nobody works on it, or opens one; else the inbox
a no with more words          honoured already; the words go the same way as any others
"wrong person"                honoured already; the inbox: a person finds out whose number it is
a machine                     nothing
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from chalicelib.campaigns.facts import REPLY, titled
from chalicelib.clock import iso
from chalicelib.replies.conversation import Asked
from chalicelib.replies.courtesy import only_courtesy
from chalicelib.replies.question import RECHECK
from chalicelib.replies.understood import COMPLAINT, FollowUp, ReplyContext
from chalicelib.store.schema.conversations import Survey

if TYPE_CHECKING:
    from chalicelib.care.complaints import Complaint
    from chalicelib.store.schema.cases import Case

WORDS: Final = ("text", "ask")
POLITE = 2  # weight of a complaint that speaks to us and says nothing else ("thank you all")
BY_RULE = FollowUp()


def follow_up(context: ReplyContext) -> FollowUp:
    """Open, join or settle the case that a reply is about, or leave it to the inbox. Safe to repeat with the
    same reply."""
    kind, survey = context.reading.kind, context.survey
    if kind == "machine":
        return BY_RULE
    if context.keyed:
        return FollowUp(facts=_standing(context))
    if context.question.asked is Asked.AGENT_TEXT:
        return _words_to(context.question.case_id, context)
    if survey is not None and survey.campaign == RECHECK and kind in ("rating", *WORDS):
        return _recheck(context, survey)
    if survey is not None and context.person:
        corrected = kind == "rating" and not context.dissatisfied
        known = (corrected or kind in WORDS) and _case_of(survey, context)
        if known:
            return _words_to(known, context)
        return FollowUp("inbox") if corrected else _open_or_join(context, survey)
    if kind in WORDS and survey is not None and survey.status == "open" and not context.doubt:
        return BY_RULE  # asked back, or an answer to a further question
    if kind not in WORDS and not context.wordy and not context.wrong_person:
        return BY_RULE
    return _by_words(context)


def _by_words(context: ReplyContext) -> FollowUp:
    """Words that answer nothing in particular."""
    from chalicelib.care.complaints import Verdict, complaint
    from chalicelib.care.current import current

    if context.wrong_person:
        return FollowUp("inbox")  # a person finds out whose number it is
    for case in _open_cases(context):
        return _words_to(case.case_id, context)
    care = current().care
    found = complaint(context.said, care.topics, care.urgent)
    if found.verdict is Verdict.CASE:
        return _complain(context, found)
    if context.reading.kind in ("rating", "choice", "opt_in", "help") and found.verdict is Verdict.NOTHING:
        return BY_RULE
    if context.reading.kind == "ask" and not context.doubt:
        return BY_RULE  # asked back
    if found.weight <= POLITE and only_courtesy(context.said):
        return BY_RULE
    return FollowUp("inbox")


def _whose(context: ReplyContext) -> str:
    return context.subscriber.subscriber_id if context.subscriber else context.inbound.msisdn


def _open_cases(context: ReplyContext) -> list[Case]:
    """The cases of whoever wrote that are not closed: the subscriber's, then those from before anybody was
    known under the number."""
    from chalicelib.care import reads

    whose = dict.fromkeys((_whose(context), context.inbound.msisdn))
    return [case for one in whose for case in reads.open_of_subscriber(one)]


def _told_next(followed: FollowUp, context: ReplyContext) -> FollowUp:
    """The same, with the acknowledgement of a complaint that says by when somebody will be in touch."""
    from chalicelib.care.changes import get

    case = get(followed.case_id)
    by = case.answer_due if not case.answered_at and case.answer_due > iso(context.at) else ""
    return replace(followed, answer=COMPLAINT, facts={"answer_by": by})


def _standing(context: ReplyContext) -> dict[str, str]:
    """Where the open case of whoever wrote stands, as a keyword's campaign may name it, else the complaint
    that another system told of last; all "" for none."""
    from chalicelib.care.complaints_elsewhere import latest
    from chalicelib.care.current import current

    topics = current().care.topics.topics
    case = next(iter(_open_cases(context)), None)
    if case is None:
        told = latest(context.subscriber.subscriber_id) if context.subscriber else {}
        return {one.name: told.get(one.name, "") for one in REPLY if one.optional}
    return {
        "case_id": case.case_id,
        "case_state": case.state,
        "case_topic": titled(topics[case.topic].title, context.language) if case.topic in topics else "",
        "case_opened_at": case.opened_at,
        "case_expected_by": case.resolve_due if case.working and case.resolve_due > iso(context.at) else "",
    }


def _words_to(case_id: str, context: ReplyContext) -> FollowUp:
    """Words that belong to a case join it. A complaint reopens one that nobody works on, and is told what
    happens next; anything else that is said about a closed one, but for thanks, is shown in the inbox, for
    nobody looks there any more."""
    from chalicelib.care import arrivals
    from chalicelib.care.complaints import Verdict, complaint, is_not_better
    from chalicelib.care.current import current

    said, inbound_id = context.said, context.inbound.id
    care = current().care
    before = arrivals.followed(case_id)
    complains = complaint(said, care.topics, care.urgent).verdict is Verdict.CASE
    if complains or (not before.working and is_not_better(said)):
        add = arrivals.add_words if before.working else arrivals.complain_again
        joined = FollowUp("case", add(case_id, said, inbound_id, context.at).case_id)
        return joined if context.question.asked is Asked.AGENT_TEXT else _told_next(joined, context)
    after = arrivals.add_words(case_id, said, inbound_id, context.at)
    seen = after.state != "closed" or only_courtesy(said)
    return FollowUp("case" if seen else "inbox", after.case_id)


def _recheck(context: ReplyContext, survey: Survey) -> FollowUp:
    from chalicelib.care import arrivals

    case_id = survey.occasion.split("/")[0]
    if context.reading.kind != "rating":
        return _words_to(case_id, context)
    satisfied = not context.dissatisfied
    after = arrivals.recheck_answered(
        case_id,
        context.reading.score,
        satisfied,
        context.inbound.id,
        context.at,
        words=context.said,
    )
    followed = FollowUp("case", after.case_id)
    return followed if satisfied else _told_next(followed, context)


def _case_of(survey: Survey, context: ReplyContext) -> str:
    """The id of the case that a survey's answer has opened; "" for none."""
    from chalicelib.care.case_states import case_id
    from chalicelib.store import cases

    id = case_id(survey.subscriber or context.inbound.msisdn, survey.occasion)
    return id if cases.get(id) else ""


def _open_or_join(context: ReplyContext, survey: Survey) -> FollowUp:
    from chalicelib.care import arrivals

    who = context.subscriber
    low, high = context.block.scale if context.block else (1, 5)
    score = context.reading.score if context.reading.kind == "rating" else survey.score
    case = arrivals.open_or_join(
        subscriber_id=survey.subscriber,
        msisdn=context.inbound.msisdn,
        brand=context.brand,
        complaint=survey.occasion,
        inbound_id=context.inbound.id,
        now=context.at,
        survey_item=survey.item,
        score=score,
        scale=(low, high),
        best=context.block.best if context.block else high,
        words=context.said,
        tier=who.tier if who else "",
        region=who.region if who else "",
        language=survey.language,
        name=who.name if who else "",
        campaign=survey.campaign,
    )
    followed = FollowUp("case", case.case_id)
    return _told_next(followed, context) if context.dissatisfied else followed


def _complain(context: ReplyContext, found: Complaint) -> FollowUp:
    """A complaint that nobody asked for opens a case, and is told what happens next."""
    from chalicelib.care import arrivals

    who, text = context.subscriber, context.question.text
    case = arrivals.open_or_join(
        subscriber_id=who.subscriber_id if who else "",
        msisdn=context.inbound.msisdn,
        brand=context.brand,
        complaint=f"sms-{context.inbound.id}",
        inbound_id=context.inbound.id,
        now=context.at,
        words=context.said,
        tier=who.tier if who else "",
        region=who.region if who else "",
        language=who.language if who else "",
        name=who.name if who else "",
        campaign=text.campaign if text else "",
        topic=found.topic.topic,
        department=found.topic.department,
        urgent=found.urgent,
    )
    return _told_next(FollowUp("case", case.case_id), context)
