"""What always holds, looked at from the outside: what phones got, what is stored, what was announced.

Each check yields a sentence for everything that is wrong; nothing for what is right. `CHECKS` lists them all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.clock import parse
from chalicelib.delivery.states import ALLOWED, NEW
from tests.simulation import cast, oracle
from tests.simulation.history import History, Life, Text

Check = Callable[[History], Iterator[str]]
DOUBT_WAIT = 15 * 60.0
FREEZE = 110.0  # a worker may stand still between reading the clock and writing what is due by it
BETWEEN = 65.0  # seconds from claim to hand-off, a lease and a little, when a worker is held up
CONFIRM_WITHIN = 300.0
ENDED = {"sent", "delivered", "undelivered", "suppressed", "expired", "failed"}


def once(history: History) -> Iterator[str]:
    """1. At most one text for each key, but for doubts that were ended with `resend`."""
    times: dict[str, list[Text]] = defaultdict(list)
    for text in history.texts:
        times[text.sent.item].append(text)
    for item, texts in times.items():
        allowed = 1 + sum(_resends(life) for life in history.by_item.get(item, ()))
        if len(texts) > allowed:
            when = ", ".join(f"{history.ago(one.at)} to {one.sent.to[-4:]}" for one in texts)
            yield f"{item} was accepted {len(texts)} times, {allowed} allowed: {when}"


def _resends(life: Life) -> int:
    return sum(
        before is not None and before["status"] == "in_doubt" and after["status"] == "held"
        for _, before, after in life.steps()
    )


def not_lost(history: History) -> Iterator[str]:
    """2. Everything that was asked for has its outcome, and exactly one."""
    for wanted in oracle.expected(history):
        lives = [life for item in wanted.items for life in history.by_item.get(item, ())]
        if not lives:
            yield f"{wanted.why}: nothing is recorded under {' or '.join(wanted.items)}"
    for life in history.of_kind("mt#"):
        if life.last["status"] not in ENDED and life.versions[-1][1] is not None:
            yield f"{life.item} of {life.msisdn[-4:]} ends as {life.last['status']}"
    for name, queue in history.world.queues.items():
        left = [one for one in queue.messages.values() if not name.endswith("-dead")]
        left += [
            one
            for one in queue.messages.values()
            if name.endswith("-dead") and "reason" not in one.attributes
        ]
        if left:
            yield f"{len(left)} messages are left in {name}: {left[0].body[:150]}"


def nothing_unwanted(history: History) -> Iterator[str]:
    """2. No text that nobody asked for."""
    allowed = oracle.allowed_items(history)
    for text in history.texts:
        if text.campaign in oracle.FORESEEN and text.sent.item not in allowed:
            yield f"{text.sent.item} was sent at {history.ago(text.at)}, and nothing asked for it"


def doubt(history: History) -> Iterator[str]:
    """3. A doubt is ended by evidence, or after its wait as the campaign says."""
    documents = cast.documents()
    resends = {
        item: sum(map(_resends, lives)) for item, lives in history.by_item.items()
    }  # under all numbers that the text had
    for life in history.of_kind("mt#"):
        since = 0.0
        for at, before, after in life.steps():
            if (
                before is not None
                and before["status"] == "in_doubt"
                and after["status"] in ("held", "failed")
            ):
                if at - since < DOUBT_WAIT - FREEZE:
                    yield f"{life.item}: the doubt of {history.ago(since)} was ended at {history.ago(at)}"
                rule = documents[f"campaign#{after['campaign']}"]["when_in_doubt"]
                if after["status"] == "held" and rule != "resend":
                    yield f"{life.item}: sent again in doubt, but the campaign says {rule}"
                if after["status"] == "failed" and rule == "resend" and not resends[life.item]:
                    yield f"{life.item}: dropped in doubt, but the campaign says {rule}"
            if after["status"] == "in_doubt" and (before is None or before["status"] != "in_doubt"):
                since = at


def evidence(history: History) -> Iterator[str]:
    """3. A final receipt that was handled has ended its text, and is not answered by sending again."""
    for handled in history.world.handled:
        if handled.queue != "receipts":
            continue
        for payload in oracle.receipts(handled.bodies):
            life = history.lives.get((payload["destinationPhoneNumber"], payload["context"]["item"]))
            row = life.at(handled.at) if life else None
            if (
                row is not None
                and payload["isFinal"]
                and row["status"] in ("sending", "sent", "in_doubt", "held")
            ):
                kind = payload["eventType"]
                yield f"{row['item']} is {row['status']} after its {kind} at {history.ago(handled.at)}"


def steps(history: History) -> Iterator[str]:
    """Every change of a text's status is one of docs/states.md; a final one never changes."""
    for life in history.of_kind("mt#"):
        for at, before, after in life.steps():
            old = before["status"] if before else NEW
            if old != after["status"] and after["status"] not in ALLOWED[old]:
                yield f"{life.item} went from {old} to {after['status']} at {history.ago(at)}"


