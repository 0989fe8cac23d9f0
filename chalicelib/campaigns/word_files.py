"""Event types and attributes as files: `events/<type>.yaml` and `attributes.yaml` in a templates folder.

For the command line and the local run only: what is deployed reads the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.campaigns.facts import TAKEN
from chalicelib.campaigns.file_codes import FileCode as Code
from chalicelib.campaigns.yaml_files import FileProblem, Source, read_yaml
from chalicelib.intake.attributes import attributes_from
from chalicelib.intake.vocabulary import ATTRIBUTES, EVENT, Vocabulary, event_type_from, over_shipped
from chalicelib.problems import BadDocument, Problem


def load_words(folder: Path) -> dict[str, Any]:
    """The documents of event types and attributes by their catalogue names, readable or not."""
    problems: list[FileProblem] = []
    documents = event_documents(folder, problems)
    path = folder / f"{ATTRIBUTES}.yaml"
    source = read_yaml(path, problems) if path.exists() else None
    return documents | ({ATTRIBUTES: source.content or {}} if source else {})


def event_documents(folder: Path, problems: list[FileProblem]) -> dict[str, Any]:
    """The documents of event types by their catalogue names; what cannot be read is added to `problems`."""
    return {f"{EVENT}{source.path.stem}": source.content for source in _event_files(folder, problems)}


def check_words(folder: Path) -> tuple[Vocabulary, list[FileProblem]]:
    """What the files of a folder declare, over what ships, and everything wrong with them. What is wrong is
    left out of the vocabulary."""
    problems: list[FileProblem] = []
    sound: dict[str, Mapping[str, Any]] = {}
    path = folder / f"{ATTRIBUTES}.yaml"
    source = read_yaml(path, problems) if path.exists() else None
    known = over_shipped({}).attributes
    if source and _is_mapping(source, problems):
        try:
            known = attributes_from(source.content or {}, TAKEN)
            sound[ATTRIBUTES] = source.content or {}
        except BadDocument as bad:
            problems += _placed(source, bad)
    for one in _event_files(folder, problems):
        if not _is_mapping(one, problems):
            continue
        try:
            event_type_from(one.path.stem, one.content, known)
            sound[f"{EVENT}{one.path.stem}"] = one.content
        except BadDocument as bad:
            problems += _placed(one, bad)
    return over_shipped(sound), problems


def _event_files(folder: Path, problems: list[FileProblem]) -> list[Source]:
    found = [read_yaml(path, problems) for path in sorted((folder / "events").glob("*.yaml"))]
    return [one for one in found if one is not None]


def _is_mapping(source: Source, problems: list[FileProblem]) -> bool:
    if source.content is None or isinstance(source.content, Mapping):
        return True
    problems.append(FileProblem(source.path, 1, Problem(Code.NO_FIELDS)))
    return False


def _placed(source: Source, bad: BadDocument) -> list[FileProblem]:
    return [FileProblem(source.path, source.line(one.place), one) for one in bad.problems]
