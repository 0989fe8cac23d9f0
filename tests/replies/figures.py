"""How well each kind of reply is read in each language, as figures that are committed.

    python -m tests.replies.figures        # write figures.json anew, after the corpus or the rules changed

`exact`: read as the first reading that its label names, which is the best one; `right`: as any of them, a
question included. `test_figures` fails when a kind is read worse than the file says.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from chalicelib.replies.measure import DECIDED
from chalicelib.replies.reading import OPT_OUT, Reading, read
from tests.replies.corpus import Line, lines

FILE = Path(__file__).with_name("figures.json")
GOOD, BAD = ("exact", "right"), ("wrongly_decided", "missed_opt_outs")

Figures = Mapping[str, Mapping[str, int]]


@cache
def read_lines() -> tuple[tuple[Line, Reading], ...]:
    """Every line of the corpus and what the reader makes of it."""
    return tuple((line, read(line.labelled.text, line.labelled.survey)) for line in lines())


def figures() -> Figures:
    """The counts of each kind and language, by "<kind> <language>"."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for line, reading in read_lines():
        first = line.record["kinds"][0]
        right = line.labelled.accepts(reading)
        found[f"{first} {line.record['lang']}"].update(
            {
                "texts": 1,
                "exact": right and reading.kind == first,
                "right": right,
                "wrongly_decided": not right and reading.kind in DECIDED,
                "missed_opt_outs": line.labelled.kinds == {OPT_OUT} and reading.kind != OPT_OUT,
            }
        )
    return {kind: dict(counts) for kind, counts in sorted(found.items())}


def worse(before: Figures, now: Figures) -> Iterator[str]:
    """What is read worse now than before, kind by kind, in words."""
    for kind, held in before.items():
        counts = now.get(kind, {"texts": 0})
        if counts["texts"] < held["texts"]:
            yield f"{kind}: {counts['texts']} texts, {held['texts']} before"
            continue
        for name in (*GOOD, *BAD):
            # shares without rounding: more texts may have joined since
            more = counts[name] * held["texts"] - held[name] * counts["texts"]
            if (more < 0) if name in GOOD else (more > 0):
                share = f"{counts[name]} of {counts['texts']}"
                yield f"{kind}: {name} {share}, {held[name]} of {held['texts']} before"


def committed() -> Figures:
    """What the file says."""
    held: Figures = json.loads(FILE.read_text(encoding="utf-8"))
    return held


if __name__ == "__main__":
    rows = (f"  {json.dumps(kind)}: {json.dumps(counts)}" for kind, counts in figures().items())
    FILE.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
