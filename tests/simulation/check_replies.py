"""Checks of replies: kept as written, answering what was asked, and each ending somewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.clock import parse
from tests.simulation import oracle
from tests.simulation.history import History


def replies_kept(history: History) -> Iterator[str]:
    """7. Every reply is kept once, as the bytes said, and was applied."""
    kept = Counter(life.item for life in history.of_kind("mo#"))
    for reply in history.world.replies:
        item = f"mo#{reply['inboundMessageId']}"
        life = history.lives.get((reply["originationNumber"], item))
        if life is None or kept[item] != 1:
            yield f"{item} is kept {kept[item]} times"
            continue
        if any(row and row["body"] != reply["messageBody"] for _, row in life.versions):
            yield f"{item} is not kept as it was written"
        if not life.last["applied"]:
            yield f"{item} was never applied"
        announced = [
            detail
            for kind, detail in history.world.aws.announced
            if kind == "reply.received" and detail["id"] == f"reply/{reply['inboundMessageId']}"
        ]
        if not announced:
            yield f"{item} was not announced"
        if len({(one["kind"], one["score"], one["time"]) for one in announced}) > 1:
            yield f"{item} was announced as different things"


def right_question(history: History) -> Iterator[str]:
    """8. A score is what somebody with that number answered to that question, while it was asked."""
    for survey in history.of_kind("survey#"):
        for at, before, after in survey.steps():
            if after["score"] is None or (before and before["score"] == after["score"]):
                continue
            if before and before["score"] is not None:
                yield f"{survey.item}: the score {before['score']} became {after['score']}"
            reply = history.lives.get((survey.msisdn, f"mo#{after.get('answered_by')}"))
            if reply is None:
                yield f"{survey.item} has a score, and nobody wrote it"
                continue
            if oracle.score(reply.last["body"]) != after["score"]:
                yield f"{survey.item}: {reply.last['body']!r} counts as {after['score']}"
            if reply.last["received_at"] < after["asked_at"]:
                yield f"{survey.item} was answered before it was asked"
            if any(
                parse(after["asked_at"]).timestamp() < line < at - 400
                for line in history.lines[survey.msisdn]
            ):
                yield f"{survey.item} was answered by the number's next holder at {history.ago(at)}"
    yield from _answered_known(history)


def _answered_known(history: History) -> Iterator[str]:
    """A reply to a certain text answers that one."""
    invitations = {text.sent.message_id: text for text in history.texts}
    for reply in history.world.replies:
        text = invitations.get(reply["previousPublishedMessageId"])
        life = history.lives.get((reply["originationNumber"], f"mo#{reply['inboundMessageId']}"))
        if text is None or life is None or not text.sent.item.endswith("/invitation"):
            continue
        _, campaign, rest = ("", *text.sent.item.removeprefix("mt#").split("/", 1))
        wanted = f"survey#{campaign}/{rest.removesuffix('/invitation')}"
        about = life.last.get("about", "")
        survey = history.lives.get((life.msisdn, wanted))
        recorded = text.life.at(life.begins) if text.life else None
        known = (recorded or {}).get("message_id") == text.sent.message_id
        then = survey.at(life.begins) if survey else None
        if known and then and then["status"] == "open" and about.startswith("survey#") and about != wanted:
            yield f"{life.item} answers {wanted}, but counts for {about}"


def no_late_reminder(history: History) -> Iterator[str]:
    """8. Nobody is reminded of a survey that they answered."""
    for text in history.texts:
        if not text.sent.item.endswith("/reminder"):
            continue
        campaign, rest = text.sent.item.removeprefix("mt#").split("/", 1)
        survey = history.lives.get((text.sent.to, f"survey#{campaign}/{rest.removesuffix('/reminder')}"))
        row = survey.at(text.claimed_at - 1800) if survey else None
        if row is not None and (row["status"] != "open" or row.get("question")):
            when = history.ago(text.at)
            yield f"{text.sent.item} was sent at {when}, long after the survey was {row['status']}"


CHECKS = (replies_kept, right_question, no_late_reminder)
