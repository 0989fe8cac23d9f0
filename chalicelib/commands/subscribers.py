"""`ringback subscribers`: people in from a CSV file, and made-up ones to try things with."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click

from chalicelib import clock
from chalicelib.commands.persons import export, forget
from chalicelib.commands.progress import progress
from chalicelib.commands.shared import emit, stack
from chalicelib.intake.imports import BadMap, Options, Reject, Repeat, carry_out, positions, survey, wanted
from chalicelib.intake.msisdn import country_code
from chalicelib.intake.sheet import BadSheet, Sheet, open_sheet
from chalicelib.intake.subscriber import FIELDS
from local.believable import AMERICA, COUNTRIES, FILLABLE, country_of, filler, people

COUNTED = ("added", "changed", "unchanged", "rejected", "repeated")
SHOWN = 10  # of what is reported line by line


@click.group()
def subscribers() -> None:
    """Bring subscribers in, make believable ones; export or erase one person."""


subscribers.add_command(export)
subscribers.add_command(forget)


@subscribers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("more", nargs=-1, metavar="[FIELD=COLUMN]...")
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column holds a field; once for each. Without any, columns called like fields are taken.",
)
@click.option(
    "--fill",
    default="",
    metavar="FIELD,...",
    help=f"Make up what is unknown, from the subscriber's id: {', '.join(FILLABLE)}. "
    "A made-up number reaches nobody, and brings the brand of its country along.",
)
@click.option("--brand", default="", help="The brand of rows that name none.")
@click.option(
    "--default-country",
    default="",
    metavar="CODE",
    help="Country of numbers without a country code, such as 86 or CN, and of those that --fill makes up.",
)
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where rows that cannot be used are written. Default: FILE.rejected.csv",
)
def import_(
    file: Path,
    more: tuple[str, ...],
    pairs: tuple[str, ...],
    fill: str,
    brand: str,
    default_country: str,
    rejects: Path | None,
) -> None:
    """Bring the subscribers of the CSV FILE in; counts on stdout.

    The file may be UTF-8 or GB18030, separated by commas, semicolons or tabs. Only differences are
    written, so a second run changes nothing. An empty cell leaves a field as it is. Consent is never
    touched. Of a subscriber that comes twice the last row counts. Rows that cannot be used are written
    to FILE.rejected.csv with line, field and reason; the exit code is 1 if that is all of them.

    \b
    ringback subscribers import people.csv --map subscriber_id=customerID --map name=Name
    ringback subscribers import people.csv --map subscriber_id=id --fill msisdn,birthday --brand skylark
    """
    with file.open("rb") as stream:
        sheet, options = _prepare(stream, (*pairs, *more), fill, brand, default_country)
        stack()
        _import(sheet, options, rejects or file.with_name(file.name + ".rejected.csv"))


def _prepare(
    stream: BinaryIO, pairs: Sequence[str], fill: str, brand: str, default_country: str
) -> tuple[Sheet, Options]:
    """Everything that can be wrong with the command and the file as a whole, found before it starts."""
    try:
        sheet = open_sheet(stream)
        country = country_code(default_country)
        places = positions(sheet.header, _columns(pairs))
    except (BadSheet, BadMap, ValueError) as error:
        raise click.ClickException(str(error)) from error
    fields = [name.strip() for name in fill.split(",") if name.strip()]
    for name in fields:
        if name not in FILLABLE:
            raise click.ClickException(f"--fill cannot make up {name!r}. It can: {', '.join(FILLABLE)}")
    home = country_of(brand, country)
    if "msisdn" in fields and home is None and "brand" not in places:
        known = ", ".join(f"+{one.code} ({one.brand})" for one in COUNTRIES)
        click.echo(
            f"Numbers are made up for +{AMERICA.code}; --brand or --default-country chooses: {known}",
            err=True,
        )
    make_up = filler(fields, home or AMERICA, clock.now().date()) if fields else None
    return sheet, Options(places, brand.strip().casefold(), country, make_up)


def _columns(pairs: Sequence[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not (name and equals and column):
            raise BadMap(
                f"--map {pair!r}: write FIELD=COLUMN, such as name=Name. Fields: {', '.join(FIELDS)}"
            )
        if name in columns:
            raise BadMap(f"--map has {name} twice: {columns[name]!r} and {column!r}")
        columns[name] = column
    return columns


def _import(sheet: Sheet, options: Options, rejected_file: Path) -> None:
    from chalicelib.intake import subscriber_changes
    from chalicelib.store import subscribers as store  # after stack() has set the environment

    began = clock.now()
    try:
        found = survey(sheet, options)
    except BadSheet as error:
        raise click.ClickException(str(error)) from error
    counts: Counter[str] = Counter()
    with _Rejects(rejected_file, sheet.header) as rejects, progress(found.rows, "subscribers") as advance:
        for done in carry_out(
            wanted(sheet, options, found), get_many=store.get_many, put_many=subscriber_changes.put_many
        ):
            for repeat in done.repeats:
                _tell(repeat, counts["told"])
                counts["told"] += 1
            rejects.write(done.rejects)
            counts.update(done.counts)
            advance(done.counts.total())
    _report(counts, began, rejects.path)
    if counts["rejected"] and not counts["added"] + counts["changed"] + counts["unchanged"]:
        sys.exit(1)


def _tell(repeat: Repeat, told: int) -> None:
    if told < SHOWN:
        click.echo(
            f"line {repeat.line}: subscriber {repeat.subscriber_id} comes again on line {repeat.counts}, "
            "which is the one that counts",
            err=True,
        )


def _report(counts: Mapping[str, int], began: datetime, rejected_file: Path) -> None:
    seconds = round((clock.now() - began).total_seconds(), 1)
    emit({**{name: counts[name] for name in COUNTED}, "seconds": seconds})
    if counts["rejected"]:
        click.echo(f"{counts['rejected']} rows were rejected; {rejected_file} says why", err=True)
    if counts["repeated"] > SHOWN:
        click.echo(f"{counts['repeated']} rows come again further down; the last of each counts", err=True)


class _Rejects:
    """The file of rejected rows; it exists only when there are any, and never from an earlier run."""

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self._header = header
        self._file: io.TextIOWrapper | None = None

    def __enter__(self) -> _Rejects:
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def write(self, rejects: Sequence[Reject]) -> None:
        if not rejects:
            return
        if self._file is None:
            self._file = self._open()
            csv.writer(self._file).writerow(["line", "field", "reason", *self._header])
        csv.writer(self._file).writerows([one.line, one.field, one.error, *one.cells] for one in rejects)

    def _open(self) -> io.TextIOWrapper:
        """Beside the file or, where nothing may be written, here. With a mark: spreadsheets need it."""
        try:
            return self.path.open("w", encoding="utf-8-sig", newline="")
        except OSError:
            self.path = Path.cwd() / self.path.name
            return self.path.open("w", encoding="utf-8-sig", newline="")


@subscribers.command()
@click.argument("n", type=click.IntRange(min=0))
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, other people.")
@click.option(
    "--brand",
    type=click.Choice([one.brand for one in COUNTRIES]),
    help="One brand only. Default: both in turn.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day that plan ends and ages are counted from. Default: today.",
)
def sample(n: int, seed: int, brand: str | None, today: datetime | None) -> None:
    """Write N believable subscribers as CSV to stdout; the same for the same seed and day.

    Their numbers reach nobody. Among every hundred are 29 Februaries, lunar birthdays, plans that end
    today and soon, and two lines with one contact number.
    """
    day = (today or clock.now()).date()
    out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=True)
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(FIELDS)
    rows.writerows([getattr(one, name) for name in FIELDS] for one in people(n, seed, day, brand or ""))
    out.detach()
