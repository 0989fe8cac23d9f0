"""What a survey asked: as its campaign says now, else as the version said that it was asked with. A campaign
that has ended, or cannot be read any more, still gets the answers to what it asked."""

from __future__ import annotations

from chalicelib.campaigns.campaign import campaign_from
from chalicelib.campaigns.live import Live
from chalicelib.campaigns.survey_block import SurveyBlock
from chalicelib.document import read_beside
from chalicelib.store.schema.conversations import Survey


def block_of(asked: Survey | None, current: Live) -> SurveyBlock | None:
    """The questions of a survey; None for no survey, and where nobody can read any more what it asked."""
    if asked is None:
        return None
    campaign = current.campaigns.get(asked.campaign)
    if campaign is None:
        from chalicelib.store import versions  # hardly ever needed, and not at every cold start

        if stored := versions.get(f"campaign#{asked.campaign}", asked.version):
            campaign = read_beside({}, stored.name, lambda: campaign_from(stored.document, asked.version))
    return campaign.survey if campaign else None
