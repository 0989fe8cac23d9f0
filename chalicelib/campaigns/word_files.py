"""Event types and attributes as files: `events/<type>.yaml` and `attributes.yaml` in a templates folder.

For the command line and the local run only: what is deployed reads the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from chalicelib.campaigns.declarations import check_attributes, check_event_type
from chalicelib.campaigns.file_codes import FileCode as Code
from chalicelib.campaigns.yaml_files import FileProblem, Source, read_yaml
from chalicelib.intake.intake_codes import IntakeCode
from chalicelib.intake.vocabulary import ATTRIBUTES, EVENT, Vocabulary, over_shipped
from chalicelib.problems import Problem


def load_words(folder: Path) -> dict[str, Any]:
    """The documents of event types and attributes by their catalogue names, readable or not."""
    problems: list[FileProblem] = []
    documents = event_documents(folder, problems)
    path = folder / f"{ATTRIBUTES}.yaml"
    source = read_yaml(path, problems) if path.exists() else None
    return documents | ({ATTRIBUTES: source.content or {}} if source else {})


def event_documents(folder: Path, problems: list[FileProblem]) -> dict[str, Any]:
    """The documents of event types by their catalogue names; what cannot be read is added to `problems`."""
    return {f"{EVENT}{source.path.stem}": source.content or {} for source in _event_files(folder, problems)}


def check_words(folder: Path) -> tuple[Vocabulary, list[FileProblem]]:
    """What the files of a folder declare, over what ships, and everything wrong with them. What is wrong is
    left out of the vocabulary."""
    problems: list[FileProblem] = []
    documents: dict[str, Mapping[str, Any]] = {}
    bad: set[str] = set()  # attributes that are declared, and wrong
    path = folder / f"{ATTRIBUTES}.yaml"
    source = read_yaml(path, problems) if path.exists() else None
    all_known = source is not None or not path.exists()
    if source and _is_mapping(source, problems):
        content = source.content or {}
        found = check_attributes(content)
        problems += _placed(source, found)
        bad = {name for name in content if any(_is_in(one, name) for one in found)}
        documents[ATTRIBUTES] = {name: one for name, one in content.items() if name not in bad}
    known = over_shipped(documents).attributes
    broken = set()
    for one in _event_files(folder, problems):
        kind = one.path.stem
        if not _is_mapping(one, problems):
            broken.add(kind)
            continue
        content = one.content or {}
        sets = content.get("sets")
        if bad and isinstance(sets, Mapping):
            content = {**content, "sets": {name: field for name, field in sets.items() if name not in bad}}
        found = check_event_type(kind, content, known)
        problems += _placed(
            one, [each for each in found if all_known or each.code != IntakeCode.VOCABULARY_ATTRIBUTE]
        )
        if any(not each.warning for each in found):
            broken.add(kind)
        else:
            documents[f"{EVENT}{kind}"] = content
    made = over_shipped(documents)
    return replace(
        made, events={name: one for name, one in made.events.items() if name not in broken}
    ), problems


def declared(folder: Path) -> set[str]:
    """The names that the files of a folder declare, whether they are fit or not: types and attributes."""
    path = folder / f"{ATTRIBUTES}.yaml"
    source = read_yaml(path, []) if path.exists() else None
    types = {one.stem for one in (folder / "events").glob("*.yaml")}
    return types | set(source.content if source and isinstance(source.content, Mapping) else ())


def _is_in(problem: Problem, name: str) -> bool:
    """Whether a problem, no warning, is in the field of that name."""
    return not problem.warning and f"{problem.place}.".startswith(f"{name}.")


def _event_files(folder: Path, problems: list[FileProblem]) -> list[Source]:
    files = [one for one in (folder / "events").glob("*") if one.is_file() and one.name[0] != "."]
    for path in files:
        if path.suffix != ".yaml":
            problems.append(FileProblem(path, 1, Problem(Code.NOT_AN_EVENT_FILE)))
    found = [read_yaml(path, problems) for path in sorted(files) if path.suffix == ".yaml"]
    return [one for one in found if one is not None]


def _is_mapping(source: Source, problems: list[FileProblem]) -> bool:
    if source.content is None or isinstance(source.content, Mapping):
        return True
    problems.append(FileProblem(source.path, 1, Problem(Code.NO_FIELDS)))
    return False


def _placed(source: Source, found: Iterable[Problem]) -> list[FileProblem]:
    return [FileProblem(source.path, source.line(one.place), one) for one in found]
