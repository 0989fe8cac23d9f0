"""How fast a personalised text is made: ours, rendered, signed and counted; plain Jinja2, rendered only.

    python -m bench texts

Both sides are precompiled and use the same filters.
"""

from __future__ import annotations

import functools
import statistics

import jinja2

from bench.figure import Compared, Figure, compare, repeated
from chalicelib.campaigns import filters
from chalicelib.campaigns.campaign import Campaign, campaign_from
from chalicelib.campaigns.facts import sample_facts
from chalicelib.campaigns.files import load_folder
from chalicelib.campaigns.wording import word
from chalicelib.sms.segments import count
from chalicelib.store.records import Brand
from tests.support.factories import TEMPLATES

CAMPAIGNS = ("usage-alert", "renewal-reminder", "birthday-greeting", "post-complaint-survey", "outage-notice")
LANGUAGES = (("yuntong", "zh-CN"), ("skylark", "en"))
TIMES = 2000


def plain(source: str, family: str) -> jinja2.Template:
    """The same text for an ordinary Jinja2 environment."""
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)  # noqa: S701 (texts, not HTML)
    environment.filters |= {name: functools.partial(one, family) for name, one in filters.FILTERS.items()}
    return environment.from_string(source)


def one_text(campaign: Campaign, brand: Brand, language: str, times: int, runs: int) -> Compared:
    """Ours against plain Jinja2 for one text."""
    step, mode = campaign.first_step, brand.originators[0].counting
    facts = sample_facts(campaign, language, brand)
    template = plain(campaign.texts[step][language], filters.family(language))

    def ours() -> object:
        return count(word(campaign, step, brand, language, facts).body, mode)

    return compare(repeated(ours, times), repeated(lambda: template.render(facts), times), runs)


def measure(tiny: bool = False) -> list[Figure]:
    """The median of the shipped texts; each of them is in the notes."""
    times, runs = (5, 1) if tiny else (TIMES, 9)
    documents = load_folder(TEMPLATES)
    found: dict[str, Compared] = {}
    for name in CAMPAIGNS:
        campaign = campaign_from(documents[f"campaign#{name}"])
        for brand_id, language in LANGUAGES:
            brand = Brand.from_dict(documents[f"brand#{brand_id}"])
            found[f"{name} {language}"] = one_text(campaign, brand, language, times, runs)
    median = statistics.median(one.ratio for one in found.values())
    ours = statistics.median(one.ours for one in found.values()) / times
    floor = statistics.median(one.floor for one in found.values()) / times
    return [
        Figure(
            "texts-render",
            "render, sign and count a personalised text",
            median,
            1.5,
            "x",
            floor=f"plain Jinja2, precompiled, rendered only, {floor * 1e6:.1f} us ({1 / floor:,.0f}/s)",
            low=min(one.ratio for one in found.values()),
            high=max(one.ratio for one in found.values()),
            notes=f"{ours * 1e6:.1f} us ({1 / ours:,.0f} a second); spread over the shipped texts: "
            + ", ".join(f"{name} {one.ratio:.2f}" for name, one in found.items()),
        )
    ]
