"""Who gets which variant of a campaign: a stable split, and a holdout that gets nothing.

The place of a subscriber in a campaign is a hash of both, so that it is the same in every run and on
every machine, independent between campaigns, and nothing has to be stored to know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

HOLDOUT = "holdout"  # the variant that gets nothing: what would have happened anyway


def place(campaign: str, subscriber: str) -> float:
    """From 0 to 1 (exclusive): where this subscriber stands in this campaign, evenly spread."""
    digest = blake2b(f"{campaign}/{subscriber}".encode(), digest_size=8).digest()
    return int.from_bytes(digest[:6]) / 2**48


def variant_of(variants: Mapping[str, int], campaign: str, subscriber: str) -> str:
    """The variant that a subscriber belongs to, "" when the campaign has none.

    `variants` are percentages by name that add up to 100. They are laid out by name with the holdout
    last, so that taking from the holdout for one more variant moves as few people as can be.
    """
    if not variants:
        return ""
    mark = place(campaign, subscriber) * sum(variants.values())
    names = sorted(variants, key=lambda name: (name == HOLDOUT, name))
    reached = 0
    for name in names:
        reached += variants[name]
        if mark < reached:
            return name
    return names[-1]
