"""The labelled replies of this folder: `corpus.jsonl`, and `first.yaml` as examples that are easy to read.

A line of the corpus is a reply and every reading of it that is right, in the fields of `ringback replies
measure` (`survey`, `text`, `kinds`, `scores`, `choice`), and where it is from: `lang`, `origin` (its table),
`about` (what a part of the table tries), `date` and `split`. The split is `unseen` until what the reader
makes of it is written down, then `seen`: rules are mended for it, and every one must be read right.
`surveys.json` holds the surveys that are answered; `never.txt` sentences with a number that is no score.

A new table is written like `first.yaml` and appended, the section comments `# -- ` as what it tries:

    python -m tests.replies.corpus table.yaml NAME 2026-11-28 >> tests/replies/corpus.jsonl
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from chalicelib.replies.measure import Labelled, labelled_from
from chalicelib.replies.survey import Survey

HERE = Path(__file__).parent
SEEN, UNSEEN = "seen", "unseen"
SPLITS = (SEEN, UNSEEN)


@dataclass(frozen=True, slots=True)
class Line:
    """A labelled reply, and where it is from."""

    labelled: Labelled
    record: dict[str, Any]


@cache
def surveys() -> dict[str, Survey]:
    """The surveys that are answered, by name."""
    blocks = json.loads((HERE / "surveys.json").read_text(encoding="utf-8"))
    return {name: Survey.from_dict(block) for name, block in blocks.items()}


@cache
def lines() -> tuple[Line, ...]:
    """The corpus, in its order."""
    records = map(json.loads, (HERE / "corpus.jsonl").read_text(encoding="utf-8").split("\n")[:-1])
    return tuple(Line(labelled_from(one, _survey(one["survey"])), one) for one in records)


@cache
def examples() -> tuple[Labelled, ...]:
    """What `first.yaml` shows; a wanted reading there is kinds apart by `|`, `rating=4/5|ask`."""
    return tuple(labelled(*row) for row in _yaml("first"))


def labelled(survey: str, text: str, want: str) -> Labelled:
    """A row of `first.yaml`."""
    kinds, scores, choice = set(), set(), None
    for one in want.split("|"):
        kind, _, value = one.partition("=")
        kinds.add(kind)
        if kind == "choice":
            choice = value
        elif value:
            scores = {int(score) for score in value.split("/")}
    named = _survey(None if survey == "none" else survey)
    return Labelled(text, named, frozenset(kinds), frozenset(scores), choice)


def replies() -> list[Labelled]:
    """Every labelled reply: the examples, then the corpus."""
    return [*examples(), *(line.labelled for line in lines())]


def frames() -> list[str]:
    """Sentences with a number `{n}` that is no score: conditions, hearsay, questions, counts."""
    found = (HERE / "never.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in found if not line.startswith("#")]


def everything(chance: random.Random) -> Iterator[tuple[str, frozenset[str]]]:
    """Texts with the kinds that are right: what the second reader is trained from.

    `chance` draws the numbers of the sentences in `never.txt`.
    """
    for one in replies():
        yield one.text, one.kinds
    for name in ("complaints", "no_complaints"):
        for row in _yaml(name):
            yield row if isinstance(row, str) else row[-1], frozenset({"text"})
    for frame in frames():
        yield frame.replace("{n}", str(chance.randint(1, 5))), frozenset({"ask"})


def _survey(name: str | None) -> Survey | None:
    return None if name is None else surveys()[name]


def _yaml(name: str) -> Any:
    return yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))


def appended(table: str, origin: str, written: str, split: str = UNSEEN) -> Iterator[str]:
    """The lines of the corpus for a table in the form of `first.yaml`, a row in each of its lines."""
    about = ""
    for line in table.splitlines():
        if line.startswith("# -- "):
            about = line.removeprefix("# -- ")
        if not line.startswith("- "):
            continue
        ((survey, text, want),) = yaml.safe_load(line)
        one = labelled(survey, text, want)
        record = {
            "survey": None if survey == "none" else survey,
            "text": text,
            "kinds": list(dict.fromkeys(kind.partition("=")[0] for kind in want.split("|"))),
            "scores": sorted(one.scores) or None,
            "choice": one.choice,
            "lang": one.group[1],
            "origin": origin,
            "about": about or None,
            "date": written,
            "split": split,
        }
        yield json.dumps(
            {name: value for name, value in record.items() if value is not None or name == "survey"},
            ensure_ascii=False,
        )


if __name__ == "__main__":
    path, name, day = sys.argv[1:]
    print("\n".join(appended(Path(path).read_text(encoding="utf-8"), name, day)))
