"""`ringback subscribers export` and `forget`: what is kept of one person, and taking it away."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from chalicelib import clock
from chalicelib.commands.shared import emit, stack
from chalicelib.intake.msisdn import e164
from chalicelib.intake.values import BadField
from chalicelib.job import QUEUES
from chalicelib.store.records import mask

if TYPE_CHECKING:
    from chalicelib.queues import Letter
    from chalicelib.store.drops import Named
    from chalicelib.store.persons import Found, Person

NOTHING = ("conversations", "subscribers", "cases", "rewritten", "dead_letters", "files")
WHOLE_BATCHES = ("runs", "drops")  # queues whose messages are about many people at once
_COUNTED_FOR = timedelta(days=400)


@click.command()
@click.argument("number")
def export(number: str) -> None:
    """Write everything that is kept of the person with NUMBER (+8613800000001) to stdout, as one JSON object.

    That is their subscribers, the whole conversation, cases with their history, dead letters, and what
    names them elsewhere: audit entries, uploaded lists. Nothing is masked.
    """
    stack()
    from chalicelib.delivery import dead_letters
    from chalicelib.store import drops, forgotten, persons

    msisdn = _number(number)
    person = persons.who(msisdn)
    found = persons.find(person)
    files = _files(person)
    letters = dead_letters.look(QUEUES)
    dead_letters.release(letters)
    about = [one for one in letters if _is_about(one, person)]
    emit(
        _plain(
            {
                "msisdn": msisdn,
                "numbers": person.numbers,
                **found.rows,
                "audit": [row for row in found.mentions["catalogue"] if row["name"].startswith("audit#")],
                "mentions": {
                    table: [row for row in rows if not str(row.get("name", "")).startswith("audit#")]
                    for table, rows in found.mentions.items()
                },
                "dead_letters": [
                    {"queue": one.queue, "reason": one.reason, "body": one.body} for one in about
                ],
                "files": [
                    {"key": one.key, "version": one.version, "lines": drops.lines_of(person, one)}
                    for one in files
                ],
                "erased_before": forgotten.of(msisdn),
            }
        )
    )
    if found.empty and not about and not files:
        click.echo(f"nothing is kept of {mask(msisdn)}", err=True)


@click.command()
@click.argument("number", required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--replay", is_flag=True, help="After a restore: erase everybody again who was erased before.")
def forget(number: str | None, yes: bool, replay: bool) -> None:
    """Erase the person with NUMBER (+8613800000001) from every table, dead letter and file; counts on stdout.

    Subscribers, conversation and cases are deleted, dead letters about them dropped; their name is taken out
    of audit entries and lists, and their lines out of the files in the drop bucket. What stays is a keyed
    hash of the number with the opt-outs that held: whoever imports the number again imports somebody who has
    said no. There is no undo; `ringback subscribers export` first, if a copy is owed.
    """
    if bool(number) == replay:
        raise click.UsageError("name a NUMBER, or say --replay for those that were erased before")
    stack()
    if replay:
        _replay(yes)
    else:
        _forget(_number(number or ""), yes)


def _forget(msisdn: str, yes: bool) -> None:
    from chalicelib.delivery import dead_letters
    from chalicelib.store import conversations, drops, forgotten, persons

    person = persons.who(msisdn)
    found = persons.find(person)
    files = _files(person)
    letters = _letters(person)
    if found.empty and not letters and not files:
        emit(dict.fromkeys(NOTHING, 0))
        click.echo(f"nothing is kept of {mask(msisdn)}", err=True)
        return
    if not yes:
        dead_letters.release(letters)
        click.confirm(
            f"Erase {mask(msisdn)}: {_sizes(found)}, {len(letters)} dead letters, {len(files)} files with "
            "their lines in them, for good?",
            abort=True,
            err=True,
        )
        letters = _letters(person)  # some time may have passed
    now = clock.now()
    try:
        forgotten.make_key()
    except RuntimeError as lost:
        dead_letters.release(letters)
        raise click.ClickException(str(lost)) from lost
    scopes = {
        scope
        for one in person.numbers
        for scope in forgotten.remember(one, conversations.state(one).optouts, person.ids, clock.iso(now))
    }
    _uncount(found, now)
    counts = persons.erase(person, found)
    counts |= {"dead_letters": _drop(letters, person), "files": drops.erase(person, files)}
    emit({**counts, "opt_outs_kept": sorted(scopes)})
    _say_what_is_under_way()


def _replay(yes: bool) -> None:
    from chalicelib.store import forgotten, persons

    erasures = forgotten.everybody()
    again = persons.remembered(erasures) if erasures else []
    if again and not yes:
        click.confirm(f"Erase {len(again)} of {len(erasures)} again, for good?", abort=True, err=True)
    counts: Counter[str] = Counter()
    now = clock.now()
    for one in again:
        found, person, erasure = one.find(), one.person, erasures[one.mark]
        if erasure["returned"]:
            found = persons.older(found, erasure["at"])
        if found.empty:
            continue
        _uncount(found, now)
        counts.update(persons.erase(person, found))
        counts["erased"] += 1
        counts["dead_letters"] += _drop(_letters(person), person)
    names = ("erased", "conversations", "subscribers", "cases", "rewritten", "dead_letters")
    emit({"remembered": len(erasures), **{name: counts[name] for name in names}})


def _files(person: Person) -> list[Named]:
    from chalicelib.store import drops

    if not drops.bucket():
        click.echo("RINGBACK_DROP_BUCKET is not set: no look into the files of the drop bucket", err=True)
    return drops.find(person)


def _say_what_is_under_way() -> None:
    """Messages on their way cannot be looked through without holding them up, so they are only counted."""
    from chalicelib import queues

    waiting = {queue: count for queue in QUEUES if (count := queues.depth(queue))}
    if waiting:
        told = ", ".join(f"{queue} {count}" for queue, count in waiting.items())
        click.echo(
            f"messages are on their way ({told}), and some may be about this person: when they are through, "
            "run `ringback subscribers forget --replay`, which takes what they leave",
            err=True,
        )


def _uncount(found: Found, now: datetime) -> None:
    """Open cases that go no longer count as work; they count as closed."""
    from chalicelib.care.current import current
    from chalicelib.care.figures import counts
    from chalicelib.store import results
    from chalicelib.store.schema.base import replace
    from chalicelib.store.schema.cases import Case

    for row in found.rows["cases"]:
        if row["part"] == "case" and row["state"] != "closed":
            case = Case.load(row)
            deltas = counts(case, replace(case, state="closed"), "erased", current().care, now)
            expires = int((now + _COUNTED_FOR).timestamp())
            results.add_once(f"erased#{case.case_id}", deltas, expires=expires)


def _letters(person: Person) -> list[Letter]:
    """The dead letters about a person, hidden from others for a minute; the rest is shown again."""
    from chalicelib.delivery import dead_letters

    found = dead_letters.look(QUEUES)
    about = [one for one in found if _is_about(one, person)]
    dead_letters.release([one for one in found if one not in about])
    return about


def _is_about(letter: Letter, person: Person) -> bool:
    if person.named_in(letter.body) or person.named_in(letter.reason):
        return True
    return any(f'"{one}"' in letter.body or f"'{one}'" in letter.reason for one in person.ids)


def _drop(letters: list[Letter], person: Person) -> int:
    """Take letters away; those about many people go back without this one."""
    from chalicelib import queues

    for one in letters:
        if one.queue in WHOLE_BATCHES:
            rewritten = (person.left_out(one.body), person.left_out(one.reason))
            queues.dead_letter(one.queue, [rewritten])
        queues.delete_dead_letter(one)
    return len(letters)


def _sizes(found: Found) -> str:
    return ", ".join(f"{len(rows)} rows of {table}" for table, rows in found.rows.items())


def _plain(value: Any) -> Any:
    """What JSON can hold."""
    return json.loads(json.dumps(value, default=sorted))


def _number(text: str) -> str:
    try:
        return e164("msisdn", text)
    except BadField as bad:
        raise click.ClickException(f"the number {bad.error}") from None
