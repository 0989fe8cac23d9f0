"""What became of an event, in words: the codes of `campaigns.event_outcomes` and `matching.Why`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from chalicelib.i18n.codes import named
from chalicelib.i18n.problems import placed
from chalicelib.i18n.translations import N_, say
from chalicelib.problems import from_json


class Ended(Protocol):
    """What is recorded of an event."""

    @property
    def outcome(self) -> str: ...
    @property
    def misses(self) -> Mapping[str, str]: ...
    @property
    def status(self) -> str: ...
    @property
    def since(self) -> str: ...  # ISO
    @property
    def problem(self) -> Mapping[str, Any]: ...  # as `problems.as_json` writes it


def event_said(ended: Ended, language: str) -> str:
    """A sentence or two; times in UTC."""
    said = [_outcome(ended, language)]
    for campaign, why in ended.misses.items():
        reason = named("event_miss", why, language)
        if why == "audience" and ended.status:
            reason = _audience(ended, language)
        said.append(say("%(campaign)s: %(reason)s.", language, campaign=campaign, reason=reason))
    return " ".join(said)


def _outcome(ended: Ended, language: str) -> str:
    if ended.outcome == "waiting":
        until = _when(ended.since)
        return say("Its subscriber is not known yet; it waits until %(until)s.", language, until=until)
    words = named("event_outcome", ended.outcome, language)
    if ended.problem:
        why = placed(from_json(ended.problem), language)
        return say(N_("%(words)s: %(why)s"), language, words=words, why=why)
    return words


def _audience(ended: Ended, language: str) -> str:
    status = named("subscriber", ended.status, language)
    if ended.since:
        said = N_("not in its audience, %(status)s since %(since)s")
        return say(said, language, status=status, since=_when(ended.since))
    return say("not in its audience, %(status)s", language, status=status)


def _when(at: str) -> str:
    return f"{at[:10]} {at[11:16]} UTC"
