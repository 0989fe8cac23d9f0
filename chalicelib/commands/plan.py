"""`ringback plan`: how far the planner is, and running it by hand."""

from __future__ import annotations

from datetime import date, datetime

import click

from chalicelib import clock
from chalicelib.commands.place import stack
from chalicelib.commands.shared import _, emit

DAY = click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="A local day; today in UTC when left out."
)


@click.group()
def plan() -> None:
    """The daily planner: birthdays and plan ends, zone by zone."""


@plan.command()
@DAY
def status(day: datetime | None) -> None:
    """A JSON line for each run of a day: how many of its shards are done, how many texts it made."""
    stack()
    from chalicelib.campaigns import planner

    for one in planner.progress((day.date() if day else clock.now().date()).isoformat()):
        emit(
            {
                "run": one.run,
                "status": one.status,
                "shards": one.shards,
                "shards_done": one.shards_done,
                "jobs": one.jobs,
            }
        )


@plan.command()
@click.argument("campaign")
@click.option("--zone", multiple=True, help="IANA zone; every zone in use when left out.")
@DAY
@click.option(
    "--again", is_flag=True, help="Also where it ran already. Who has the text does not get it twice."
)
def run(campaign: str, zone: tuple[str, ...], day: datetime | None, again: bool) -> None:
    """Start a daily campaign's runs now, without waiting for its hour."""
    stack()
    from chalicelib.campaigns import planner
    from chalicelib.campaigns.live import live
    from chalicelib.store import catalogue, subscribers

    found = live(catalogue.control()).campaigns.get(campaign)
    if found is None or not found.trigger.daily:
        raise click.ClickException(_("“%(name)s” is no live daily campaign", name=campaign))
    now = clock.now()
    wanted: date = day.date() if day else now.date()
    known = subscribers.zones()
    for name in zone or known:
        one = planner.daily_run(found, name, wanted, known.get(name, subscribers.CALENDARS))
        if again:
            planner.forget(one)
        emit({"run": one.id, "started": planner.start(one, now)})
