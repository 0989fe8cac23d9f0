"""Campaigns, brands and plans as files: a folder becomes catalogue documents, or a list of problems.

For the command line and the local run only; what is deployed reads the catalogue and needs no YAML.

    templates/brands.yaml  plans.yaml  policy.yaml  prices.yaml  care.yaml  attributes.yaml
    templates/events/<type>.yaml
    templates/<campaign>/campaign.yaml  <lang>.txt.j2  <step>.<lang>.txt.j2
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from chalicelib.campaigns.brand_rules import check_brand, check_plan, check_shared
from chalicelib.campaigns.campaign import INVITATION, TEXT, Campaign, campaign_from
from chalicelib.campaigns.campaign_codes import CampaignCode
from chalicelib.campaigns.check import check, check_keywords
from chalicelib.campaigns.file_codes import FileCode as Code
from chalicelib.campaigns.known_names import unknown_in_campaign, unknown_in_care
from chalicelib.campaigns.word_files import check_words, declared, event_documents
from chalicelib.campaigns.yaml_files import FileProblem, Source, read_words, read_yaml
from chalicelib.document import repeated
from chalicelib.intake.regions import PROVINCES_ONLY, Gazetteer, gazetteer
from chalicelib.intake.values import BadField
from chalicelib.intake.vocabulary import Vocabulary
from chalicelib.problems import BadDocument, Problem
from chalicelib.store.records import Brand

CAMPAIGN = "campaign.yaml"
SHARED = ("brands", "plans", "policy", "prices", "care", "attributes")

_TEXT_NAME = re.compile(
    r"(?:(?P<step>[a-z][a-z0-9_]*(?:@[a-z][a-z0-9_]*)?)\.)?(?P<language>[a-z]{2,3}(?:-[A-Za-z]{2,4})?)\.txt\.j2\Z"
)


class BadFiles(ValueError):
    """Files that cannot be read as documents."""

    def __init__(self, problems: list[FileProblem]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{one.file}:{one.line}: {one.problem.code}" for one in problems))


def load_folder(folder: Path) -> dict[str, Any]:
    """The catalogue's documents in a templates folder, by their catalogue names.

    `campaign#<id>`, `brand#<id>` and `event#<type>` each, `plans` {id: plan}, `policy`, `prices`, `care`,
    `attributes` as their files hold them. Raises BadFiles for what cannot be read; whether it is sound is
    `check_folder`.
    """
    problems: list[FileProblem] = []
    documents: dict[str, Any] = {}
    for name in SHARED:
        path = folder / f"{name}.yaml"
        if not path.exists():
            continue
        source = read_yaml(path, problems)
        if source is None:
            continue
        if name == "brands":
            documents |= {f"brand#{_id(one)}": one for one in _listed(source, problems)}
        elif name == "plans":
            documents["plans"] = {_id(one): one for one in _listed(source, problems)}
        else:
            documents[name] = source.content
    documents |= event_documents(folder, problems)
    for path in _campaign_files(folder):
        read = _campaign(path, problems)
        if read is not None:
            documents[f"campaign#{_id(read[0].content)}"] = read[1]
    if problems:
        raise BadFiles(problems)
    return documents


def check_folder(folder: Path) -> list[FileProblem]:
    """Every problem in a templates folder, or in one campaign's folder, by file and line."""
    problems: list[FileProblem] = []
    alone = (folder / CAMPAIGN).exists()
    root = folder.parent if alone else folder
    ignored: list[FileProblem] = []
    brands = _brands(root, ignored if alone else problems)
    known, bad = check_words(root)
    if not alone:
        problems += bad
        problems += _check_plans(root, brands)
        for name in ("policy", "prices", "care"):
            path = root / f"{name}.yaml"
            if path.exists() and (source := read_yaml(path, problems)):
                again = repeated(source.content)
                problems += [FileProblem(path, source.line(one.place), one) for one in again]
    paths = [folder / CAMPAIGN] if alone else _campaign_files(folder)
    if not paths:
        problems.append(FileProblem(folder, 1, Problem(Code.NO_CAMPAIGN, {"name": CAMPAIGN})))
    places = read_places(root, ignored if alone else problems)
    plans = _plan_ids(root)
    broken = declared(root) - {*known.events, *known.attributes} if bad else set()
    for path in paths:
        found = _check_campaign(path, brands, plans, places, known)
        problems += [one for one in found if not _is_told_elsewhere(one.problem, broken)]
    if not alone and (care := root / "care.yaml").exists() and (source := read_yaml(care, ignored)):
        ids = [one.id for one in brands]
        unknown = unknown_in_care(source.content, ids, places)
        problems += [FileProblem(care, source.line(one.place), one) for one in unknown]
    problems += _check_keywords(root, paths)
    return sorted(problems, key=lambda one: (str(one.file), one.line, one.problem.place, one.problem.code))


def _is_told_elsewhere(problem: Problem, broken: Collection[str]) -> bool:
    """Whether a name is unknown for its own declaration is wrong."""
    name = problem.values.get("name") or str(problem.values.get("value", "")).strip("'\"")
    return problem.code in _UNKNOWN and name in broken


_UNKNOWN = (CampaignCode.NO_SUCH_EVENT, CampaignCode.NO_SUCH_DAY, CampaignCode.NOT_A_VARIABLE_HERE)


