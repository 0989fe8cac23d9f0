"""`ringback sms`: what the network makes of a text."""

from __future__ import annotations

import click


@click.group()
def sms() -> None:
    """Encoding, segments and price of texts."""
