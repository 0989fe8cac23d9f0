"""Compares template files with the catalogue's versions: `ringback templates diff`, `push` and `pull`.

`.ringback-base.json` in the templates folder notes for every document which version the files were
last in step with. It belongs in the repository. What is not as it was then has changed here; what has a
later version has changed there; where both happened, nothing is overwritten on either side.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal

import yaml

from chalicelib.campaigns.campaign import FIELDS, TEXT, TRIGGER_FIELDS
from chalicelib.campaigns.files import CAMPAIGN, SHARED
from chalicelib.campaigns.survey_block import SURVEY_FIELDS
from chalicelib.store.schema.catalogue import Document

BASE = ".ringback-base.json"
FileState = Literal[
    "same",  # nothing to do
    "changed_here",
    "new_here",  # the catalogue has never heard of it
    "changed_there",
    "new_there",
    "both",  # changed here and there: somebody has to look
    "gone_here",  # its files were deleted; the catalogue ends documents, it does not delete them
]


@dataclass(frozen=True, slots=True)
class Base:
    """The version that files were last in step with, and the digest of its document."""

    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class FileStanding:
    """How one document stands. `here` is None without files, `there` without a version."""

    name: str
    state: FileState
    here: Any
    base: Base | None
    there: Document | None


def digest(document: Any) -> str:
    """The same for documents that say the same; how a text's file ends does not matter."""
    if isinstance(document, Mapping) and isinstance(document.get("texts"), Mapping):
        texts = {
            step: {language: source.rstrip("\n") for language, source in languages.items()}
            for step, languages in document["texts"].items()
        }
        document = {**document, "texts": texts}
    plain = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(plain.encode()).hexdigest()[:16]


def standing(name: str, here: Any, base: Base | None, there: Document | None) -> FileStanding:
    """Compare what the files say with what they were in step with and with the latest version."""
    return FileStanding(name, _state(here, base, there), here, base, there)


def _state(here: Any, base: Base | None, there: Document | None) -> FileState:
    if there is None:
        return "same" if here is None else "new_here"
    if here is not None and digest(here) == digest(there.document):
        return "same"  # whatever way both came to say it
    moved = base is None or there.number > base.version
    if here is None:
        return "gone_here" if base is not None and not moved else "new_there"
    if base is None:
        return "both"
    changed = digest(here) != base.digest
    if changed and moved:
        return "both"
    return "changed_here" if changed else "changed_there"


def read_base(folder: Path) -> dict[str, Base]:
    """The noted versions; empty before the first pull. Raises ValueError when the file is broken."""
    path = folder / BASE
    if not path.exists():
        return {}
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return {name: Base(int(one["version"]), str(one["digest"])) for name, one in raw.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} cannot be read ({error}): take it from the repository again") from error


def write_base(folder: Path, base: Mapping[str, Base]) -> None:
    """Note the versions, one line each, so that two branches merge."""
    lines = [
        f"{json.dumps(name)}: {json.dumps({'version': one.version, 'digest': one.digest})}"
        for name, one in sorted(base.items())
    ]
    (folder / BASE).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def difference(name: str, old: Any, new: Any, old_title: str, new_title: str) -> Iterator[str]:
    """Unified difference of two documents (None for none), file by file as they would be written."""
    before, after = written(name, ordered(old, new)), written(name, new)
    for file in sorted({*before, *after}):
        yield from (
            line.rstrip("\n")
            for line in difflib.unified_diff(
                before.get(file, "").splitlines(keepends=True),
                after.get(file, "").splitlines(keepends=True),
                f"{file} ({old_title})",
                f"{file} ({new_title})",
            )
        )


def beside(name: str, old: Any, new: Any) -> dict[str, list[tuple[str, str]]]:
    """What differs between two documents, file by file: pairs of lines, old and new, "" where one has none.
    Lines that are the same on both sides stand around what differs, for the eye."""
    before, after = written(name, ordered(old, new)), written(name, new)
    found: dict[str, list[tuple[str, str]]] = {}
    for file in sorted({*before, *after}):
        left, right = before.get(file, "").splitlines(), after.get(file, "").splitlines()
        groups = difflib.SequenceMatcher(None, left, right, autojunk=False).get_grouped_opcodes(2)
        pairs = [
            pair
            for group in groups
            for _, a, b, c, d in group
            for pair in zip_longest(left[a:b], right[c:d], fillvalue="")
        ]
        if pairs:
            found[file] = pairs
    return found


