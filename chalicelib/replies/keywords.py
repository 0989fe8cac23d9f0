"""Finds the campaign that a reply starts by a keyword. Pure.

The keyword is all that was written, but for punctuation, courtesy and our own words quoted beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.keyword_rules import folded, is_taken
from chalicelib.replies import quotes
from chalicelib.replies.normalise import normalise
from chalicelib.replies.own_words import take_out

AS_KEYWORD = "keyword:"  # before the campaign's id, where a reply says which automatic answer it got


def campaign_of(body: str, sent: Sequence[str], campaigns: Iterable[Campaign], brand: str) -> Campaign | None:
    """The campaign that a reply to `brand` starts, the most important where several have the keyword; `sent`
    are the bodies of our last texts. Words that end the texts or ask for help start none."""
    by_keyword = {
        _key(word): one
        for one in sorted(campaigns, key=lambda one: (one.priority, one.id))
        if one.brand in ("*", brand)
        for word in one.trigger.reply
        if not is_taken(word)
    }
    if not by_keyword:
        return None
    if found := by_keyword.get(_key(body)):
        return found
    left = quotes.without_wrappers(take_out(body, sent).text)
    return by_keyword.get(_key(left)) if left != body else None


def keyword_of(body: str, campaign: Campaign) -> str:
    """The keyword as the campaign has it that a reply with this body started it by."""
    return next((one for one in campaign.trigger.reply if _key(one) in _key(body)), campaign.trigger.reply[0])


def _key(text: str) -> str:
    return folded(quotes.without_courtesy(normalise(text).text))
