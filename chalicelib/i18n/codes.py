"""The English words for codes: states, steps, reasons and whatever else is kept as a code and read as words.

Each kind is the context of its words in the catalogues, so "open" of a case and "open" of a page may differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chalicelib.i18n.reading_rules import RULES
from chalicelib.i18n.translations import said_as

CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "action": {
        "save": "save", "submit": "submit", "send_back": "send back", "approve": "approve",
        "go_live": "go live", "pause": "pause", "resume": "resume", "end": "end",
        "plan_batch": "plan batch", "cancel_batch": "cancel batch", "test_send": "test send",
        "pause_all": "pause all", "resume_all": "resume all", "set_role": "set role",
        "ask_batch": "ask for approval of a send", "approve_batch": "approve a send",
        "own_phone": "confirm own phone", "test_code": "code for own phone",
        "export": "export", "read_conversation": "read a conversation", "forget": "erase a person",
        "make_key": "make a key", "end_keys": "end keys",
        "add_user": "add a user", "set_password": "set a password",
        "invite_user": "invite", "resend_invitation": "invite again", "disable_user": "disable a user",
        "enable_user": "enable a user", "remove_user": "remove a user", "end_sessions": "end sessions",
        "sign_in": "sign in", "sign_in_refused": "sign in refused",
        "put_back_letters": "put back letters", "drop_letters": "drop letters",
        "consent": "record consent",
        "keep_file": "put a file aside", "store_file": "store a file", "drop_file": "throw a file away",
    },
    "answer_reason": {  # why an answer that an agent types would not go out
        "paused": "sending is paused", "not_live": "the campaign for answers is not live",
        "no_brand": "there is no brand", "no_number": "there is no number",
        "number_released": "the number was given up", "no_originator": "no number of ours can send there",
        "opted_out": "the subscriber stopped these texts", "red_list": "the subscriber is on the red list",
        "roster_red": "the subscriber's roster is red",
        "window": "there is no hour for it while it is worth sending",
        "unrenderable": "the words cannot be filled in",
        "campaign_ended": "the campaign for answers has ended",
        "audience": "the subscriber is not in the audience", "cap_day": "the daily cap is reached",
        "cap_week": "the weekly cap is reached", "asked_recently": "asked in a survey not long ago",
    },
    "sign-in failed": {  # why somebody is not let in
        "unreachable": "The service that signs people in does not answer. Wait a minute, then try again.",
        "settings": "Signing in is not set up here. Tell an administrator: the log says what is missing.",
        "refused": "The service that signs people in did not let you in.",
        "state": "This sign-in was not begun in this browser, or too long ago. Begin again.",
        "code": "This sign-in was used already, or took too long. Begin again.",
        "token": "What the service that signs people in said of you could not be verified. Begin again; if it"
        " stays so, tell an administrator.",
        "role": "You have no role here yet. Ask an administrator for one.",
        "factor": "Your role may only sign in with a second factor. Set one up where you sign in, then begin"
        " again.",
    },
    "session over": {  # why somebody has to sign in again
        "out": "You are signed out.",
        "idle": "You were signed out because the console was not used for a while.",
        "long": "You were signed out because your session had lasted as long as one may.",
        "everywhere": "You were signed out on every browser.",
        "changed": "Your role was changed, so you were signed out.",
        "disabled": "You may not sign in any more. Ask an administrator.",
        "removed": "You may not sign in any more. Ask an administrator.",
    },
    "automatic": {  # what the automatic answer to a reply was
        "thanks": "thanked", "ask": "asked back", "unclear": "asked back",
        "opt_out": "off at once, confirmed", "opt_in": "on again, confirmed", "help": "told how",
        "late": "told that it was late", "repeat": "told that it counts already",
        "corrected": "told that it was passed on",
        "complaint": "told what happens next", "not_me": "closed with an apology",
    },
    "batch": {
        "done": "done", "planned": "planned", "asked": "waits for approval", "started": "started",
        "cancelled": "cancelled",
    },
    "by": {  # how figures are broken down
        "brand": "brand", "team": "team", "topic": "topic", "campaign": "campaign", "region": "region",
        "tier": "tier", "variant": "variant", "language": "language", "step": "step", "version": "version",
    },
    "call": {
        "reached": "reached", "no_answer": "no answer", "busy": "busy", "wrong_number": "wrong number",
        "call_back": "call back",
    },
    "campaign_state": {
        "draft": "Draft", "in_review": "In review", "approved": "Approved", "live": "Live",
        "paused": "Paused", "ended": "Ended",
    },
    "category": {
        "mandatory": "mandatory", "service": "service", "survey": "survey", "marketing": "marketing",
        "reply": "reply",
    },
    "cause": {  # what moves a case ahead in the queue
        "score": "score", "tier": "tier", "wording": "wording", "level": "level", "urgent": "urgent",
        "overdue": "overdue",
    },
    "currency sign": {  # the sign that stands before an amount; the code itself where readers know no sign
        "CNY": "CNY", "USD": "USD",
    },
    "day": {
        "weekdays": "weekdays", "monday": "Monday", "tuesday": "Tuesday", "wednesday": "Wednesday",
        "thursday": "Thursday", "friday": "Friday", "saturday": "Saturday", "sunday": "Sunday",
        "holiday": "holiday", "closed": "closed", "any": "any hour",
    },
    "did": {  # what was done to a case
        "corrected": "corrected", "opened": "opened", "joined": "joined", "words": "words",
        "claimed": "claimed", "assigned": "assigned", "handed_over": "handed over", "note": "note",
        "called": "called", "answered": "answered", "topic": "topic", "department": "department",
        "remedy": "remedy", "urgent": "urgent", "resolved": "resolved", "recheck_sent": "re-check",
        "recheck_good": "recheck good", "recheck_bad": "recheck bad", "unconfirmed": "unconfirmed",
        "closed": "closed", "reopened": "reopened", "duplicate": "duplicate", "duplicates": "duplicates",
        "warned": "warned", "overdue": "overdue", "roster": "roster", "number_shown": "number shown",
        "undone": "undone", "snoozed": "put off", "woken": "back in the queue",
    },
    "doubt": {
        "drop": "not again (somebody may get nothing)", "resend": "once more (somebody may get it twice)",
    },
    "entry": {  # fields of a line of the audit trail
        "status": "status", "people": "people", "note": "note", "letters": "letters", "step": "step",
        "at": "time", "source": "source", "submitted_by": "submitted by", "submitted_at": "submitted at",
        "approved_by": "approved by", "approved_at": "approved at", "live_by": "live by",
        "live_at": "live at", "ended_at": "ended at",
    },
    "event_miss": {  # why a campaign has no text for somebody whom an event is about
        "brand": "for another brand", "audience": "not in its audience", "below": "below every threshold",
        "condition": "its condition is not met", "too_late": "too late",
        "cycle_over": "the billing cycle is over", "unlimited": "there is no limit",
    },
    "event_outcome": {  # what became of an event
        "texts": "It asked for texts.", "no_text": "No text.", "applied": "Applied.",
        "older": "Older than what is known: nothing was changed.",
        "no_campaign": "No live campaign starts with it.", "run": "Everybody in the region is told.",
        "nobody": "Nobody lives in the region", "over": "It was over already: nobody is told.",
        "failed": "A campaign cannot work with it", "refused": "Refused",
    },
    "field": {
        "status": "status", "tier": "tier", "plan": "plan", "brand": "brand", "province": "province",
        "region": "region", "language": "language", "name": "name", "birthday": "birthday",
        "since": "customer since", "plan_ends_on": "plan end",
        "subscriber_id": "subscriber", "msisdn": "phone number", "time_zone": "time zone",
        "birthday_calendar": "calendar of the birthday",
    },
    "figure": {
        "planned": "planned", "sent": "sent", "delivered": "delivered", "undelivered": "undelivered",
        "held": "held", "suppressed": "suppressed", "failed": "failed", "answered": "answered",
        "scored": "scored", "satisfied": "satisfied",
    },
    "filter": {
        "topic": "topic", "tier": "tier", "team": "team", "region": "region", "campaign": "campaign",
        "brand": "brand", "score": "score", "since": "since", "until": "until", "overdue": "overdue",
        "urgent": "urgent",
    },
    "sort": {  # what a list of cases is sorted by
        "deadline": "deadline", "score": "score", "name": "name", "topic": "topic", "team": "team",
        "owner": "owner", "opened": "waiting since",
    },
    "full": {  # what happens to a text when a cap is full
        "suppress": "is not sent", "hold": "waits until it may go",
    },
    "json": {  # what stands in JSON where something else belongs
        "null": "null", "boolean": "true or false", "number": "a number", "text": "a text",
        "list": "a list", "object": "an object", "day": "a day",
        "mixed": "now this, now that",
    },
    "key": {  # what a key of the keyboard does
        "the next line": "the next line", "the line before": "the line before", "open it": "open it",
        "choose it, or not": "choose it, or not", "claim": "claim", "reply": "reply", "resolve": "resolve",
        "search": "search", "send": "send", "this help": "this help", "note": "note", "call": "call",
        "hand over": "hand over", "take back": "take back", "put off": "put off",
        "pages, cases and actions": "pages, cases and actions",
    },
    "date_order": {  # what a column's dates begin with
        "day": "the day comes first, as some of them show",
        "month": "the month comes first, as some of them show",
        "both": "some begin with the day and some with the month; those that can be both are left out",
    },
    "import": {  # what came of the rows of a file
        "added": "added", "changed": "changed", "unchanged": "unchanged", "rejected": "rejected",
        "repeated": "come again further down", "older": "older than what is known",
        "left_out": "fields left out", "doubtful": "fields that are doubtful",
        "without_number": "without a number", "unknown_brand": "of a brand that is not live",
    },
    "deal": {  # what a person makes of a reply in the inbox
        "case": "make it a case", "nothing": "nothing to do", "opt_out": "it was a stop",
        "right_person": "it is the right person",
    },
    "handled": {  # where a reply ended
        "": "not read yet", "rule": "by a rule", "case": "in a case", "inbox": "waits for a look",
        "nothing": "nothing to do", "opt_out": "a stop, said a colleague",
        "right_person": "the right person, said a colleague",
    },
    "kind": {
        "rating": "rating", "choice": "choice", "opt_out": "stop", "opt_in": "texts again", "help": "help",
        "not_me": "not me", "text": "text", "ask": "unclear", "machine": "a machine",
    },
    "lane": {
        "urgent": "urgent: goes before everything else", "bulk": "bulk: in turn, at the originator's pace",
    },
    "load": {
        "working": "working", "unowned": "unowned", "overdue": "overdue", "waiting": "waiting",
    },
    "number_kind": {  # numbers that no subscriber holds
        "freephone": "a freephone number", "premium": "a premium-rate number",
        "shared_cost": "a shared-cost number", "pager": "a pager",
        "company": "a company's access number", "voicemail": "a voicemail box",
    },
    "number_shape": {  # of a country's mobile numbers, by its calling code
        "86": "11 digits that begin with 13 to 19", "1": "10 digits, the first not 0 or 1",
    },
    "operator": {  # how a rule of an audience asks
        "is": "is", "is_not": "is not", "one_of": "is one of", "none_of": "is none of",
        "known": "is known", "unknown": "is unknown", "before": "before", "from": "on or after",
        "at_least": "is at least", "less": "is less than",
    },
    "outcome": {
        "confirmed": "confirmed", "unconfirmed": "unconfirmed", "duplicate": "duplicate",
        "by_person": "by person",
    },
    "per": {  # at most 3 a day
        "day": "day", "week": "week",
    },
    "queue": {
        "intake": "intake", "drops": "drops", "runs": "runs", "outbox-urgent": "outbox-urgent",
        "outbox-bulk": "outbox-bulk", "receipts": "receipts", "replies": "replies",
    },
    "reason": {  # why a text did not go out, or waits
        "paused": "campaign paused", "unread": "campaign or brand cannot be read",
        "not_before": "not due yet", "window": "outside the send window",
        "cap": "waiting for room under the cap", "throttled": "slowed down by the gateway",
        "resend": "about to be sent again", "superseded": "replaced by a later threshold",
        "not_live": "campaign not live", "campaign_ended": "campaign ended", "no_brand": "no brand",
        "no_number": "no phone number", "number_released": "number given up",
        "no_originator": "no originator for that country", "audience": "not in the audience",
        "holdout": "held back, gets nothing", "opted_out": "stopped these texts",
        "red_list": "on the red list", "roster_red": "roster is red", "cap_day": "over the daily cap",
        "cap_week": "over the weekly cap", "survey_over": "survey over",
        "asked_recently": "asked in a survey not long ago",
        "wrong_person": "they say it is the wrong person",
        "case_moved_on": "the case has moved on",
        "told_before": "told on the old number", "moved": "number is changing",
        "unrenderable": "text cannot be made", "gateway_opted_out": "stopped at the gateway",
        "country_blocked": "country blocked", "number_blocked": "number blocked",
        "no_gateway_originator": "no originator at the gateway",
        "message_type": "originator not for this kind of text", "refused": "refused, the gateway says why",
        "invalid_request": "refused by the gateway", "price_over_limit": "over the price limit",
        "not_verified": "number not verified", "dropped": "in doubt, given up",
        "dead": "given up in dead letters", "invalid_number": "no such number",
        "invalid_message": "the network refused the message", "unreachable": "phone unreachable",
        "carrier_unreachable": "carrier unreachable", "blocked": "blocked",
        "carrier_blocked": "blocked by the carrier", "spam": "taken for spam", "unknown": "unknown reason",
        "ttl_expired": "not delivered in time", "protect_blocked": "blocked by protection rules",
    },
    "role": {
        "admin": "admin", "supervisor": "supervisor", "marketing": "marketing", "care": "care",
    },
    "roster": {
        "red": "red", "yellow": "yellow", "green": "green",
    },
    "roster_why": {
        "complaints": "complaints", "dissatisfied": "dissatisfied", "worst": "worst",
        "reopened": "reopened", "urgent": "urgent",
    },
    "scope": {
        "all": "everything", "category": "texts of one kind", "campaign": "one campaign",
        "redlist": "marketing (red list)",
    },
    "span": {
        "answer": "answer", "resolve": "resolve", "urgent": "urgent",
    },
    "state": {
        "open": "open", "claimed": "claimed", "in_progress": "in progress", "resolved": "resolved",
        "recheck_sent": "waiting for the re-check", "closed": "closed", "reopened": "reopened",
        "draft": "draft", "in_review": "in review", "approved": "approved", "live": "live",
        "paused": "paused", "ended": "ended", "planned": "planned", "cancelled": "cancelled",
    },
    "status": {
        "held": "held", "sending": "sending", "sent": "sent", "delivered": "delivered",
        "undelivered": "undelivered", "expired": "expired", "failed": "failed", "in_doubt": "in doubt",
        "suppressed": "suppressed", "handed_over": "handed over",
    },
    "step": {
        "submit": "Submit for review", "send_back": "Send back", "approve": "Approve",
        "go_live": "Go live", "pause": "Pause", "resume": "Resume", "end": "End",
    },
    "subscriber": {
        "active": "active", "suspended": "suspended", "left": "left",
    },
    "tab": {
        "mine": "mine", "mentioned": "mentioned", "snoozed": "put off",
        "team": "team", "unowned": "unowned", "all": "all", "waiting": "waiting",
        "closed": "closed", "any": "any",
    },
    "text": {  # names of a campaign's texts
        "text": "Text", "invitation": "Invitation", "reminder": "Reminder",
    },
    "tier": {
        "standard": "standard", "silver": "silver", "gold": "gold", "diamond": "diamond",
    },
    "trigger": {
        "event": "when something happens", "birthday": "on the birthday",
        "plan_end": "before the plan ends", "day": "before a day in an attribute",
        "every": "for everybody once in so many days",
        "reply": "when a subscriber writes a keyword",
        "manual": "when somebody starts it (one-off send)",
    },
    "timeline": {  # what of a subscriber's timeline is shown
        "all": "everything", "texts": "texts", "replies": "replies", "unsent": "not sent",
        "cases": "cases", "events": "events",
    },
    "weight": {
        "worst_score": "worst score", "urgent": "urgent", "wording": "wording", "level": "level",
        "overdue": "overdue",
    },
    "which": {  # of the two deadlines of a case
        "answer": "answer", "resolve": "resolve",
    },
    "within": {  # at most 3 within a day
        "day": "day", "week": "week",
    },
    "rule": RULES,
}  # fmt: skip
"""kind -> code -> English"""


def named(kind: str, value: str, language: str) -> str:
    """The words for a code in a language; of a code that has none, itself without its underlines."""
    words = CODES[kind].get(value)
    return said_as(kind, words, language) if words is not None else value.replace("_", " ")


def read_by(why: str, language: str) -> str:
    """The words for the rule by which a reply was read, part by part."""
    return ": ".join(named("rule", part, language) for part in why.split(": "))
