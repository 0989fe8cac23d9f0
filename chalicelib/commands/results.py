"""`ringback results`: what came of a campaign, as its page in the console shows it."""

from __future__ import annotations

import click

from chalicelib.commands.place import stack
from chalicelib.commands.shared import _, emit

_FIGURES = ("planned", "sent", "delivered", "replies", "opt_outs", "scored", "average", "parts", "cost")


@click.command()
@click.argument("campaign")
@click.option("--version", type=int, metavar="N", help="One version only.  [default: all together]")
@click.option(
    "--by",
    metavar="DIMENSION",
    default="total",
    help="variant, region, tier, language, step, or an attribute that is a dimension.",
)
def results(campaign: str, version: int | None, by: str) -> None:
    """A JSON line for the whole of a campaign, or with --by for each value.

    \b
    ringback results usage-alert
    ringback results usage-alert --by region
    """
    stack()
    from chalicelib.campaigns import tally
    from chalicelib.store import results as counters

    counted = tally.by_dimension(counters.of_scope(tally.scope_of(campaign)))
    if not counted:
        raise click.ClickException(_("no figures of a campaign “%(name)s”", name=campaign))
    found = tally.merged(counted, version)
    known = tally.dimensions(found)
    if by not in ("total", *known):
        raise click.ClickException(
            _("no figures by “%(name)s”; there are: %(known)s", name=by, known=", ".join(known))
        )
    for value, figures in sorted(found.get(by, {}).items()):
        one = tally.funnel(figures)
        about = {} if by == "total" else {by: value}
        emit({"campaign": campaign, **about, **{name: getattr(one, name) for name in _FIGURES}})