def no_means_no(history: History) -> Iterator[str]:
    """4. Nothing in the scope of an opt-out that was stored before the claim is handed off."""
    for text in history.texts:
        if not text.row:
            yield f"{text.sent.item} was handed off at {history.ago(text.at)} without a claim of its own"
            continue
        scopes = oracle.scopes(text.row)
        then = history.state(text.sent.to, text.claimed_at)
        still = history.state(text.sent.to, text.at)
        found = [one for one in scopes if one in then.get("optouts", {}) and one in still.get("optouts", {})]
        if found:
            yield f"{text.sent.item}: claimed at {history.ago(text.claimed_at)} under {found[0]}"
        red = then.get("roster") == "red" and still.get("roster") == "red"
        if red and text.row["category"] == "marketing":
            yield f"{text.sent.item}: marketing to a number that is red on the roster"


def refusals_are_kept(history: History) -> Iterator[str]:
    """4. From the moment a clear no was applied until an explicit yes, nothing it covers is claimed."""
    for life in history.of_kind("mo#"):
        said = oracle.meant(life.last["body"])
        if said != "no" or life.last.get("reading", {}).get("kind") != "opt_out":
            continue
        applied = next((at for at, _, row in life.steps() if row["applied"]), None)
        if applied is None:
            continue
        ends = _next_yes(history, life)
        brand = oracle.brand_of(life.last["to"])
        for text in history.texts:
            covered = text.row.get("category") in ("service", "survey", "marketing") and (
                text.row.get("brand") == brand
            )
            if text.sent.to == life.msisdn and covered and applied < text.claimed_at and text.at < ends:
                when = history.ago(text.claimed_at)
                yield f"{text.sent.item} was claimed at {when}, after the no of {life.item}"


def refusals_stand(history: History) -> Iterator[str]:
    """4. A no that no explicit yes followed is in force at the end."""
    for life in history.of_kind("mo#"):
        reading = life.last.get("reading", {})
        if reading.get("kind") != "opt_out" or not life.last["applied"]:
            continue
        if _next_yes(history, life) == float("inf"):
            kept = history.state(life.msisdn, float("inf")).get("optouts", {})
            brand = oracle.brand_of(life.last["to"])
            if f"{brand}|{reading.get('scope') or 'all'}" not in kept:
                yield f"{life.item} of {life.msisdn[-4:]} said no to {brand}: not in force at the end"


def _next_yes(history: History, no: Life) -> float:
    """Until when a no holds for sure: an opt-in that came after it, or the number changing hands."""
    received = parse(no.last["received_at"]).timestamp()
    ends = [float("inf")]
    for life in history.of_kind("mo#"):
        if life.msisdn == no.msisdn and life.last.get("reading", {}).get("kind") == "opt_in":
            ends.append(life.begins)
    ends += [at for at in _drawn(history, no.msisdn) if at >= received]
    return min(one for one in ends if one >= received)


