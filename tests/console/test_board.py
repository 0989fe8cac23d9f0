"""Which days the board shows, where who looks and the team that has the cases are in different zones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.care.deadlines import WorkingHours
from chalicelib.care.settings import Team
from chalicelib.console.board import days_shown

EVENING = datetime(2026, 11, 28, 17, 30, tzinfo=UTC)  # the 29th in China, the 28th in London, Chicago and UTC


def team(zone: str) -> Team:
    return Team(id=zone, title={}, hours=WorkingHours(zone=zone))


@pytest.mark.parametrize(
    ("viewer", "teams", "last"),
    [
        pytest.param(
            "UTC", ["Asia/Shanghai"], "2026-11-29", id="the team's day has begun before the viewer's"
        ),
        pytest.param(
            "Asia/Shanghai", ["America/Chicago"], "2026-11-29", id="the viewer is ahead of the team"
        ),
        pytest.param("Europe/London", ["Europe/London"], "2026-11-28", id="both in one zone"),
        pytest.param(
            "UTC", ["America/Chicago", "Asia/Shanghai"], "2026-11-29", id="the team that is furthest ahead"
        ),
        pytest.param("UTC", [], "2026-11-28", id="no team yet"),
    ],
)
def test_the_last_day_is_the_latest_that_has_begun_for_the_viewer_or_a_team(
    viewer: str, teams: list[str], last: str
) -> None:
    assert days_shown(EVENING, viewer, [team(zone) for zone in teams], 7)[1] == last


def test_the_span_is_so_many_days_with_the_last() -> None:
    assert days_shown(EVENING, "UTC", [team("Asia/Shanghai")], 7) == ("2026-11-23", "2026-11-29")
