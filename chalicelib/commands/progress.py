"""How far a long command is, on stderr: a bar at a terminal, now and then a line in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from chalicelib.commands.shared import _

EVERY = 2.0  # seconds between lines where there is no terminal


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """Gives `advance(n)`, to be called with how many more are done of `total`, 0 when nobody knows."""
    if total and sys.stderr.isatty():
        with click.progressbar(length=total, label=what, file=sys.stderr, show_pos=True) as bar:
            yield bar.update
        return
    done = 0
    began = said = time.monotonic()

    def advance(n: int) -> None:
        nonlocal done, said
        done += n
        now = time.monotonic()
        if now - said < EVERY or not done:
            return
        said = now
        if not total:
            click.echo(_("%(what)s: %(done)s", what=what, done=done), err=True)
            return
        left = (now - began) * (total - done) / done
        share = 100 * done // max(total, 1)
        click.echo(
            _(
                "%(what)s: %(done)s of %(total)s (%(share)s %%), %(left)s s left",
                what=what,
                done=done,
                total=total,
                share=share,
                left=f"{left:.0f}",
            ),
            err=True,
        )

    yield advance
    seconds = f"{time.monotonic() - began:.1f}"
    if total:
        words = _(
            "%(what)s: %(done)s of %(total)s in %(seconds)s s",
            what=what,
            done=done,
            total=total,
            seconds=seconds,
        )
    else:
        words = _("%(what)s: %(done)s in %(seconds)s s", what=what, done=done, seconds=seconds)
    click.echo(words, err=True)
