"""What always holds, looked at from the outside: what phones got, what is stored, what was announced.

Each check yields a sentence for everything that is wrong; nothing for what is right. `CHECKS` lists them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tests.simulation import cast, check_cases, check_consent, check_events, check_replies, check_texts
from tests.simulation.history import History
from tests.support.json_schema import wrong_event

Check = Callable[[History], Iterator[str]]


def nothing_personal_in_logs(history: History) -> Iterator[str]:
    """11. No number and no body is printed."""
    printed = history.world.printed.getvalue()
    secrets = {one.msisdn for one in cast.PEOPLE.values() if one.msisdn} | set(cast.SPARE_NUMBERS.values())
    secrets |= {one["messageBody"] for one in history.world.phones.replies if len(one["messageBody"]) > 6}
    secrets |= {one.name for one in cast.PEOPLE.values()}
    for secret in sorted(secrets):
        if secret in printed or secret.removeprefix("+") in printed:
            line = next(one for one in printed.splitlines() if secret.removeprefix("+") in one)
            yield f"{secret!r} was printed: {line[:150]}"


def told_as_declared(history: History) -> Iterator[str]:
    """What goes out on the bus is in the contract, and as it says."""
    for kind, detail in history.world.aws.announced:
        yield from wrong_event(kind, detail)


def nothing_fails_by_itself(history: History) -> Iterator[str]:
    """Functions fail only because of a fault; a request that DynamoDB refuses is nobody's fault."""
    for failure in history.world.failures:
        said = f"{type(failure.error).__name__}: {failure.error}"
        if failure.calm or "ValidationException" in said or "ValidationError" in said:
            where = _where(failure.error)
            yield f"{failure.function} raised {said[:200]} ({where}) at {history.ago(failure.at)}"
    if history.world.never_ends:
        yield "something due is looked at again and again, and nothing comes of it"


def _where(error: BaseException) -> str:
    place = ""
    trace = error.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        if "chalicelib/" in code.co_filename:
            place = f"{code.co_filename.rpartition('chalicelib/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        *check_texts.CHECKS, *check_consent.CHECKS, *check_replies.CHECKS, *check_cases.CHECKS,
        *check_events.CHECKS,
        nothing_personal_in_logs, told_as_declared, nothing_fails_by_itself,
    )
}  # fmt: skip


def violations(history: History) -> list[tuple[str, str]]:
    """Everything that is wrong with a run: the check's name, and what it says."""
    return [(name, said) for name, check in CHECKS.items() for said in check(history)]
