"""`ringback subscribers`: people in from a CSV file, and made-up ones to try things with."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import click

from chalicelib import clock
from chalicelib.campaigns.live import Live, live
from chalicelib.clock import iso
from chalicelib.commands.aside import Aside
from chalicelib.commands.persons import export, forget
from chalicelib.commands.place import stack
from chalicelib.commands.progress import progress
from chalicelib.commands.shared import _, emit, language
from chalicelib.commands.workbook import is_workbook, open_workbook
from chalicelib.i18n.problems import placed, words
from chalicelib.i18n.translations import N_
from chalicelib.intake.cells import CellRules, homes
from chalicelib.intake.imports import (
    BadMap,
    ImportPreview,
    Options,
    Reject,
    Repeat,
    SheetProfile,
    carry_out,
    positions,
    preview,
    profile,
    wanted,
)
from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.intake.msisdn import country_code
from chalicelib.intake.regions import SOURCE, own_places, region_of
from chalicelib.intake.sheet import BadSheet, Sheet, open_sheet
from chalicelib.intake.subscriber import FIELDS
from chalicelib.intake.values import BadField
from chalicelib.problems import BadValue, Problem
from chalicelib.store.records import mask
from local.believable import AMERICA, COUNTRIES, FILLABLE, country_of, filler, people

ROWS = ("added", "changed", "unchanged", "rejected", "repeated")  # always said; they add up with `older`
ASIDE = ("older", "left_out", "doubtful", "without_number", "unknown_brand")  # said where there are any
SHOWN = 10  # of what is reported line by line


@click.group()
def subscribers() -> None:
    """Bring subscribers in, make believable ones; export or erase one person."""


subscribers.add_command(export)
subscribers.add_command(forget)


@subscribers.command()
def regions() -> None:
    """Give every stored region its one form (湖南省/长沙市 becomes 湖南/长沙); counts on stdout.

    For subscribers from before regions had one form. Conditions, teams and results read them
    right without it; an outage finds them by the stored form. It may be run again.
    """
    stack()
    from chalicelib.intake import subscriber_changes
    from chalicelib.store import subscriber_scan

    counts, cursor = Counter(read=0, changed=0), None
    with progress(subscriber_scan.about_how_many(), "subscribers") as advance:
        while True:
            page = subscriber_scan.part(0, 1, cursor=cursor)
            odd = [one for one in page.people if one.region and region_of(one.region).name != one.region]
            subscriber_changes.put_many(odd)
            counts.update(read=len(page.people), changed=len(odd))
            advance(len(page.people))
            if (cursor := page.cursor) is None:
                break
    emit(dict(counts))


@subscribers.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("more", nargs=-1, metavar="[FIELD=COLUMN]...")
@click.option(
    "--map",
    "pairs",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column holds a field; once for each. Without any, columns are known by their headings.",
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
    "--as-of",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d"]),
    help="When the file was written, such as 2026-11-20T06:00+08:00: what came in later is kept.",
)
@click.option("--yes", is_flag=True, help="Do not ask before storing.")
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
    as_of: datetime | None,
    yes: bool,
    rejects: Path | None,
) -> None:
    """Bring the subscribers of FILE in (CSV, gzip of it, or xlsx); counts on stdout.

    Encoding (UTF-8, UTF-16, GB18030, Big5, Windows-1252) and separator are found out, columns by their
    headings in English or Chinese; the choice and the first rows are shown before anything is stored.
    On a terminal the command then asks; --yes answers, and without a terminal it goes on.

    Only differences are written, so a second run changes nothing. An empty cell leaves a field as it is.
    Consent is never touched. Of a subscriber that comes twice the last row counts. Rows that cannot be used
    are written to FILE.rejected.csv with line, field and reason; the exit code is 1 if that is all of them.
    A bad optional field costs that field only; they are listed in FILE.left-out.csv.

    \b
    ringback subscribers import people.csv --map subscriber_id=customerID --map name=Name
    ringback subscribers import people.csv --map subscriber_id=id --fill msisdn,birthday --brand skylark
    """
    with file.open("rb") as stream:
        stack()
        sheet, options = _prepare(stream, (*pairs, *more), fill, brand, default_country)
        found = _profile(sheet, options)
        _show(preview(sheet, options, found), found, as_of)
        if not yes and sys.stdin.isatty() and not click.confirm(_("Store these?"), err=True):
            raise click.ClickException(_("nothing was stored"))
        _import(sheet, options, found, as_of, rejects or file.with_name(file.name + ".rejected.csv"))


def _prepare(
    stream: BinaryIO, pairs: Sequence[str], fill: str, brand: str, default_country: str
) -> tuple[Sheet, Options]:
    """Everything that can be wrong with the command and the file as a whole, found before it starts."""
    current = _live()
    try:
        sheet = open_workbook(stream) if is_workbook(stream) else open_sheet(stream)
        country = country_code(default_country)
        places = positions(sheet.header, _columns(pairs), current.vocabulary.attributes)
    except BadValue as error:
        said = placed(error.problem, language())
        if error.problem.code == Code.MAP_NO_ID:
            said = "\n".join((said, _("Or name it here: --map subscriber_id=COLUMN")))
        raise click.ClickException(said) from error
    try:
        own_places()
    except BadField as bad:
        raise click.ClickException(f"{SOURCE}: {placed(bad.problem, language())}") from bad
    fields = [name.strip() for name in fill.split(",") if name.strip()]
    for name in fields:
        if name not in FILLABLE:
            raise click.ClickException(
                _("--fill cannot make up “%(name)s”. It can: %(known)s", name=name, known=", ".join(FILLABLE))
            )
    home = country_of(brand, country)
    if "msisdn" in fields and home is None and "brand" not in places:
        known = ", ".join(f"+{one.code} ({one.brand})" for one in COUNTRIES)
        click.echo(
            _(
                "Numbers are made up for +%(code)s; --brand or --default-country chooses: %(known)s",
                code=AMERICA.code,
                known=known,
            ),
            err=True,
        )
    today = clock.now().date()
    make_up = filler(fields, home or AMERICA, today) if fields else None
    how = CellRules(
        country,
        brand.strip().casefold(),
        homes(current.brands),
        today=today,
        own=current.vocabulary.attributes,
    )
    return sheet, Options(places, how, make_up)


def _live() -> Live:
    """The live brands and attributes; what ships where nothing is live yet."""
    from chalicelib.store import catalogue

    return live(catalogue.control())


def _columns(pairs: Sequence[str]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = (part.strip() for part in pair.partition("="))
        if not (name and equals and column):
            raise BadMap(Code.MAP_FORM, value=pair, choices=FIELDS)
        if name in columns:
            raise BadMap(Code.MAP_FIELD_TWICE, name=name, first=columns[name], second=column)
        columns[name] = column
    return columns


def _profile(sheet: Sheet, options: Options) -> SheetProfile:
    try:
        return profile(sheet, options)
    except BadSheet as error:
        raise click.ClickException(placed(error.problem, language())) from error


def _show(seen: ImportPreview, found: SheetProfile, as_of: datetime | None) -> None:
    """What the file is taken for, on stderr; numbers of people masked."""
    said = [_("rows: %(n)s, %(encoding)s", n=found.rows, encoding=seen.encoding)]
    if seen.separator:
        said.append(_("separated by %(separator)s", separator=repr(seen.separator)))
    if seen.bad_lines:
        said.append(
            _("lines that cannot be read in that encoding and will be rejected: %(n)s", n=seen.bad_lines)
        )
    said.append(
        _(
            "columns: %(columns)s",
            columns=", ".join(f"{name} <- {column!r}" for name, column in seen.columns.items()),
        )
    )
    if seen.not_understood:
        said.append(
            _(
                "not understood and left alone: %(columns)s; --map FIELD=COLUMN says what one is",
                columns=", ".join(map(repr, seen.not_understood)),
            )
        )
    for name, order in found.orders.items():
        if order:
            said.append(_("dates of %(name)s: %(order)s", name=name, order=_(_ORDERS[order])))
    for row in seen.rows:
        if isinstance(row, Reject):
            said.append(
                _("  line %(line)s: rejected: %(why)s", line=row.line, why=placed(row.problem, language()))
            )
        else:
            shown = {
                **row.changes,
                **({"msisdn": mask(row.changes["msisdn"])} if row.changes.get("msisdn") else {}),
            }
            doubts = "".join(f"; {placed(bad.problem, language())}" for bad in (*row.left_out, *row.doubts))
            said.append("  " + ", ".join(f"{name}={value}" for name, value in shown.items()) + doubts)
    if as_of:
        said.append(_("as of %(time)s: what came in later is kept", time=iso(as_of)))
    click.echo("\n".join(said), err=True)


_ORDERS = {
    "day": N_("the day comes first, as some of them show"),
    "month": N_("the month comes first, as some of them show"),
    "both": N_("some begin with the day and some with the month; those that can be both are left out"),
}


def _import(
    sheet: Sheet, options: Options, found: SheetProfile, as_of: datetime | None, rejected_file: Path
) -> None:
    from chalicelib.intake import subscriber_changes
    from chalicelib.store import subscribers as store  # after stack() has set the environment

    began = clock.now()
    newer = (lambda ids: store.newer_than(ids, iso(as_of))) if as_of else None
    counts: Counter[str] = Counter()
    left_out_file = rejected_file.with_name(rejected_file.name.replace(".rejected.csv", "") + ".left-out.csv")
    with (
        Aside(rejected_file, ("line", "field", "reason", *sheet.header)) as rejects,
        Aside(left_out_file, ("line", "subscriber_id", "field", "reason")) as left_out,
        progress(found.rows, _("subscribers")) as advance,
    ):
        for done in carry_out(
            wanted(sheet, options, found),
            get_many=store.get_many,
            put_many=lambda people: subscriber_changes.put_many(people, iso(as_of) if as_of else ""),
            brands=frozenset(options.how.homes),
            newer=newer,
        ):
            for repeat in done.repeats:
                _tell(repeat, counts["told"])
                counts["told"] += 1
            rejects.write([one.line, *_why(one.problem), *one.cells] for one in done.rejects)
            left_out.write([one.line, one.subscriber_id, *_why(one.problem)] for one in done.left_out)
            counts.update(done.counts)
            advance(sum(done.counts[name] for name in (*ROWS, "older")))
    _report(counts, began, rejects.path, left_out.path)
    if counts["rejected"] and not sum(counts[name] for name in ("added", "changed", "unchanged", "older")):
        sys.exit(1)


def _why(problem: Problem) -> tuple[str, str]:
    return problem.place, words(problem, language())


def _tell(repeat: Repeat, told: int) -> None:
    if told < SHOWN:
        click.echo(
            _(
                "line %(line)s: subscriber %(id)s comes again on line %(counts)s, "
                "which is the one that counts",
                line=repeat.line,
                id=repeat.subscriber_id,
                counts=repeat.counts,
            ),
            err=True,
        )


def _report(counts: Mapping[str, int], began: datetime, rejected_file: Path, left_out_file: Path) -> None:
    seconds = round((clock.now() - began).total_seconds(), 1)
    aside = {name: counts[name] for name in ASIDE if counts[name]}
    emit({**{name: counts[name] for name in ROWS}, **aside, "seconds": seconds})
    said = {
        "rejected": _(
            "rows that were rejected: %(n)s; %(file)s says why", n=counts["rejected"], file=rejected_file
        ),
        "left_out": _(
            "fields left out of rows that were taken: %(n)s; %(file)s says which",
            n=counts["left_out"],
            file=left_out_file,
        ),
        "doubtful": _(
            "fields stored that are doubtful: %(n)s; %(file)s says which",
            n=counts["doubtful"],
            file=left_out_file,
        ),
        "older": _("rows passed over, for newer was known of their subscribers: %(n)s", n=counts["older"]),
        "without_number": _(
            "rows taken that have no number, so no text can reach them: %(n)s", n=counts["without_number"]
        ),
        "unknown_brand": _(
            "rows taken whose brand is none of the live ones, so nobody texts them: %(n)s",
            n=counts["unknown_brand"],
        ),
    }
    for name, what in said.items():
        if counts[name]:
            click.echo(what, err=True)
    if counts["repeated"] > SHOWN:
        click.echo(
            _("rows that come again further down: %(n)s; the last of each counts", n=counts["repeated"]),
            err=True,
        )


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
