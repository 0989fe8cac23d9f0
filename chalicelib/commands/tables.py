"""`ringback tables`: every table into files and back, and whether they are the same.

On AWS, point-in-time recovery is the way to get a table back (docs/operations.md). This is for drills, for
moving a stage, and for looking at what a restore brought.
"""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from chalicelib import clock
from chalicelib.commands.place import stack
from chalicelib.commands.progress import progress
from chalicelib.commands.shared import _, emit

if TYPE_CHECKING:
    from chalicelib.store.dump import Item

MANIFEST = "manifest.json"
AT_ONCE = 500  # items written between two signs of progress
STILL = 6.0  # seconds without a change after which nothing is on its way any more
PATIENCE = 300.0  # seconds that this may take
FOLDER = click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
STAGE = click.option("--stage", help="The stage of the tables, in place of typing it when asked.")


@click.group()
def tables() -> None:
    """Every table into files and back: drills, moving a stage, looking at what a restore brought."""


@tables.command()
@FOLDER
def export(folder: Path) -> None:
    """Write every table to FOLDER, an item a line, unmasked: keep it as safe as the tables.

    The form is that of DynamoDB's exports to S3. What is written to the tables meanwhile may or may not be in
    it. The folder must be new or empty, and only its owner may read it.
    """
    stack()
    from chalicelib.store import dump

    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(_("%(folder)s is not empty: name a new folder", folder=folder))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    counts = {}
    began = clock.iso(clock.now())
    for table in dump.TABLES:
        file = folder / f"{table}.jsonl"
        with _private(file) as out, progress(0, table) as advance:
            counts[table] = 0
            for page in dump.items(table):
                out.writelines(dump.line(item) + "\n" for item in page)
                counts[table] += len(page)
                advance(len(page))
    manifest = {"began": began, "ended": clock.iso(clock.now()), "stage": _stage(), "items": counts}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")  # last: without it, not whole
    emit(counts)


@tables.command()
@FOLDER
@STAGE
def restore(folder: Path, stage: str | None) -> None:
    """Write an export back into tables that are empty; refuses when one of them is not.

    What is live comes last, so that nothing is sent out of half a restore. The stream counts restored texts
    once more: the counters are therefore written when it has ended, and metrics of the time are wrong. Then
    run `ringback subscribers forget --replay`.
    """
    stack_of(stage)
    from chalicelib.store import dump

    counts = _manifest(folder)
    full = {table: key for table in dump.TABLES if (key := dump.any_key(table))}
    if full:
        there = ", ".join(
            _("%(table)s (holds %(key)s)", table=table, key=_shown(key)) for table, key in full.items()
        )
        raise click.ClickException(
            _(
                "not empty: %(tables)s. A restore writes into new or wiped tables only: restore into another "
                "stage, or (on the local stack) `ringback tables wipe`.",
                tables=there,
            )
        )
    held: list[Item] = []
    for table in dump.TABLES:
        if table == "results":
            _counters_stand_still()
            dump.wipe(table)
        with progress(counts[table], table) as advance:
            lines = _items(folder, table)
            while batch := list(itertools.islice(lines, AT_ONCE)):
                later = [one for one in batch if dump.is_control(table, one)]
                held += later
                dump.put(table, [one for one in batch if one not in later])
                advance(len(batch))
    dump.put("catalogue", held)
    emit(counts)


@tables.command()
@FOLDER
def compare(folder: Path) -> None:
    """Compare every item of an export with the tables; exit code 1 when one differs.

    A JSON line for each table: how many are equal, gone and new (an item that changed is one of each).
    """
    stack()
    from chalicelib.store import dump

    _manifest(folder)
    differ = 0
    for table in dump.TABLES:
        now = (dump.line(item) for page in dump.items(table) for item in page)
        equal, gone, new = dump.differences(map(dump.line, _items(folder, table)), now)
        differ += len(gone) + len(new)
        emit({"table": table, "equal": equal, "gone": len(gone), "new": len(new)})
        for what, some in ((_("gone"), gone), (_("new"), new)):
            for one in some[:3]:
                key = dump.key_of(table, dump.item_from(one))
                click.echo(
                    _("%(table)s, %(what)s: %(key)s", table=table, what=what, key=_shown(key)), err=True
                )
    if differ:
        raise SystemExit(1)


