"""The template: the parts in `.chalice/resources/`, joined before Chalice merges them with what app.py needs,
and what packaging adds afterwards.

A part is a CloudFormation template in JSON that holds what belongs together (tables, queues, alarms ...).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Template = dict[str, Any]

CODE = {
    "CodeBucket": {"Type": "String", "Description": "The S3 bucket that holds the package"},
    "CodeKey": {"Type": "String", "Description": "The package's key in CodeBucket"},
}


class TemplateError(Exception):
    """The parts do not fit together; the text names the file and what to change."""


def joined(folder: Path) -> Template:
    """All parts of `folder` as one template. Raises TemplateError when two of them name the same thing."""
    whole: Template = {}
    said_by: dict[tuple[str, str], str] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            part = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise TemplateError(f"{path.name} is not JSON: {error}") from error
        for section, entries in part.items():
            for name, value in entries.items():
                other = said_by.setdefault((section, name), path.name)
                if other != path.name:
                    raise TemplateError(
                        f"{section}.{name} is in {other} and in {path.name}: keep one of them"
                    )
                whole.setdefault(section, {})[name] = value
    return whole


def resources(root: Path) -> dict[str, Any]:
    """The resources of the project at `root` that are not made by Chalice, by logical id."""
    found: dict[str, Any] = joined(root / ".chalice" / "resources").get("Resources", {})
    return found


def stage_values(root: Path) -> dict[str, dict[str, Any]]:
    """For each stage the parameters' values that differ from the parts' defaults."""
    found: dict[str, dict[str, Any]] = json.loads((root / ".chalice" / "stages.json").read_text())
    return found


def finished(template: Template, stage: str, key: str, values: dict[str, Any]) -> Template:
    """`template` with the stage's `values` as the parameters' defaults, and every function's code taken from
    the parameters `CodeBucket` and `CodeKey`.

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
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": {"Ref": "CodeBucket"}, "Key": {"Ref": "CodeKey"}}
    return {**template, "Parameters": parameters}
