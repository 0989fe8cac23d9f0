"""Checks of cases: one for each dissatisfied answer, and what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.simulation.history import History


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


CHECKS = (cases, cases_counted)
