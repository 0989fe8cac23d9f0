"""`ringback subscribers export` and `forget`: what is kept of one subject, and taking it away."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from chalicelib import clock
from chalicelib.commands.place import stack
from chalicelib.commands.shared import _, emit, language, note
from chalicelib.i18n.problems import placed
from chalicelib.intake.msisdn import e164
from chalicelib.intake.values import BadField
from chalicelib.job import QUEUES
from chalicelib.problems import as_json
from chalicelib.store.records import mask
from chalicelib.store.schema.base import of_kind
from chalicelib.store.schema.cases import CASES, CaseItem
from chalicelib.store.schema.catalogue import CATALOGUE, AuditEntry

if TYPE_CHECKING:
    from chalicelib.privacy.data_subject import DataSubject, PersonalData
    from chalicelib.privacy.drop_files import Named
    from chalicelib.queues import Letter

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
    from chalicelib.privacy import data_subject, drop_files, erasures
    from chalicelib.store.whole_tables import shown

    msisdn = _number(number)
    subject = data_subject.who(msisdn)
    found = data_subject.find(subject)
    files = _files(subject)
    letters = dead_letters.look(QUEUES)
    dead_letters.release(letters)
    before = erasures.of(msisdn)
    about = [one for one in letters if _is_about(one, subject)]
    emit(
        _plain(
            {
                "msisdn": msisdn,
                "numbers": subject.numbers,
                **{table.name: list(map(shown, items)) for table, items in found.items.items()},
                "audit": [shown(one) for one in of_kind(AuditEntry, found.mentions[CATALOGUE])],
                "mentions": {
                    table.name: [shown(one) for one in items if not isinstance(one, AuditEntry)]
                    for table, items in found.mentions.items()
                },
                "dead_letters": [
                    {"queue": one.queue, "reason": placed(one.reason, language()), "body": one.body}
                    for one in about
                ],
                "files": [
                    {"key": one.key, "version": one.version, "lines": drop_files.lines_of(subject, one)}
                    for one in files
                ],
                "erased_before": shown(before) if before else None,
            }
        )
    )
    if found.empty and not about and not files:
        click.echo(_("nothing is kept of %(number)s", number=mask(msisdn)), err=True)


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
        raise click.UsageError(_("name a NUMBER, or say --replay for those that were erased before"))
    stack()
    if replay:
        _replay(yes)
    else:
        _forget(_number(number or ""), yes)


def _forget(msisdn: str, yes: bool) -> None:
    from chalicelib.delivery import dead_letters
    from chalicelib.privacy import data_subject, drop_files, erasures
    from chalicelib.privacy.digests import make_key
    from chalicelib.store import conversations
    from chalicelib.store.erasure_rows import any_erasure

    subject = data_subject.who(msisdn)
    found = data_subject.find(subject)
    files = _files(subject)
    letters = _letters(subject)
    if found.empty and not letters and not files:
        emit(dict.fromkeys(NOTHING, 0))
        click.echo(_("nothing is kept of %(number)s", number=mask(msisdn)), err=True)
        return
    if not yes:
        dead_letters.release(letters)
        click.confirm(
            _(
                "Erase %(number)s for good: %(rows)s; dead letters: %(letters)s; "
                "files with their lines: %(files)s?",
                number=mask(msisdn),
                rows=_sizes(found),
                letters=len(letters),
                files=len(files),
            ),
            abort=True,
            err=True,
        )
        letters = _letters(subject)  # some time may have passed
    now = clock.now()
    try:
        make_key(erased_before=any_erasure())
    except RuntimeError as lost:
        dead_letters.release(letters)
        raise click.ClickException(str(lost)) from lost
    scopes = {
        scope
        for one in subject.numbers
        for scope in erasures.remember(one, conversations.state(one).optouts, subject.ids, clock.iso(now))
    }
    _uncount(found, now)
    counts = data_subject.erase(subject, found)
    counts |= {"dead_letters": _drop(letters, subject), "files": drop_files.erase(subject, files)}
    note("forget", "person", counts)
    emit({**counts, "opt_outs_kept": sorted(scopes)})
    _say_what_is_under_way()


def _replay(yes: bool) -> None:
    from chalicelib.privacy import data_subject, erasures

    known = erasures.everybody()
    again = data_subject.reappeared(known) if known else []
    if again and not yes:
        click.confirm(
            _("Erase %(n)s of %(all)s again, for good?", n=len(again), all=len(known)), abort=True, err=True
        )
    counts: Counter[str] = Counter()
    now = clock.now()
    for one in again:
        found, subject, erasure = one.find(), one.subject, known[one.digest]
        if erasure.returned:
            found = data_subject.older(found, erasure.at)
        if found.empty:
            continue
        _uncount(found, now)
        counts.update(data_subject.erase(subject, found))
        counts["erased"] += 1
        counts["dead_letters"] += _drop(_letters(subject), subject)
    names = ("erased", "conversations", "subscribers", "cases", "rewritten", "dead_letters")
    emit({"remembered": len(known), **{name: counts[name] for name in names}})


def _files(subject: DataSubject) -> list[Named]:
    from chalicelib.privacy import drop_files

    if not drop_files.bucket():
        click.echo(_("RINGBACK_DROP_BUCKET is not set: no look into the files of the drop bucket"), err=True)
    return drop_files.find(subject)


def _say_what_is_under_way() -> None:
    """Messages on their way cannot be looked through without holding them up, so they are only counted."""
    from chalicelib import queues

    waiting = {queue: count for queue in QUEUES if (count := queues.depth(queue))}
    if waiting:
        told = ", ".join(f"{queue} {count}" for queue, count in waiting.items())
        click.echo(
            _(
                "messages are on their way (%(queues)s), and some may be about this person: when they are "
                "through, run `ringback subscribers forget --replay`, which takes what they leave",
                queues=told,
            ),
            err=True,
        )


def _uncount(found: PersonalData, now: datetime) -> None:
    """Open cases that go no longer count as work; they count as closed."""
    from chalicelib.care.current import current
    from chalicelib.care.figures import counts
    from chalicelib.store import results
    from chalicelib.store.schema.base import replace

    for case in of_kind(CaseItem, found.items[CASES]):
        if case.state != "closed":
            deltas = counts(case, replace(case, state="closed"), "erased", current().care, now)
            expires = int((now + _COUNTED_FOR).timestamp())
            results.add_once(f"erased#{case.case_id}", deltas, expires=expires)


def _letters(subject: DataSubject) -> list[Letter]:
    """The dead letters about a person, hidden from others for a minute; the rest is shown again."""
    from chalicelib.delivery import dead_letters

    found = dead_letters.look(QUEUES)
    about = [one for one in found if _is_about(one, subject)]
    dead_letters.release([one for one in found if one not in about])
    return about


def _is_about(letter: Letter, subject: DataSubject) -> bool:
    reason = json.dumps(as_json(letter.reason))
    if subject.named_in(letter.body) or subject.named_in(reason):
        return True
    return any(f'"{one}"' in letter.body + reason or f"'{one}'" in reason for one in subject.ids)


def _drop(letters: list[Letter], subject: DataSubject) -> int:
    """Take letters away; those about many people go back without this one."""
    from chalicelib import queues

    for one in letters:
        if one.queue in WHOLE_BATCHES:
            reason = queues.reason_of(subject.left_out(json.dumps(as_json(one.reason))))
            queues.dead_letter(one.queue, [(subject.left_out(one.body), reason)])
        queues.delete_dead_letters([one])
    return len(letters)


def _sizes(found: PersonalData) -> str:
    return ", ".join(
        _("rows of %(table)s: %(n)s", table=table.name, n=len(items)) for table, items in found.items.items()
    )


def _plain(value: Any) -> Any:
    """What JSON can hold."""
    return json.loads(json.dumps(value, default=sorted))


def _number(text: str) -> str:
    try:
        return e164("msisdn", text)
    except BadField as bad:
        raise click.ClickException(placed(bad.problem, language())) from None
