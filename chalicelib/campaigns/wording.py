"""The words of a text: language, facts, signature and the way out of marketing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.campaigns import language as language_rules
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.facts import language_of
from chalicelib.campaigns.filters import family
from chalicelib.campaigns.grammar import BadSource
from chalicelib.campaigns.language import LONGEST_TEXT, Unrenderable
from chalicelib.problems import Problem
from chalicelib.store.records import Brand

__all__ = ["Unrenderable", "Worded", "dressed", "word"]

_ENDS = "。！？；，,.!?;)）】]~～ \n"  # after one of these Chinese goes on without a comma


@dataclass(frozen=True, slots=True)
class Worded:
    """A text as it goes out, signature and opt-out hint included: what is counted is what is sent."""

    body: str
    language: str


def word(campaign: Campaign, step: str, brand: Brand, language: str, facts: Mapping[str, Any]) -> Worded:
    """The text of one step for one subscriber.

    `language` is the subscriber's wish ("" for none); without a text in it, the brand's default is
    taken, else any. `facts` are `all_facts`. Raises Unrenderable(place, error) when the step has no
    text, a fact is missing or cannot be said, or the whole is longer than a message can be.
    """
    texts = campaign.texts.get(step)
    if not texts:
        raise Unrenderable(f"{campaign.id}/{step}", Problem(Code.NO_SUCH_TEXT))
    chosen = language_of(texts, language, brand)
    try:
        said = language_rules.text(texts[chosen], family(chosen))(facts)
    except Unrenderable as error:
        place = f"{campaign.id}/{step}.{chosen}"
        raise Unrenderable(place, error.problem, error.line) from error
    except BadSource as error:
        place = f"{campaign.id}/{step}.{chosen}"
        raise Unrenderable(place, error.problem, error.line) from error
    if not said:
        raise Unrenderable(f"{campaign.id}/{step}.{chosen}", Problem(Code.COMES_OUT_EMPTY))
    body = dressed(said, brand, chosen, hinted=campaign.marketing)
    if len(body) > LONGEST_TEXT:
        long = Problem(Code.TOO_LONG, {"n": len(body), "most": LONGEST_TEXT})
        raise Unrenderable(f"{campaign.id}/{step}.{chosen}", long)
    return Worded(body, chosen)


def dressed(said: str, brand: Brand, language: str, *, hinted: bool) -> str:
    """`said` with the brand's signature in front or at the end, and with the opt-out hint when `hinted`;
    neither twice when the author wrote it already."""
    signature = _in(brand.signature, language)
    hint = _in(brand.opt_out_hint, language) if hinted else ""
    mark = signature.strip()
    signed = not mark or said.startswith(mark) or said.endswith(mark)
    if hint and hint.strip() not in said:
        if mark and said.endswith(mark) and not said.startswith(mark):
            said = f"{_joined(said.removesuffix(mark).rstrip(), hint.strip(), language)}{mark}"
        else:
            said = _joined(said, hint.strip(), language)
    if signed:
        return said
    gap = "" if mark[-1] in "】]" and family(language) == "zh" else " "
    if brand.signature_at == "end":
        return f"{said}{'' if mark[0] == '【' else ' '}{mark}"
    return f"{mark}{'' if mark[-1] == '】' else gap}{said}"


def _joined(said: str, hint: str, language: str) -> str:
    if family(language) != "zh":
        return f"{said} {hint}"
    return f"{said}{hint}" if said[-1] in _ENDS else f"{said}，{hint}"


def _in(words: Mapping[str, str], language: str) -> str:
    """The brand's words in this language, else in a relative of it, else any: a brand signs in every one."""
    if language in words:
        return words[language]
    return words[language_of(words, language, None)] if words else ""