def _drawn(history: History, msisdn: str) -> Iterator[float]:
    life = history.lives.get((msisdn, "state"))
    for at, before, after in life.steps() if life else ():
        if after.get("reassigned_at") != (before or {}).get("reassigned_at"):
            yield at


def confirmations(history: History) -> Iterator[str]:
    """4. A no is confirmed once at most, within five minutes, and the confirmation has its outcome."""
    for life in history.of_kind("mo#"):
        if life.last.get("reading", {}).get("kind") != "opt_out":
            continue
        ident = life.item.removeprefix("mo#")
        mine = [one for one in history.texts if one.sent.item.endswith(f"/{ident}/opt_out")]
        received = parse(life.last["received_at"]).timestamp()
        if len(mine) > 1:
            yield f"{life.item} was confirmed {len(mine)} times"
        for text in mine:
            if text.claimed_at > received + CONFIRM_WITHIN or text.at > received + CONFIRM_WITHIN + BETWEEN:
                yield f"{life.item} was confirmed {text.at - received:.0f} s later"


def decent_hours(history: History) -> Iterator[str]:
    """5. A text is claimed inside its window, where the recipient is, and handed off right after."""
    for text in history.texts:
        if not text.row:
            continue
        who = text.sent.item.split("/")[1]
        windows = oracle.windows(who, text.sent.to, text.campaign, text.row["category"])
        zone = ZoneInfo(cast.ZONES.get(who, "UTC"))
        claimed = datetime.fromtimestamp(text.claimed_at, UTC).astimezone(zone)
        handed = datetime.fromtimestamp(text.at, UTC).astimezone(zone)
        late = timedelta(seconds=max(1.0, text.at - text.claimed_at))
        if not (
            oracle.inside(windows, claimed)
            and (oracle.inside(windows, handed) or oracle.inside(windows, handed - late))
        ):
            when = f"{handed:%a %d %b %H:%M:%S} of {zone.key}, claimed {claimed:%H:%M:%S}"
            yield f"{text.sent.item} was handed off at {when}"


def caps(history: History) -> Iterator[str]:
    """6. No number gets more than a cap within its span."""
    by_number: dict[str, list[Text]] = defaultdict(list)
    for text in history.texts:
        if text.row and text.row["category"] in ("marketing", "survey"):
            by_number[text.sent.to].append(text)
    for msisdn, texts in by_number.items():
        drawn = list(_drawn(history, msisdn))
        for of, at_most, hours in oracle.CAPS:
            span = hours * 3600 - 2 * BETWEEN
            counted = [one for one in texts if one.row["category"] in of]
            for last in counted:
                within = {
                    one.sent.item
                    for one in counted
                    if last.at - span < one.at <= last.at
                    and not any(one.at <= line <= last.at for line in drawn)
                }
                if len(within) > at_most:
                    said = f"{len(within)} of {'+'.join(of)} within {hours} h"
                    yield f"{msisdn[-4:]} got {said}: {sorted(within)}"


def paused(history: History) -> Iterator[str]:
    """Nothing of a paused campaign is claimed and handed off."""
    for text in history.texts:
        if not text.row:
            continue
        for moment in (text.claimed_at, text.at):
            control = history.controls.at(moment, before=True) or {}
            if not (control.get("paused_all") or text.campaign in control.get("paused", ())):
                break
        else:
            yield f"{text.sent.item} was claimed at {history.ago(text.claimed_at)} during a pause"


def approved(history: History) -> Iterator[str]:
    """10. A text is of a version that was live when its batch began or later."""
    for text in history.texts:
        if text.row:
            name = f"campaign#{text.campaign}"
            live = {
                (history.controls.at(at) or {}).get("live", {}).get(name)
                for at in (text.claimed_at - 120, text.claimed_at - 5, text.claimed_at, history.start)
            }
            live |= {
                row["live"].get(name)
                for at, _, row in history.controls.steps()
                if abs(at - text.claimed_at) < 120
            }
            if text.row["version"] not in live:
                yield f"{text.sent.item} went out as version {text.row['version']}, live was {live}"


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


