"""A campaign's document as pages may take it apart, whatever was stored: what is no mapping or list where one
belongs is as if it were not there. What is wrong with it, `check` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

MAPPINGS: Final = ("title", "trigger", "thresholds", "survey", "variants", "sample", "registrations")
OF_SURVEY: Final = ("letters", "options")


def in_shape(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document without what has another shape than its field."""
    found = {name: one for name, one in document.items() if one is not None}
    for name in MAPPINGS:
        if not isinstance(found.get(name, {}), Mapping):
            del found[name]
    if "variants_when" in found:
        found["variants_when"] = _mappings(found["variants_when"])
    if "survey" in found:
        found["survey"] = _survey(found["survey"])
    found["texts"] = {
        step: {language: source for language, source in sources.items() if isinstance(source, str)}
        for step, sources in _mapping(found.get("texts")).items()
        if isinstance(sources, Mapping)
    }
    return found


def _survey(block: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: one for name, one in block.items() if one is not None}
    for name in OF_SURVEY:
        if not isinstance(found.get(name, {}), Mapping):
            del found[name]
    if "labels" in found:
        labels = _mapping(found["labels"])
        found["labels"] = {name: words for name, words in labels.items() if isinstance(words, Mapping)}
    if "questions" in found:
        found["questions"] = _mappings(found["questions"])
    if not isinstance(found.get("scale", ()), list | tuple):
        del found["scale"]
    return found


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list | tuple) else []