def read_places(root: Path, problems: list[FileProblem]) -> Gazetteer:
    """The cities and counties of `regions.yaml`, where there is one; what is wrong with it is a problem."""
    path = root / "regions.yaml"
    source = read_yaml(path, problems) if path.exists() else None
    if source is None:
        return PROVINCES_ONLY
    try:
        return gazetteer(source.content)
    except BadField as bad:
        problems.append(FileProblem(path, source.line(bad.problem.place), bad.problem))
        return PROVINCES_ONLY


def _plan_ids(root: Path) -> list[str]:
    path = root / "plans.yaml"
    source = read_yaml(path, []) if path.exists() else None
    return [_id(one) for one in _listed(source, [])] if source else []


def _check_campaign(
    path: Path, brands: list[Brand], plans: list[str], places: Gazetteer, known: Vocabulary
) -> list[FileProblem]:
    problems: list[FileProblem] = []
    read = _campaign(path, problems)
    if read is None:
        return problems
    source, document, texts = read
    if isinstance(document.get("id"), str) and document["id"] != path.parent.name:
        values = {"value": repr(document["id"]), "name": repr(path.parent.name)}
        problems.append(FileProblem(path, source.line("id"), Problem(Code.NOT_FOLDER_NAME, values)))
    for problem in check(document, brands, known):
        problems.append(_placed(problem, source, texts))
    for problem in unknown_in_campaign(document, [one.id for one in brands], plans, places):
        problems.append(_placed(problem, source, texts))
    return problems


def _check_keywords(root: Path, paths: Sequence[Path]) -> Iterator[FileProblem]:
    """Keywords that start another campaign of the folder, too."""
    found: dict[Path, tuple[Source, Campaign]] = {}
    for path in _campaign_files(root):
        read = _campaign(path, [])
        if read is None:
            continue
        with suppress(BadDocument):
            found[path] = read[0], campaign_from(read[1])
    every = [campaign for _, campaign in found.values()]
    for path in paths:
        if path in found:
            source, campaign = found[path]
            for problem in check_keywords(campaign, every):
                yield FileProblem(path, source.line(problem.place), problem)


def _placed(problem: Problem, source: Source, texts: Mapping[str, Path]) -> FileProblem:
    if problem.place in texts:
        return FileProblem(texts[problem.place], max(problem.line, 1), replace(problem, place="", line=0))
    return FileProblem(source.path, source.line(problem.place), replace(problem, line=0))


def _campaign_files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*/{CAMPAIGN}"))


def _campaign(
    path: Path, problems: list[FileProblem]
) -> tuple[Source, dict[str, Any], dict[str, Path]] | None:
    """A campaign's YAML, its document with the texts, and which file each text (by place) came from."""
    source = read_yaml(path, problems)
    if source is None:
        return None
    if not isinstance(source.content, Mapping):
        problems.append(FileProblem(path, 1, Problem(Code.NO_FIELDS)))
        return None
    first = INVITATION if source.content.get("survey") else TEXT
    texts: dict[str, dict[str, str]] = {}
    files: dict[str, Path] = {}
    for file in sorted(path.parent.iterdir()):
        if file.name == CAMPAIGN or file.name.startswith(".") or file.is_dir():
            continue
        found = _TEXT_NAME.match(file.name)
        if not found:
            problems.append(FileProblem(file, 1, Problem(Code.NOT_A_TEXT_NAME)))
            continue
        step, language = found["step"] or first, found["language"]
        words = read_words(file, problems)
        if words is None:
            continue
        if language in texts.setdefault(step, {}):
            again = Problem(Code.SECOND_TEXT, {"step": step, "language": language})
            problems.append(FileProblem(file, 1, again))
        texts[step][language] = words.rstrip("\n")
        files[f"texts.{step}.{language}"] = file
    return source, {**source.content, "texts": texts}, files


def _brands(root: Path, problems: list[FileProblem]) -> list[Brand]:
    path = root / "brands.yaml"
    if not path.exists():
        return []
    source = read_yaml(path, problems)
    if source is None:
        return []
    brands = {}
    for index, one in enumerate(_listed(source, problems)):
        bad = check_brand(one)
        problems += [_in_entry(problem, source, index) for problem in bad]
        if not bad:
            brands[index] = Brand.from_dict(one)
    for index, brand in brands.items():
        problems += [_in_entry(problem, source, index) for problem in check_shared(brand, brands.values())]
    return list(brands.values())


def _check_plans(root: Path, brands: list[Brand]) -> list[FileProblem]:
    problems: list[FileProblem] = []
    path = root / "plans.yaml"
    source = read_yaml(path, problems) if path.exists() else None
    for index, one in enumerate(_listed(source, problems) if source else []):
        problems += [_in_entry(problem, source, index) for problem in check_plan(one, brands) if source]
    return problems


def _in_entry(problem: Problem, source: Source, index: int) -> FileProblem:
    return FileProblem(source.path, source.line(f"{index}.{problem.place}"), problem)


def _listed(source: Source, problems: list[FileProblem]) -> Iterator[Mapping[str, Any]]:
    """The entries of a file that is a list; what is not an entry with an id is a problem."""
    content = source.content
    if content is not None and not isinstance(content, list):
        problems.append(FileProblem(source.path, 1, Problem(Code.NOT_ENTRIES)))
    for index, one in enumerate(content if isinstance(content, list) else []):
        if isinstance(one, Mapping) and isinstance(one.get("id"), str):
            yield one
        else:
            problems.append(FileProblem(source.path, source.line(str(index)), Problem(Code.ENTRY_WITHOUT_ID)))


def _id(document: Mapping[str, Any]) -> str:
    return str(document.get("id", ""))
