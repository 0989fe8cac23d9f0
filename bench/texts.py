"""How fast a personalised text is made: ours, rendered, signed and counted; plain Jinja2, rendered only.

    python -m bench.texts

Both sides are precompiled and use the same filters. The aim is at most 1.5 times plain Jinja2.
"""

from __future__ import annotations

import functools
import timeit
from collections.abc import Callable
from pathlib import Path

import jinja2

from chalicelib.campaigns import filters
from chalicelib.campaigns.campaign import campaign_from
from chalicelib.campaigns.facts import sample_facts
from chalicelib.campaigns.files import load_folder
from chalicelib.campaigns.wording import word
from chalicelib.sms.segments import count
from chalicelib.store.records import Brand

TEMPLATES = Path(__file__).parents[1] / "templates"
CAMPAIGNS = ("usage-alert", "renewal-reminder", "birthday-greeting", "post-complaint-survey", "outage-notice")
LANGUAGES = (("yuntong", "zh-CN"), ("skylark", "en"))


def plain(source: str, family: str) -> jinja2.Template:
    """The same text for an ordinary Jinja2 environment."""
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)  # noqa: S701 (texts, not HTML)
    environment.filters |= {name: functools.partial(one, family) for name, one in filters.FILTERS.items()}
    return environment.from_string(source)


def microseconds(work: Callable[[], object]) -> float:
    """The best of several rounds: what is left when the machine is not busy with something else."""
    return min(timeit.repeat(work, number=2000, repeat=15)) / 2000 * 1e6


def main() -> None:
    documents = load_folder(TEMPLATES)
    print(f"{'text':40} {'plain':>8} {'ours':>8}   ratio   a second")
    for name in CAMPAIGNS:
        campaign = campaign_from(documents[f"campaign#{name}"])
        for brand_id, language in LANGUAGES:
            brand = Brand.from_dict(documents[f"brand#{brand_id}"])
            step, mode = campaign.first_step, brand.originators[0].counting
            facts = sample_facts(campaign, language, brand)
            template = plain(campaign.texts[step][language], filters.family(language))

            def ours() -> object:
                return count(word(campaign, step, brand, language, facts).body, mode)  # noqa: B023

            theirs_us = microseconds(lambda: template.render(facts))  # noqa: B023
            ours_us = microseconds(ours)
            print(
                f"{name + ' ' + language:40} {theirs_us:6.1f}us {ours_us:6.1f}us"
                f"   {ours_us / theirs_us:5.2f}   {1e6 / ours_us:8.0f}"
            )


if __name__ == "__main__":
    main()