@tables.command("carry-over")
@FOLDER
@STAGE
def carry_over(folder: Path, stage: str | None) -> None:
    """After a restore: bring in the opt-outs, opt-ins and erasures since the moment it goes back to.

    FOLDER is an export of the tables as they were just before the restore (of the old tables, which a
    point-in-time restore leaves in place). A number's consent is then what it was in FOLDER; nothing else
    is changed. Then run `ringback subscribers forget --replay`.
    """
    stack_of(stage)
    from chalicelib.privacy import erasures, restore
    from chalicelib.store import dump

    _manifest(folder)
    counts = {"erasures": 0, "proofs": 0, "numbers": 0}
    for item in _items(folder, "catalogue"):
        counts["erasures"] += restore.carry_over_erasure(dump.record_of("catalogue", item))
    for item in _items(folder, "conversations"):
        record = dump.record_of("conversations", item)
        counts["erasures"] += restore.carry_over_erasure(record)
        counts["proofs"] += restore.carry_over_proof(record)
        counts["numbers"] += restore.carry_over_consent(record)
    counts["erasures"] = len(erasures.everybody()) if counts["erasures"] else 0
    emit(counts)


@tables.command()
@STAGE
def wipe(stage: str | None) -> None:
    """Delete every item of every table of the local stack, before a restore. Refuses on AWS.

    A function that was just at work may write once more, so this ends when nothing new has come for a while.
    """
    if stack().local is None:
        raise click.ClickException(
            _("only the local stack is wiped. On AWS, restore into new tables: docs/operations.md says how.")
        )
    stack_of(stage)
    from chalicelib.store import dump

    counts = dict.fromkeys(reversed(tuple(dump.TABLES)), 0)
    end = time.monotonic() + PATIENCE
    while found := {table: n for table in counts if (n := dump.wipe(table))}:
        if time.monotonic() > end:
            raise click.ClickException(
                _(
                    "still written to after %(seconds)s s: %(tables)s. "
                    "Stop what sends events, then wipe again.",
                    seconds=f"{PATIENCE:.0f}",
                    tables=", ".join(found),
                )
            )
        for table, n in found.items():
            counts[table] += n
        time.sleep(STILL)
    emit(counts)


def stack_of(stage: str | None) -> None:
    """Point the environment at the stack, and make sure that whoever types means this stage."""
    stack()
    there = os.environ.get("RINGBACK_STAGE") or _stage()
    if stage is None:
        stage = click.prompt(
            _("This writes to the tables of stage “%(stage)s”. Type its name", stage=there), err=True
        )
    if stage != there:
        raise click.ClickException(
            _(
                "these are tables of stage “%(there)s”, not “%(stage)s”: nothing was done",
                there=there,
                stage=stage,
            )
        )


def _stage() -> str:
    """`ringback-<stage>-conversations` -> the stage; the whole name where it is called otherwise."""
    name = os.environ["RINGBACK_CONVERSATIONS"]
    return name.removeprefix("ringback-").removesuffix("-conversations")


def _private(file: Path) -> TextIO:
    """A new file that only its owner may read."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")


def _manifest(folder: Path) -> dict[str, int]:
    try:
        counts: dict[str, int] = json.loads((folder / MANIFEST).read_text())["items"]
    except (OSError, ValueError, KeyError) as error:
        raise click.ClickException(
            _(
                "%(folder)s holds no whole export: %(file)s: %(error)s",
                folder=folder,
                file=MANIFEST,
                error=error,
            )
        ) from error
    return counts


def _items(folder: Path, table: str) -> Iterator[Item]:
    from chalicelib.store import dump

    with (folder / f"{table}.jsonl").open(encoding="utf-8") as lines:
        for number, text in enumerate(lines, 1):
            try:
                yield dump.item_from(text)
            except ValueError as error:
                raise click.ClickException(
                    _("%(file)s line %(line)s: %(error)s", file=f"{table}.jsonl", line=number, error=error)
                ) from error


def _counters_stand_still() -> None:
    """Wait until the stream has counted what was restored: until a row that is written now is counted, and
    `results` has not changed for a while. Shards of a stream are not ordered among each other."""
    from chalicelib.store import dump, queries
    from chalicelib.store.schema.conversations import Text
    from chalicelib.store.schema.results import Counter

    probe = Text(
        msisdn="restore#probe",
        item="mt#restore/-/probe/text",
        campaign="restore",
        status="suppressed",
        at=clock.iso(clock.now()),
    )
    queries.put(probe)

    def probed() -> bool:
        return bool(queries.page(Counter, "results#restore", limit=1, consistent=True).records)

    def look() -> int:
        return hash(tuple(sorted(dump.line(item) for page in dump.items("results") for item in page)))

    seen, since, end = look(), time.monotonic(), time.monotonic() + PATIENCE
    click.echo(_("waiting for the stream to count what was restored"), err=True)
    while time.monotonic() < end:
        time.sleep(1)
        if (now := look()) != seen or not probed():
            seen, since = now, time.monotonic()
        elif time.monotonic() - since >= STILL:
            break
    else:
        click.echo(_("the stream counts nothing: once it does, the counters will be too high"), err=True)
    queries.delete(probe.key)


def _shown(key: object) -> str:
    from chalicelib import log

    return log.masked(json.dumps(key, ensure_ascii=False))