def written(name: str, document: Any) -> dict[str, str]:
    """A document's files by their path in the templates folder. A brand's and a plan's are entries of a
    list, so they stand under a name of their own here; `write` puts them into the list."""
    if document is None:
        return {}
    kind, _, ident = name.partition("#")
    if kind == "event":
        return {f"events/{ident}.yaml": _yaml(document)}
    if kind != "campaign":
        return {f"{kind}s.yaml: {ident}" if ident else f"{kind}.yaml": _yaml(document)}
    fields = {field: value for field, value in document.items() if field != "texts"}
    files = {f"{ident}/{CAMPAIGN}": _yaml(fields)}
    for step, languages in (document.get("texts") or {}).items():
        for language, source in languages.items():
            file = f"{language}.txt.j2" if step == TEXT else f"{step}.{language}.txt.j2"
            files[f"{ident}/{file}"] = source.rstrip("\n") + "\n"
    return files


def write(folder: Path, name: str, document: Any, here: Mapping[str, Any]) -> list[Path]:
    """Bring the files of one document to what it says; returns those that were written or removed.

    `here` are all documents as the files hold them now: a file that says the same already is left as it
    is, with its comments.
    """
    kind = name.partition("#")[0]
    document = ordered(document, here.get(name))
    if kind == "brand":
        others = {one: held for one, held in here.items() if one.startswith("brand#")}
        return [_put(folder / "brands.yaml", _yaml(list((others | {name: document}).values())))]
    if kind == "event":
        return [_put(folder / file, content) for file, content in written(name, document).items()]
    if kind != "campaign":
        content = list(document.values()) if name == "plans" else document
        return [_put(folder / f"{name}.yaml", _yaml(content))] if name in SHARED else []
    before = here.get(name)
    wanted = written(name, document)
    touched: list[Path] = []
    for file, content in written(name, before).items():
        if file not in wanted:
            for path in _spellings(folder, file):
                path.unlink(missing_ok=True)
                touched.append(path)
        elif content == wanted[file]:
            del wanted[file]
    for file, content in wanted.items():
        existing = [path for path in _spellings(folder, file) if path.exists()]
        touched.append(_put(existing[0] if existing else folder / file, content))
    return touched


def ordered(document: Any, like: Any) -> Any:
    """The document with its fields in the order of another (of the campaign's fields without one): the
    catalogue keeps no order, and a file should not change where nothing did."""
    if like is None:
        like = dict.fromkeys(FIELDS)
        like |= {"trigger": dict.fromkeys(TRIGGER_FIELDS), "survey": dict.fromkeys(SURVEY_FIELDS)}
    if isinstance(document, Mapping):
        known = list(like) if isinstance(like, Mapping) else []
        names = [one for one in known if one in document]
        names += sorted(one for one in document if one not in names)
        return {one: ordered(document[one], like.get(one, {}) if known else {}) for one in names}
    if isinstance(document, list):
        others = like if isinstance(like, list) else []
        return [
            ordered(one, others[number] if number < len(others) else {})
            for number, one in enumerate(document)
        ]
    return document


def _spellings(folder: Path, file: str) -> list[Path]:
    """A first text may be called en.txt.j2 or text.en.txt.j2 (invitation.en.txt.j2 with a survey)."""
    path = folder / file
    stem = path.name
    if stem == CAMPAIGN:
        return [path]
    if stem.count(".") == 2:
        return [path, path.with_name(f"{TEXT}.{stem}")]
    if stem.startswith("invitation."):
        return [path, path.with_name(stem.removeprefix("invitation."))]
    return [path]


def _put(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def _yaml(content: Any) -> str:
    found: str = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)
    return found
