"""`ringback sms`: what the network makes of a text, and what it costs."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from chalicelib.commands.shared import _, answer_lines, text_field
from chalicelib.sms.price import price
from chalicelib.sms.segments import count

PRICES = Path(__file__).parents[2] / "templates" / "prices.yaml"


@click.group()
def sms() -> None:
    """Encoding, segments and price of texts."""


@sms.command("count")
@click.option(
    "--mode",
    type=click.Choice(["network", "cn"]),
    default="network",
    show_default=True,
    help="network: GSM-7 or UCS-2. cn: mainland China, every character counts one, 70 then 67.",
)
@click.option("--country", metavar="CODE", help="Country calling code, such as 86: adds the list price.")
def count_lines(mode: str, country: str | None) -> None:
    """Count texts: JSON lines {"text"} in, {"encoding", "segments", "units", "price"?} out.

    Reads standard input and answers a line for a line. A line that cannot be read is answered with
    {"error", "line"}, and the exit code is 1 at the end. Prices are those of templates/prices.yaml.
    """
    table = _prices(country) if country else {}

    def answer(record: Mapping[str, Any]) -> dict[str, Any]:
        counted = count(text_field(record, "text"), mode)
        found: dict[str, Any] = {
            "encoding": counted.encoding,
            "segments": counted.segments,
            "units": counted.units,
        }
        cost = price(country, counted.segments, table) if country else None
        if cost is not None:
            found["price"] = {"amount": str(cost.amount), "currency": cost.currency}
        return found

    answer_lines(sys.stdin.buffer, answer)


def _prices(country: str) -> Mapping[str, Mapping[str, Any]]:
    """The price list, which is known to hold `country`. Raises ClickException with what to do."""
    import yaml

    try:
        table = yaml.safe_load(PRICES.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise click.ClickException(
            _("cannot read the price list %(file)s: %(error)s", file=PRICES, error=error)
        ) from error
    try:
        known = price(country, 1, table)
    except (ValueError, AttributeError) as error:
        raise click.ClickException(f"{PRICES}: {error}") from error
    if known is None:
        codes = ", ".join(sorted(table))
        raise click.ClickException(
            _(
                "no price for --country %(country)s. Add it to %(file)s; it has %(codes)s.",
                country=country,
                file=PRICES,
                codes=codes,
            )
        )
    return dict(table)
