"""YAML files as JSON holds them, with the line of every field; what is wrong with one is a problem of it.

For the command line and the local run only: what is deployed reads the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chalicelib.campaigns.file_codes import FileCode as Code
from chalicelib.problems import Problem

DEEPEST = 50  # levels
MOST_FIELDS = 200_000


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A mistake in a file, at a line from 1; a warning does not make the check fail."""

    file: Path
    line: int
    problem: Problem

    @property
    def warning(self) -> bool:
        return self.problem.warning


@dataclass(frozen=True, slots=True)
class Source:
    """A YAML file as read: its content as JSON holds it, and the lines its fields stand on."""

    path: Path
    content: Any
    lines: Mapping[str, int]

    def line(self, place: str) -> int:
        """The line of a dotted place, or of the nearest field around it; 1 when there is none."""
        place = place.replace("[", ".").replace("]", "")
        while place and place not in self.lines:
            place = place.rpartition(".")[0]
        return self.lines.get(place, 1)


def read_words(path: Path, problems: list[FileProblem]) -> str | None:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problems.append(FileProblem(path, line, Problem(Code.NOT_UTF_8)))
        return None


def read_yaml(path: Path, problems: list[FileProblem]) -> Source | None:
    """A YAML file with its lines; None, and a problem added, when it cannot be read."""
    words = read_words(path, problems)
    if words is None:
        return None
    try:
        _refuse_depths(words)
        loader = _Loader(words)
        node = loader.get_single_node()
        lines: dict[str, int] = {}
        if node is None:
            return Source(path, None, lines)
        for again, name in _walk(node, "", lines):
            problems.append(FileProblem(path, again, Problem(Code.STANDS_TWICE, {"name": name})))
        return Source(path, _json(loader.construct_document(node)), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = ", ".join(part for part in (error.context, error.problem) if part)
        problems.append(
            FileProblem(path, mark.line + 1 if mark else 1, Problem(Code.NOT_YAML, {"words": said}))
        )
    except RecursionError:
        said = "an alias stands inside its own anchor"
        problems.append(FileProblem(path, 1, Problem(Code.NOT_YAML, {"words": said})))
    except (yaml.YAMLError, ValueError) as error:
        problems.append(FileProblem(path, 1, Problem(Code.NOT_YAML, {"words": str(error)})))
    return None


def _refuse_depths(words: str) -> None:
    """Raises MarkedYAMLError for what is nested so deeply that libyaml's reader would end the process."""
    depth = 0
    for event in yaml.parse(words, _Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            said = f"nested deeper than {DEEPEST}"
            raise yaml.MarkedYAMLError(problem=said, problem_mark=event.start_mark)  # type: ignore[arg-type]


def _walk(node: yaml.Node, place: str, lines: dict[str, int]) -> Iterator[tuple[int, str]]:
    """Note each field's line by its dotted place; yields fields that stand twice in one mapping."""
    if len(lines) > MOST_FIELDS:  # aliases of aliases
        raise ValueError(f"more than {MOST_FIELDS} fields")
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            name = f"{place}.{key.value}" if place else str(key.value)
            line = key.start_mark.line + 1
            if key.value in seen:
                yield line, name
            seen.add(key.value)
            lines[name] = line
            yield from _walk(value, name, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            name = f"{place}.{index}" if place else str(index)
            lines[name] = value.start_mark.line + 1
            yield from _walk(value, name, lines)


def _json(value: Any) -> Any:
    """As JSON holds it: the keys of mappings are text."""
    if isinstance(value, dict):
        return {str(name): _json(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_json(one) for one in value]
    return value


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML as JSON has it: 10:00 and 2026-11-30 stay text, and so do yes and no.

    Where there is libyaml, it reads: an eighth of the time.
    """


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false|True|False", "tfTF"),
    ("int", r"-?(?:0|[1-9][0-9]{0,99})", "-0123456789"),  # a longer one is text: Python reads none
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"(?:{_pattern})\Z"), list(_first))
