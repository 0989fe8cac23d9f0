"""Is a brand, or a plan, fit to be used? What would otherwise go wrong when a text is signed and sent.

`check_*` is what a new version is held to. `*_from` reads what is live, and refuses only what no text could
be made with: what went live under older rules goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.document import Reader, is_number, repeated
from chalicelib.document_codes import DocumentCode
from chalicelib.problems import BadDocument, Problem
from chalicelib.sms import gateways, sender_rules
from chalicelib.store.records import Brand, Originator

SHARED = ("answered", "all")
BRAND_FIELDS = tuple(Brand.__dataclass_fields__)
ORIGINATOR_FIELDS = tuple(Originator.__dataclass_fields__)
SENDER_CODES: Mapping[sender_rules.Objection, Code] = {
    "number_too_long": Code.SENDER_NUMBER_TOO_LONG,
    "name_too_long": Code.SENDER_NAME_TOO_LONG,
    "bad_letter": Code.SENDER_LETTER,
    "neither": Code.NOT_A_SENDER,
}
_LATER = (  # what stops no text
    *(DocumentCode.UNKNOWN_FIELD, DocumentCode.MISSING, Code.NO_DEFAULT_WORDS),
    *(Code.NOT_COUNTRIES, Code.NO_SUCH_BACKUP, DocumentCode.LISTED_TWICE),
    *SENDER_CODES.values(),  # that the gateway says of each text, as it did before
)
PLAN_FIELDS = ("id", "brand", "title", "thresholds", "allowances")


def check_brand(document: Mapping[str, Any]) -> list[Problem]:
    """Everything wrong with a brand's document."""
    reader = Reader(document)
    reader.only(BRAND_FIELDS)
    reader.problems.extend(repeated(document))
    originators = document.get("originators")
    if not isinstance(originators, list) or not originators:
        reader.refuse("originators", Code.NO_ORIGINATORS)
        return reader.problems
    identities = [str(one.get("identity")) for one in originators if isinstance(one, Mapping)]
    for index, one in enumerate(originators):
        if isinstance(one, Mapping):
            _originator(Reader(one, f"originators.{index}", reader.problems), identities)
        else:
            reader.refuse(f"originators.{index}", Code.NOT_AN_ORIGINATOR)
    reader.text("id")
    default = reader.text("default_language")
    for name in ("title", "signature"):
        words = document.get(name)
        if not isinstance(words, Mapping) or not words.get(default):
            reader.refuse(name, Code.NO_DEFAULT_WORDS)
    reader.choice("signature_at", ("front", "end"), "front")
    reader.choice("opt_out_scope", ("all", "category", "campaign"), "all")
    if document.get("shared_originators"):
        reader.choice("shared_originators", SHARED, "")
    return reader.problems


def brand_from(document: Mapping[str, Any]) -> Brand:
    """The brand that a live document is. Raises BadDocument when no text could be signed and sent for it."""
    reader = Reader(document)
    reader.problems.extend(one for one in check_brand(document) if one.code not in _LATER)
    for name in ("title", "signature", "opt_out_hint"):
        if not all(isinstance(one, str) for one in reader.mapping(name).values()):
            reader.refuse(name, DocumentCode.NOT_LANGUAGES)
    reader.done()
    return Brand.from_dict(document)


def plan_from(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The plan that a live document is. Raises BadDocument when a text could not be made with it."""
    if not isinstance(document, Mapping):
        raise BadDocument([Problem(DocumentCode.NOT_MAPPING)])
    later = (*_LATER, *([] if document.get("title") else [DocumentCode.NOT_LANGUAGES]))
    if found := [one for one in check_plan(document) if one.code not in later]:
        raise BadDocument(found)
    return document


def check_shared(brand: Brand, brands: Iterable[Brand]) -> Iterator[Problem]:
    """What is wrong with a brand beside the others: those that text from one number need one rule about what
    a no to it means."""
    for number, originator in enumerate(brand.originators):
        beside = [
            one
            for one in brands
            if one.id != brand.id and originator.identity in {other.identity for other in one.originators}
        ]
        if not beside:
            continue
        place = f"originators.{number}.identity"
        values = {"identity": originator.identity, "brands": [one.id for one in beside]}
        if not brand.shared_originators:
            yield Problem(Code.SHARED_WITHOUT_RULE, {**values, "choices": SHARED}, place)
        elif other := next(
            (one for one in beside if one.shared_originators not in ("", brand.shared_originators)), None
        ):
            values = {**values, "value": brand.shared_originators, "other": other.id}
            yield Problem(Code.SHARED_DIFFERS, {**values, "rule": other.shared_originators}, place)


def _originator(reader: Reader, identities: Sequence[str]) -> None:
    """What is wrong with one originator; `identities` are those of all of its brand's."""
    reader.only(ORIGINATOR_FIELDS)
    if not isinstance(reader.raw.get("identity"), str) or not reader.raw["identity"]:
        reader.refuse("identity", Code.NO_IDENTITY)
    elif wrong := sender_rules.problem_of(str(reader.raw.get("gateway", "aws")), reader.raw["identity"]):
        reader.refuse("identity", SENDER_CODES[wrong.why], **_of_sender(wrong))
    countries = reader.raw.get("countries")
    if not isinstance(countries, list) or not all(
        isinstance(code, str) and (code == "*" or code.isdigit()) for code in countries
    ):
        reader.refuse("countries", Code.NOT_COUNTRIES)
    reader.choice("counting", ("network", "cn"), "network")
    reader.choice("message_type", ("", "transactional", "promotional"), "")
    pace = reader.raw.get("per_second", 1)
    if not is_number(pace) or pace <= 0:
        reader.refuse("per_second", Code.NOT_A_PACE)
    if reader.raw.get("gateway", "aws") not in gateways.NAMES:
        reader.refuse("gateway", Code.NO_SUCH_GATEWAY, choices=list(gateways.NAMES))
    others = [one for one in identities if one != reader.raw.get("identity")]
    if (backup := reader.raw.get("backup", "")) and backup not in others:
        reader.refuse("backup", Code.NO_SUCH_BACKUP, choices=others)


def _of_sender(wrong: sender_rules.SenderProblem) -> dict[str, Any]:
    return {"character": repr(wrong.letter)} if wrong.letter else {"n": wrong.n, "most": wrong.most}


def check_plan(document: Mapping[str, Any], brands: Sequence[Brand] = ()) -> list[Problem]:
    """Everything wrong with a plan's document; with `brands`, its brand must be one of them."""
    reader = Reader(document)
    reader.only(PLAN_FIELDS)
    reader.problems.extend(repeated(document))
    reader.languages("title")
    if brands and document.get("brand") not in (known := [brand.id for brand in brands]):
        reader.refuse("brand", Code.NO_SUCH_BRAND_OF_PLAN, choices=known)
    for name in ("thresholds", "allowances"):
        if not isinstance(document.get(name, {}), Mapping):
            reader.refuse(name, Code.NOT_RESOURCES)
            return reader.problems
    for resource, levels in document.get("thresholds", {}).items():
        if not isinstance(levels, list) or not all(is_number(one) and 0 < one <= 1000 for one in levels):
            reader.refuse(f"thresholds.{resource}", Code.NOT_LEVELS)
    for resource, amount in document.get("allowances", {}).items():
        if not is_number(amount) or amount <= 0:
            reader.refuse(f"allowances.{resource}", Code.NOT_AN_ALLOWANCE)
    return reader.problems
