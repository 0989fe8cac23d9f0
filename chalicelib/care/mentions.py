"""Colleagues who are named in a note: `@li.na` asks li.na to look at the case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from chalicelib.clock import iso
from chalicelib.store import transactions
from chalicelib.store.schema.cases import Mention, mention
from chalicelib.store.transactions import Write

KEPT = timedelta(days=60)


def mentioned(text: str, people: Iterable[str]) -> list[str]:
    """The people (usernames) whose name stands behind an @ in a note, each once, in the order of the text.
    Of names that begin alike the longest counts; an address (`me@li.na`) names nobody."""
    names = sorted(people, key=len, reverse=True)
    if not names:
        return []
    behind = "|".join(map(re.escape, names))
    # A name ends where no letter or digit of its alphabet goes on: Chinese follows without a blank.
    found = re.finditer(rf"(?<![A-Za-z0-9._])[@＠]({behind})(?![A-Za-z0-9_])", text, re.IGNORECASE)
    known = {name.casefold(): name for name in reversed(names)}
    return list(dict.fromkeys(known[one[1].casefold()] for one in found))


def writes(case_id: str, who: Sequence[str], by: str, note: str, now: datetime) -> list[Write]:
    """The marks for those who are mentioned in a note; a later mention replaces one that was not seen."""
    expires = int((now + KEPT).timestamp())
    rows: list[Mention] = [mention(case_id, one, by, note, iso(now), expires) for one in who]
    return [transactions.put(one) for one in rows]
