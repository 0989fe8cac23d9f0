"""`ringback campaigns`: what is live, and the brake."""

from __future__ import annotations

import click

from chalicelib.commands.place import stack
from chalicelib.commands.shared import _, emit, note


@click.group()
def campaigns() -> None:
    """What is live, and stopping it: a pause works within seconds and loses nothing."""


@campaigns.command("list")
def list_() -> None:
    """A JSON line for each live campaign: its version, and whether it is paused, or cannot be read."""
    stack()
    from chalicelib.campaigns.live import live_from
    from chalicelib.store import catalogue

    control = catalogue.control()
    unread = live_from(catalogue.documents(control.live.items()), control.live).unread
    for name, version in sorted(control.live.items()):
        kind, __, ident = name.partition("#")
        if kind == "campaign":
            odd = {"unread": True} if name in unread else {}
            emit({"campaign": ident, "version": version, "paused": control.holds_back(ident), **odd})


@campaigns.command()
@click.argument("campaign", required=False)
@click.option("--all", "every", is_flag=True, help="Every campaign, answers to subscribers too.")
def pause(campaign: str | None, every: bool) -> None:
    """Stop the texts of a campaign. Those on their way are parked until it is resumed."""
    name = _named(campaign, every)
    from chalicelib.store import catalogue

    catalogue.pause(name)
    note("pause" if name else "pause_all", f"campaign#{name}" if name else "control")
    emit({"paused": name or "everything"})


@campaigns.command()
@click.argument("campaign", required=False)
@click.option("--all", "every", is_flag=True, help="Undo the pause of everything.")
def resume(campaign: str | None, every: bool) -> None:
    """Let the texts of a campaign go again: the parked ones follow within a minute."""
    name = _named(campaign, every)
    from chalicelib.store import catalogue

    catalogue.resume(name)
    note("resume" if name else "resume_all", f"campaign#{name}" if name else "control")
    emit({"resumed": name or "everything"})


def _named(campaign: str | None, every: bool) -> str | None:
    """The campaign that is meant, None for all; an unknown one is refused."""
    if every == bool(campaign):
        raise click.UsageError(_("name a campaign, or say --all"))
    stack()
    from chalicelib.store import catalogue

    live = catalogue.control().live
    if campaign and f"campaign#{campaign}" not in live:
        known = ", ".join(sorted(name.partition("#")[2] for name in live if name.startswith("campaign#")))
        raise click.ClickException(
            _("no live campaign “%(name)s”; there are: %(known)s", name=campaign, known=known)
        )
    return campaign
