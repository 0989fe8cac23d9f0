"""Checks of replies: kept as written, answering what was asked, and each ending somewhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from chalicelib.clock import parse
from tests.simulation import oracle
from tests.simulation.history import History, Life, Text, drawn
from tests.simulation.writing import MECHANICAL, NEEDS_SOMEBODY

BRAKE = ((3600.0, 3), (86400.0, 6))  # seconds, answers; twice as many when the number changes hands


def replies_kept(history: History) -> Iterator[str]:
    """7. Every reply is kept once, as the bytes said, and was applied."""
    kept = Counter(life.item for life in history.of_kind("mo#"))
    for reply in history.world.phones.replies:
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
            if history.meant(reply) == "ours and more":
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


WENT_OUT = frozenset({"sending", "sent", "delivered", "in_doubt"})


def _known(history: History) -> Iterator[tuple[Life, Text]]:
    """Replies of which the network says which text they answer, where that was known when they came and the
    number did not change hands since."""
    texts = {text.sent.message_id: text for text in history.texts}
    for reply in history.world.phones.replies:
        text = texts.get(reply["previousPublishedMessageId"])
        life = history.lives.get((reply["originationNumber"], f"mo#{reply['inboundMessageId']}"))
        if text is None or text.life is None or life is None or text.sent.to != life.msisdn:
            continue
        applied = next((at for at, _, row in life.steps() if row["applied"]), None)
        rows = [text.life.at(moment) or {} for moment in (life.begins, applied) if moment is not None]
        known = all(row.get("message_id") == text.sent.message_id for row in rows)
        moved = any(text.at - 400 < line for line in drawn(history, life.msisdn))
        if applied and known and not moved and all(row["status"] in WENT_OUT for row in rows):
            yield life, text


def _answered_known(history: History) -> Iterator[str]:
    """A reply to an invitation or a reminder answers that survey."""
    for life, text in _known(history):
        if not text.sent.item.endswith(("/invitation", "/reminder")):
            continue
        campaign, rest = text.sent.item.removeprefix("mt#").split("/", 1)
        wanted = f"survey#{campaign}/{rest.rpartition('/')[0]}"
        survey = history.lives.get((life.msisdn, wanted))
        then = survey.at(life.begins) if survey else None
        if then and then["status"] == "open" and life.last["about"] != wanted:
            yield f"{life.item} answers {wanted}, but counts for {life.last['about'] or 'nothing'}"


def every_reply_ends(history: History) -> Iterator[str]:
    """12. Words end in a case, in the inbox, or are asked back; what opens a case or lies in the inbox is
    there."""
    cases = {row["case_id"] for row in history.world.rows("cases") if row["part"] == "case"}
    for life in history.of_kind("mo#"):
        row, means = life.last, history.meant(life)
        if not row["applied"]:
            continue  # replies_kept says so
        ends, asked_back = row["handled"], row["automatic"] in ("ask", "unclear")
        said = f"{life.item} {row['body'][:40]!r}"
        if ends not in ("rule", "case", "inbox"):
            yield f"{said} ends as {ends!r}"
        if ends == "case" and row["case_id"] not in cases:
            yield f"{said} ends in case {row['case_id']!r}, which is not there"
        if ends == "inbox" and row["inbox"] != "unhandled":
            yield f"{said} ends in the inbox, and nobody sees it there"
        honoured = means == "doubt" and row["reading"]["kind"] in ("opt_out", "not_me")
        if means in NEEDS_SOMEBODY and ends == "rule" and not asked_back and not honoured:
            yield f"{said} was read as {row['reading']['kind']} and reached nobody"
        to_a_person = row["answers_item"].startswith("mt#care/")  # who is busy now says so to an agent
        if means in MECHANICAL and not to_a_person and (ends != "rule" or row["reading"]["kind"] == "rating"):
            yield f"{said} was read as {row['reading']['kind']} and ends as {ends}"


def said_to_an_agent(history: History) -> Iterator[str]:
    """12. What is answered to an agent's text is in that case, or in the inbox once it is closed."""
    for life, text in _known(history):
        row = life.last
        if text.campaign == "care" and history.meant(life) == "to agent":
            if row["handled"] not in ("case", "inbox") or not row["case_id"]:
                yield f"{life.item} {row['body']!r} answers {text.sent.item}, and ends as {row['handled']}"
            if row["automatic"]:
                yield f"{life.item} {row['body']!r} was said to an agent, and got {row['automatic']}"


def a_brake(history: History) -> Iterator[str]:
    """A number gets few automatic answers of a kind, whatever machine is behind it."""
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    for text in history.texts:
        if text.campaign == "automatic":
            times[text.sent.to, text.sent.item.rpartition("/")[2]].append(text.at)
    for (msisdn, step), moments in times.items():
        for span, at_most in BRAKE:
            most = max(sum(at - span < one <= at for one in moments) for at in moments)
            if most > at_most:
                yield f"{msisdn[-4:]} got {most} answers of kind {step} within {span / 3600:.0f} h"


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


CHECKS = (replies_kept, right_question, every_reply_ends, said_to_an_agent, a_brake, no_late_reminder)
