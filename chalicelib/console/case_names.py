"""What stands in a case or in the address of a list of cases, in the words of who looks."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.care.current import Current
from chalicelib.console.listing import FILTERS


def names(now: Current, language: str) -> dict[str, str]:
    """What teams, topics, departments and remedies are called, by id."""
    care = now.care
    found: dict[str, Mapping[str, str]] = {name: team.title for name, team in care.teams.items()}
    found |= {id: topic.title for id, topic in care.topics.topics.items()}
    found |= {f"department|{id}": titles for id, titles in care.departments.items()}
    found |= dict(care.remedies)
    found |= {id: campaign.title for id, campaign in now.live.campaigns.items()}
    found |= {id: brand.title for id, brand in now.live.brands.items()}
    return {id: titles.get(language) or next(iter(titles.values()), id) for id, titles in found.items()}


def colleagues(now: Current) -> list[str]:
    """Everybody who works on cases."""
    return sorted({member for team in now.care.teams.values() for member in team.members})


def filter_facts(query: Mapping[str, str], called: Mapping[str, str]) -> list[tuple[str, str]]:
    """The filters of an address, each with what its value is called (`names`)."""
    return [(name, called.get(query[name], query[name])) for name in FILTERS if query.get(name)]
