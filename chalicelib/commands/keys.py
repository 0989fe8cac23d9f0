"""`ringback keys`: who may post events."""

from __future__ import annotations

import getpass
from datetime import timedelta

import click

from chalicelib import clock
from chalicelib.commands.place import stack
from chalicelib.commands.shared import emit, note


@click.group()
def keys() -> None:
    """Keys of those who post events: one for each sender, several at once while one is exchanged."""


@keys.command("list")
def list_() -> None:
    """A JSON line for each key: whose it is, since when, when it was used last and when it ends."""
    stack()
    from chalicelib.store import api_keys

    for one in api_keys.all_keys():
        about = {"sender": one.label, "key": one.version[:8], "made_at": one.made_at, "made_by": one.made_by}
        emit({**about, "last_used": one.last_used, "until": one.until})


@keys.command()
@click.argument("sender")
@click.option("--overlap", default=24, show_default=True, help="Hours that the sender's older keys go on.")
def make(sender: str, overlap: int) -> None:
    """Make a key for SENDER, such as billing, and print it: it is shown this once. Older ones of the same
    sender go on for some hours, so that nothing is lost while it is put in place."""
    stack()
    from chalicelib.store import api_keys

    now = clock.now()
    key = api_keys.make(sender, f"{getpass.getuser()} (ringback)", now)
    ending = api_keys.end(sender, now + timedelta(hours=overlap), but=key)
    note("make_key", sender, {"key": api_keys.digest_of(key)[:8], "ending": len(ending)})
    emit(
        {
            "sender": sender,
            "key": key,
            "older_end": clock.iso(now + timedelta(hours=overlap)) if ending else "",
        }
    )


@keys.command()
@click.argument("sender")
def end(sender: str) -> None:
    """End every key of SENDER: within a minute nothing that they post is taken."""
    stack()
    from chalicelib.store import api_keys

    ended = api_keys.end(sender, clock.now())
    note("end_keys", sender, {"ended": len(ended)})
    emit({"sender": sender, "ended": len(ended)})
