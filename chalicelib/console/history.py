"""The history of a case in words: what was done, by whom, and what became of the texts of a re-check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.campaigns.campaign import REMINDER
from chalicelib.care import rechecks
from chalicelib.care.case_states import SUBSCRIBER, SYSTEM
from chalicelib.console.frame import Visit
from chalicelib.console.rendering import exact
from chalicelib.i18n.codes import named
from chalicelib.i18n.translations import N_, say
from chalicelib.store.schema.cases import HistoryEntry
from chalicelib.store.schema.conversations import Text


def told_of(entry: HistoryEntry, called: Mapping[str, str], visit: Visit) -> str:
    """What a line of the history says beside what happened, who and when."""
    data = entry.data

    def name(value: object) -> str:
        return called.get(f"department|{value}" if entry.what == "department" else str(value), str(value))

    match entry.what:
        case "topic" | "department" | "remedy":
            before = f"{name(data['from'])} → " if data.get("from") else ""
            return before + (name(data["to"]) if data.get("to") else say("nothing", visit.language))
        case "assigned" | "handed_over":
            before = data.get("from") or name(data.get("from_team", "")) or say("nobody", visit.language)
            after = [value for value in (data.get("to"), name(data.get("team", ""))) if value]
            return f"{before} → {', '.join(after)}"
        case "called":
            return named("call", str(data.get("outcome", "")), visit.language)
        case "warned" | "overdue":
            said = [named("which", one.partition("_")[0], visit.language) for one in data.get("which", ())]
            return ", ".join([*said, *([data["to"]] if data.get("to") else [])])
        case "snoozed":
            return exact(data["until"], visit)
        case "urgent":
            return say(N_("yes") if data.get("to") == "yes" else N_("no"), visit.language)
        case "roster":
            return " → ".join(named("roster", data[which], visit.language) for which in ("from", "to"))
        case "duplicate" | "duplicates":
            return str(data.get("into") or data.get("from", ""))
        case "undone":
            return named("did", str(data.get("what", "")), visit.language)
        case "opened" | "joined" | "recheck_good" | "recheck_bad" | "reopened" | "words":
            score = f"{say('Score', visit.language)} {data['score']}" if "score" in data else ""
            return " · ".join(part for part in (score, str(data.get("words", ""))) if part)
    return ""


def recheck_of(entry: HistoryEntry, asked: Mapping[int, Sequence[Text]], visit: Visit) -> str:
    """What became of the texts of a re-check: parked, sent or withdrawn, and why."""
    if entry.what != "recheck_sent":
        return ""
    told = []
    for text in asked.get(int(entry.data.get("level", 0)), ()):
        reminds = text.item.endswith(f"/{REMINDER}")
        said = _stands(text, visit)
        told.append(say("Reminder: %(what)s", visit.language, what=said) if reminds else said)
    return " · ".join(told)


def _stands(text: Text, visit: Visit) -> str:
    """How far a text has come, in a few words with the time or the reason."""
    why = named("reason", text.reason, visit.language)
    match text.status:
        case "held" if text.due and text.reason not in ("paused", "unread"):
            at = exact(text.due, visit)
            return say("parked until %(time)s: %(why)s", visit.language, time=at, why=why)
        case "held":
            return say("parked: %(why)s", visit.language, why=why)
        case "suppressed" if text.reason in rechecks.WITHDRAWN:
            return say("withdrawn: %(why)s", visit.language, why=why)
        case "suppressed" | "failed" | "expired":
            return say("not sent: %(why)s", visit.language, why=why)
    status = named("status", text.status, visit.language)
    return f"{status} {exact(text.sent_at, visit)}" if text.sent_at else status


def called_by(who: str, visit: Visit) -> str:
    """Who did something, as pages call them."""
    known = {SYSTEM: "Ringback", SUBSCRIBER: say("Subscriber", visit.language)}
    return known.get(who, who)
