"""The template: its parts, joined before Chalice merges them with what app.py needs, and what packaging adds.

A part is a CloudFormation template that holds one subject. What is one of its kind is a file of
`.chalice/resources/`, in YAML with CloudFormation's short forms (`!Ref`, `!Sub` ...) or in JSON; what comes
in series is made from the tables of `local/resources/`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from local import resources as tables

Template = dict[str, Any]

CODE = {
    "CodeBucket": {"Type": "String", "Description": "The S3 bucket that holds the package"},
    "CodeKey": {"Type": "String", "Description": "The package's key in CodeBucket"},
}


class TemplateError(Exception):
    """The parts do not fit together; the text names the file and what to change."""


class _ShortForms(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML in which `!Name value` is CloudFormation's `{"Fn::Name": value}`."""


def _long_form(loader: _ShortForms, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt":
        value = value.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_ShortForms.add_multi_constructor("!", _long_form)


def read(path: Path) -> Template:
    """One part from its file. Raises TemplateError when it is no YAML or JSON."""
    text = path.read_text(encoding="utf-8")
    try:
        found: Template = json.loads(text) if path.suffix == ".json" else yaml.load(text, _ShortForms)  # noqa: S506
    except (ValueError, yaml.YAMLError) as error:
        kind = "JSON" if path.suffix == ".json" else "YAML"
        raise TemplateError(f"{path.name} is not {kind}: {error}") from error
    return found


def files(folder: Path, without: Collection[str] = (), dropped: Collection[str] = ()) -> dict[str, Template]:
    """The parts that are files of `folder`, by the file's name.

    Of a part that is named in `without`, what is in `folder`/without takes its place, or nothing; of one in
    `dropped` nothing does.
    """
    found: dict[str, Template] = {}
    for path in sorted(folder.iterdir()):
        chosen = folder / "without" / path.name if path.stem in without else path
        if path.suffix in (".json", ".yaml") and path.stem not in dropped and chosen.is_file():
            found[path.name] = read(chosen)
    return found


def joined(parts: Mapping[str, Template]) -> Template:
    """All `parts` as one template. Raises TemplateError when two of them name the same thing.

    A thing is an entry of a section; of `Globals`, whose entries belong to several subjects, a single value.
    `Additions` is a section of ours: what a part appends to a list of another part's resource, by its path.
    """
    whole: Template = {}
    said_by: dict[tuple[str, ...], str] = {}
    for part, content in parts.items():
        for path, value in _things(content):
            other = said_by.setdefault(path, part)
            if other != part:
                raise TemplateError(f"{'.'.join(path)} is in {other} and in {part}: keep one of them")
            place = whole
            for name in path[:-1]:
                place = place.setdefault(name, {})
            place[path[-1]] = value
    for part, content in parts.items():
        for path, more in content.get("Additions", {}).items():
            what = f"{part} adds to {path}"
            whole["Resources"] = _appended(whole["Resources"], path.split("."), more, what)
    return whole


def _appended(place: Any, way: Sequence[str], more: list[Any], what: str) -> Any:
    """`place` with `more` at the end of the list that `way` leads to. Raises TemplateError."""
    if not way and isinstance(place, list):
        return [*place, *more]
    if not way or not isinstance(place, dict) or way[0] not in place:
        raise TemplateError(f"{what}, which is no list of another part")
    return {**place, way[0]: _appended(place[way[0]], way[1:], more, what)}


def _things(content: Template) -> Iterator[tuple[tuple[str, ...], Any]]:
    for section, entries in content.items():
        if section == "Additions":
            continue
        for name, value in entries.items():
            if section == "Globals":
                yield from _settings((section, name), value)
            else:
                yield (section, name), value


def _settings(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The single values below `path`; an intrinsic function is a value."""
    if isinstance(value, dict) and not any(key == "Ref" or key.startswith("Fn::") for key in value):
        for name, inner in value.items():
            yield from _settings((*path, name), inner)
    else:
        yield path, value


def whole(root: Path, without: Collection[str] = (), dropped: Collection[str] = ()) -> Template:
    """All parts of the project at `root` but those `without` and `dropped` (see `files`), as one template;
    nothing that Chalice makes."""
    return joined(files(root / ".chalice" / "resources", without, dropped) | tables.parts())


def resources(root: Path) -> dict[str, Any]:
    """The resources of the project at `root` that are not made by Chalice, by logical id."""
    found: dict[str, Any] = whole(root)["Resources"]
    return found


def stage_values(root: Path) -> dict[str, dict[str, Any]]:
    """For each stage the parameters' values that differ from the parts' defaults."""
    found: dict[str, dict[str, Any]] = json.loads((root / ".chalice" / "stages.json").read_text())
    return found


def finished(template: Template, stage: str, key: str, values: dict[str, Any]) -> Template:
    """`template` with the stage's `values` as the parameters' defaults, every function's code taken from the
    parameters `CodeBucket` and `CodeKey`, and the API calling the functions' published versions.

    `key` is the default of `CodeKey`. It holds a hash of the zip, so new code is a change that
    CloudFormation sees and the same code is none. Raises TemplateError for a value of no parameter.
    """
    declared = CODE | template.get("Parameters", {})
    parameters = {name: dict(value) for name, value in declared.items()}
    for name, value in {"CodeKey": key, **values}.items():
        if name not in parameters:
            raise TemplateError(f"stages.json gives {stage} a value for {name}, which is no parameter")
        parameters[name]["Default"] = value
    if "Stage" in parameters:
        parameters["Stage"]["Default"] = stage
    done = {**template, "Parameters": parameters}
    done["Resources"] = {name: _resource(one, done) for name, one in template["Resources"].items()}
    return done


def _resource(resource: dict[str, Any], template: Template) -> dict[str, Any]:
    if resource["Type"] == "AWS::Serverless::Function":
        return {**resource, "Properties": resource["Properties"] | _release(resource["Properties"], template)}
    if resource["Type"] == "AWS::Serverless::Api":
        found: dict[str, Any] = _by_alias(resource)
        return found
    return resource


def _by_alias(value: Any) -> Any:
    """`value` with every call of a function as a call of its alias, so that a new version can go back."""
    if isinstance(value, list):
        return [_by_alias(one) for one in value]
    if not isinstance(value, dict):
        return value
    called = re.search(r"\$\{(\w+)\.Arn\}/invocations$", str(value.get("Fn::Sub", "")))
    if called is None:
        return {key: _by_alias(one) for key, one in value.items()}
    text = value["Fn::Sub"].replace(f"${{{called[1]}.Arn}}", "${function}")
    return {"Fn::Sub": [text, {"function": {"Ref": f"{called[1]}.Alias"}}]}


def _release(properties: dict[str, Any], template: Template) -> dict[str, Any]:
    """Where a function's code is, so that a new version is published exactly when there is something new.

    SAM names a version after the code's place with the parameters in it put in, so the place names whatever
    the function is made of: its text in the template, by a digest, and the parameters its environment reads.
    The digest is in the description too, for Lambda publishes nothing when the function is as it was.
    """
    shared = template.get("Globals", {}).get("Function", {})
    text = json.dumps([shared, properties], sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    read = [shared.get("Environment"), properties.get("Environment")]
    parameters = sorted(set(_parameters_behind(read, template)))
    place = [{"Ref": "CodeKey"}, digest, *({"Ref": name} for name in parameters)]
    code = {"Bucket": {"Ref": "CodeBucket"}, "Key": {"Fn::Select": ["0", place]}}
    return {"CodeUri": code, "Description": f"release {digest}"}


def _parameters_behind(value: Any, template: Template) -> Iterator[str]:
    """The parameters that decide what `value` comes to: named in it, in its conditions, or in the names of
    the resources that it refers to."""
    if isinstance(value, list):
        for one in value:
            yield from _parameters_behind(one, template)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key == "Ref" or key == "Fn::GetAtt":
                yield from _behind_name(inner if key == "Ref" else inner[0], template)
            elif key == "Fn::Sub" and isinstance(inner, str):
                for name in re.findall(r"\$\{(\w+)[.}]", inner):
                    yield from _behind_name(name, template)
            elif key in ("Condition", "Fn::If"):
                name = inner if key == "Condition" else inner[0]
                yield from _parameters_behind(template.get("Conditions", {}).get(name), template)
                yield from _parameters_behind(inner[1:] if key == "Fn::If" else None, template)
            else:
                yield from _parameters_behind(inner, template)


def _behind_name(name: str, template: Template) -> Iterator[str]:
    if name in template.get("Parameters", {}):
        yield name
    for key, value in template["Resources"].get(name, {}).get("Properties", {}).items():
        if key.endswith("Name"):
            yield from _parameters_behind(value, template)