def cases(history: History) -> Iterator[str]:
    """9. Every dissatisfied answer has exactly one case, with a deadline until it is closed."""
    rows = [row for row in history.world.rows("cases") if row["part"] == "case"]
    found = Counter((row["subscriber"], row["complaint"]) for row in rows)
    for survey in history.of_kind("survey#post-complaint-survey/"):
        row = survey.last
        count = found[row["subscriber"], row["occasion"]]
        if row.get("score") in (1, 2) and count != 1:
            yield f"{survey.item} was answered {row['score']} and has {count} cases"
    for row in rows:
        if row["state"] in ("open", "claimed", "in_progress", "reopened") and not (
            row.get("answer_due") and row.get("resolve_due")
        ):
            yield f"case {row['case_id']} is {row['state']} without a deadline"
        opened = [detail for kind, detail in history.world.aws.announced if kind == "case.opened"]
        if row["case_id"] not in {one["case_id"] for one in opened}:
            yield f"case {row['case_id']} was not announced"


def cases_counted(history: History) -> Iterator[str]:
    """9. The counters of a team are what its cases are."""
    rows = [row for row in history.world.rows("cases") if row["part"] == "case"]
    working = Counter(
        row["team"] for row in rows if row["state"] in ("open", "claimed", "in_progress", "reopened")
    )
    for row in history.world.rows("results"):
        if row["scope"] == "care#now" and row["counter"].startswith("team:"):
            team = row["counter"].removeprefix("team:")
            if row.get("working", 0) != working[team]:
                yield f"{team} counts {row.get('working', 0)} working cases and has {working[team]}"


def nothing_personal_in_logs(history: History) -> Iterator[str]:
    """11. No number and no body is printed."""
    printed = history.world.printed.getvalue()
    secrets = {one.msisdn for one in cast.PEOPLE.values() if one.msisdn} | set(cast.SPARE_NUMBERS.values())
    secrets |= {one["messageBody"] for one in history.world.replies if len(one["messageBody"]) > 6}
    secrets |= {one.name for one in cast.PEOPLE.values()}
    for secret in sorted(secrets):
        if secret in printed or secret.removeprefix("+") in printed:
            line = next(one for one in printed.splitlines() if secret.removeprefix("+") in one)
            yield f"{secret!r} was printed: {line[:150]}"


def nothing_fails_by_itself(history: History) -> Iterator[str]:
    """Functions fail only because of a fault; a request that DynamoDB refuses is nobody's fault."""
    for failure in history.world.failures:
        said = f"{type(failure.error).__name__}: {failure.error}"
        if failure.calm or "ValidationException" in said or "ValidationError" in said:
            where = _where(failure.error)
            yield f"{failure.function} raised {said[:200]} ({where}) at {history.ago(failure.at)}"
    if history.world.never_ends:
        yield "something due is looked at again and again, and nothing comes of it"


def _where(error: BaseException) -> str:
    place = ""
    trace = error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        if "chalicelib/" in code.co_filename:
            place = f"{code.co_filename.rpartition('chalicelib/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        once, not_lost, nothing_unwanted, doubt, evidence, steps, no_means_no, refusals_are_kept,
        refusals_stand, confirmations,
        decent_hours, caps, paused, approved, replies_kept, right_question, no_late_reminder, cases,
        cases_counted, nothing_personal_in_logs, nothing_fails_by_itself,
    )
}  # fmt: skip


def violations(history: History) -> list[tuple[str, str]]:
    """Everything that is wrong with a run: the check's name, and what it says."""
    return [(name, said) for name, check in CHECKS.items() for said in check(history)]
