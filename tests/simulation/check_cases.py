"""Checks of cases: one for each dissatisfied answer, and what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chalicelib.store import dynamodb
from tests.simulation.history import History

WITHDRAWN_WITHIN = 400.0  # seconds until the sweeper does what a killed worker left


def cases(history: History) -> Iterator[str]:
    """9. Every dissatisfied answer has exactly one case, with a deadline until it is closed."""
    rows = [row for row in history.world.rows("cases") if row["part"] == "case"]
    found = Counter((row.get("subscriber", ""), row["complaint"]) for row in rows)
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


def dissatisfied_reach_one(history: History) -> Iterator[str]:
    """9. Each bad score that was given to a survey is in a case, be it the first, a later or a late one."""
    for life in history.of_kind("mo#"):
        row = life.last
        bad = row["reading"].get("kind") == "rating" and row["reading"].get("score") in (1, 2)
        if row["applied"] and row["about"] and bad and history.meant(life) == "score":
            survey = history.lives.get((life.msisdn, row["about"]))
            same = survey is not None and survey.last["score"] == row["reading"]["score"]
            if row["handled"] != "case" and not same:
                yield f"{life.item} {row['body']!r} answers {row['about']}, and ends as {row['handled']}"


def no_re_check_too_many(history: History) -> Iterator[str]:
    """9. Nobody is asked whether it got better while their case is worked on again."""
    for text in history.texts:
        if text.campaign != "recheck-survey":
            continue
        case_id, level = text.sent.item.split("/")[2:4]
        versions = history.world.table("cases").rows[case_id, "case"]
        rows = [(one.at, dynamodb.plain_from(one.item)) for one in versions if one.item]
        since = text.claimed_at - WITHDRAWN_WITHIN
        then = [row for at, row in rows if at <= since][-1:] + [row for at, row in rows if at > since]
        waits = [
            row["state"] in ("resolved", "recheck_sent") and str(row.get("level", 1)) == level for row in then
        ]
        late = text.sent.item.endswith("/reminder") and any(row["state"] == "closed" for row in then)
        if not any(waits) and not late:
            yield f"{text.sent.item} was sent at {history.ago(text.at)}, and its case is {then[-1]['state']}"


CHECKS = (cases, cases_counted, dissatisfied_reach_one, no_re_check_too_many)
