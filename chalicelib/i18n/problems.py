"""The English words for each problem's code, %-format strings of its values, and how a problem is said in a
language; `make messages` collects them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from chalicelib.i18n.campaign_words import CAMPAIGNS
from chalicelib.i18n.codes import named
from chalicelib.i18n.formats import listed, number
from chalicelib.i18n.translations import said_as
from chalicelib.i18n.vocabulary_words import VOCABULARY
from chalicelib.problems import Coded, Problem

CONTEXT: Final = "problem"
MESSAGES: Final[Mapping[str, str]] = {
    # intake
    "field.missing": "is missing: every event of its kind has it",
    "field.nothing": "says that nothing is known: left out",
    "text.kind": "must be a text, not %(kind)s",
    "text.empty": "is empty",
    "text.long": "is %(length)s characters long: at most %(most)s",
    "text.control": "holds the control character %(character)s: write it without line breaks",
    "text.noncharacter": "holds %(character)s, which is no character",
    "text.lost": "holds U+FFFD, the mark of a character that was lost: send it as UTF-8 again",
    "key.separator": "must not hold / or #",
    "id.blank": "must not be “-” and hold no blanks",
    "choice.unknown": "is “%(value)s”: use one of %(choices)s",
    "number.kind": "must be a number, not %(kind)s",
    "number.not_finite": "must be a finite number",
    "number.large": "is larger than %(most)s: check the unit",
    "number.form": "must be a number such as 1024 or 1024.5, without separators or unit",
    "number.negative": "must not be negative",
    "date.form": "must be a date written YYYY-MM-DD",
    "date.two_days": "can be two days, and nothing in its column says which: write YYYY-MM-DD",
    "date.century": "has a year of two digits: write YYYY-MM-DD",
    "date.no_day": "is a day that the calendar does not have: write it as YYYY-MM-DD",
    "date.year": "has the year %(year)s: must be between %(first)s and %(last)s",
    "moment.kind": "must be ISO 8601 such as 2026-11-23T08:00:00+08:00, not %(kind)s",
    "moment.form": "must be ISO 8601 with offset, such as 2026-11-23T08:00:00+08:00",
    "moment.offset": "has no offset: add one, such as +08:00 or Z",
    "language.unknown": "is “%(value)s”: use zh-CN or en",
    "zone.unknown": "is “%(value)s”: use an IANA name such as Asia/Shanghai or America/Chicago",
    "birthday.form": "must be MM-DD or YYYY-MM-DD",
    "birthday.month": "has the month %(month)s: write MM-DD or YYYY-MM-DD, the month before the day",
    "birthday.lunar_day": "has the day %(day)s: lunar months have 30 days at most",
    "birthday.not_solar": "is a day that the solar calendar does not have: check it, or set "
    "birthday_calendar to lunar",
    "birthday.no_day": "is a day that neither calendar has: write MM-DD or YYYY-MM-DD",
    "birthday.placeholder": "is %(date)s, which systems write when they do not know: left out",
    "birthday.future": "has not come yet: left out",
    "name.none": "is no name but a placeholder or a title: left out",
    "region.unknown": "is not known: kept as written; add it to templates/regions.yaml",
    "region.shape": "must be province/city such as 广东/深圳 or Texas/Austin, without #",
    "region.nobody": "is “%(region)s”, where no subscriber lives: check how it is written",
    "msisdn.not_text": "must be a number as text such as +8613800138000, not %(kind)s",
    "msisdn.long": "is %(length)s characters long: one number only, such as +8613800138000",
    "msisdn.rounded": "was rounded by a spreadsheet (1.38E+10): format the column as text and export again",
    "msisdn.extension": "has an extension, which no text can reach: give the number of a phone",
    "msisdn.several": "holds more than one number: keep one",
    "msisdn.not_digits": "holds something that is no digit: write it such as +8613800138000",
    "msisdn.no_country": "has no country code: write it with + and the code, such as +8613800138000",
    "msisdn.length": "must be + and 8 to 15 digits, country code first",
    "msisdn.no_such_country": "begins with no country's code: check what follows the +",
    "msisdn.no_mobile": "is no mobile number of +%(country)s: that has %(shape)s",
    "msisdn.not_in_use": "is no number of +%(country)s that is in use: check its digits",
    "msisdn.kind": "is no subscriber's number but %(kind)s: give the number of their phone",
    "msisdn.nobody": "is of a range that reaches nobody: samples have no place in production",
    "country.unknown": "“%(value)s” is no country: write a calling code such as 86 or one of %(choices)s",
    "source.unknown": "is “%(source)s”: events in come from a source that begins with operator.",
    "changes.nothing": "changes nothing: give at least one of %(choices)s",
    "subscriber.unknown": "“%(value)s” is not a subscriber: import them, then retry this event",
    "event.kind": "must be a JSON object, not %(kind)s",
    "event.type_missing": "is missing: use one of %(choices)s",
    "event.type_unknown": "is “%(value)s”: use one of %(choices)s",
    "event.type_kind": "is %(kind)s: use one of %(choices)s",
    "post.kind": "must be one JSON object or a list of them, not %(kind)s",
    "post.many": "holds %(count)s events: send at most %(most)s at once",
    "json.encoding": "is not UTF-8 at byte %(byte)s",
    "json.form": "is not JSON: look at line %(line)s, column %(column)s",
    "json.size": "is not JSON that can be read: too many digits or brackets",
    "regions.yaml": "is no YAML: %(words)s",
    "regions.provinces": "must be provinces with their cities: {湖南: {长沙: [Changsha]}}",
    "regions.cities": "must be names with their other spellings: {长沙: [Changsha]}",
    "regions.city": "takes also (a list of spellings) and counties",
    "row.encoding": "holds a byte that the file's encoding does not have: export the file as UTF-8",
    "row.nul": "holds a NUL character: was the export cut or mixed up?",
    "row.wide": "has %(cells)s cells, the header has %(width)s: is a comma or a quote too many?",
    "file.no_text": "the file is no text: export the table as CSV in UTF-8",
    "file.no_lines": "the file is no text: put JSON lines in UTF-8",
    "file.workbook": "the file is a workbook (xlsx): save it as CSV UTF-8, or import it with the command",
    "file.old_workbook": "the file is an old workbook (xls): save it as CSV UTF-8",
    "file.gzip": "the gzip file is broken: %(words)s",
    "file.header": "the line that names the columns cannot be read: export the file as UTF-8",
    "file.empty": "the file is empty: its first line must name the columns",
    "file.folder": "unknown folder: put files under events/ or subscribers/",
    "file.more_lines": "more lines from here on that cannot be used: %(n)s; correct the file and "
    "put it again",
    "workbook.broken": "the workbook cannot be read: %(words)s",
    "workbook.empty": "the workbook is empty: its first row must name the columns",
    "map.no_field": "there is no field “%(value)s”. Fields: %(choices)s",
    "map.swapped": "there is no field “%(value)s”; the field comes first: %(column)s=%(value)s. "
    "Fields: %(choices)s",
    "map.column_twice": "the column “%(column)s” for %(name)s is there %(n)s times",
    "map.no_column": "there is no column “%(column)s” for %(name)s. Columns: %(choices)s.",
    "map.no_id": "no column says which subscriber a row is of: call one subscriber_id or 用户编号. "
    "Columns: %(choices)s",
    "map.form": "--map “%(value)s”: write FIELD=COLUMN, such as name=Name. Fields: %(choices)s",
    "map.field_twice": "--map has %(name)s twice: “%(first)s” and “%(second)s”",
    **VOCABULARY,
    # dead letters
    "not_json": "is not JSON: look at line %(line)s, column %(column)s",
    "not_an_event": "is no event of the bus: it needs a detail-type and a detail",
    "not_a_reply": "is no reply as the network sends it: %(field)s is missing or no text",
    "not_a_job": "is no job of the outbox: a field is missing or unknown",
    "failed_each_time": "failed each time it was tried: the function's log says why",
    "in_file": "%(file)s line %(line)s: %(problem)s",
    "several": "%(problems)s",
    "as_written": "%(words)s",
    # document
    "missing": "is missing",
    "damaged": "cannot be read: it was damaged, or another release wrote it",
    "not_stored": "its version %(n)s is not in the catalogue",
    "not_text": "must be text, not %(value)s",
    "not_one_of": "%(value)s is not possible: one of %(choices)s",
    "not_whole": "must be a whole number from %(low)s to %(high)s",
    "not_number": "must be a number from %(low)s to %(high)s",
    "not_boolean": "must be true or false",
    "not_mapping": "must be a mapping of names to values",
    "not_list": "must be a list",
    "not_words": "must be a list of words, such as [%(value)s]",
    "not_languages": "needs words for each language, such as {zh-CN: …, en: …}",
    "not_in_quotes": "%(value)s must be written in quotes",
    "not_duration": "%(value)s is not a duration: write a number and s, m, h or d, such as 30m or 6h",
    "not_window": "%(value)s is not a window: write any, or two clock times such as 08:00-20:00",
    "never_open": "%(value)s is never open: the two times must differ, or write any",
    "not_clock_time": "%(value)s is not a clock time: write hours and minutes, such as 09:00",
    "not_date": "is no date: write '2026-10-01' in quotes",
    "not_zone": "%(value)s is no time zone: write one such as Asia/Shanghai",
    "unknown_field": "there is no such field.",
    "listed_twice": "has %(value)s twice: leave one out",
    "twice": "%(value)s is there twice: give each its own",
    "not_hours": "%(value)s is not hours: write '08:00-20:00', any or closed",
    "ranges_overlap": "%(value)s has ranges that overlap: make one range of them",
    "not_range": "%(value)s is not a range: write HH:MM-HH:MM, any or closed",
    "starts_at_24": "%(value)s starts at 24:00: write 00:00",
    "empty_range": "%(value)s begins where it ends: write any for the whole day",
    "not_time_of_day": "%(value)s is not a time of day: write HH:MM from 00:00 to 24:00",
    **CAMPAIGNS,
    # policy
    "no_zones": "names no zone: write IANA zones such as [Asia/Shanghai]",
    "not_calling_codes": "must be digits in quotes without +, such as ['86']",
    "name_of_another": "%(value)s is a name of %(other)s too",
    "category_missing": "is missing: say what stops it, such as {stopped_by: [all, category, campaign]}",
    "second_window": "%(category)s has a window already: keep one of them",
    "not_caps": "must be a list of {of: [marketing], at_most: 1, per: day}",
    "no_such_country": "%(value)s is not under countries: add it there",
    "no_such_region": "%(value)s is not under countries.%(country)s.regions: add it there",
    "fewer_a_day": "must be at least what an hour allows, %(n)s",
    "whole_country": "is not possible for a region: name the country, or *",
    # care
    "not_another_team": "%(value)s is no other team's id",
    "not_a_day": "is no day: use weekdays, %(choices)s",
    "team_never_open": "are never open, so no deadline could be counted",
    "no_standard": "is missing: how long for tiers that are not named, such as 24h",
    "not_a_span": "must be from 1m to 60d of working time",
    "not_counted": "is not counted: use %(choices)s",
    "no_such_department": "%(value)s is not under departments: add it there",
    "phrase_too_short": "is too short to be told from other words",
    "not_a_phrase": "%(value)s must be a phrase, a space and a number from 0.1",
    "silence_too_short": "must be at least 1m: how long to wait for an answer, such as 96h",
    "owned": "%(who)s has this case: ask them to hand it over",
    "hand_over_without_note": "a hand-over needs a note: what was done, and what comes next",
    "no_such_team": "%(value)s is no team: choose one of %(choices)s",
    "handed_to_nobody": "choose another person or another team to hand it over to",
    "note_empty": "write something in the note",
    "answer_empty": "write the answer first",
    "answer_too_long": "%(n)s characters are too many for a text: keep to %(most)s",
    "closed_no_answer": "this case is closed: reopen it to write to the subscriber",
    "no_such_topic": "%(value)s is no topic: choose one of %(choices)s",
    "no_such_department_of_case": "%(value)s is no department: choose one of %(choices)s",
    "no_such_remedy": "%(value)s is no remedy: choose one of %(choices)s",
    "resolved_without_note": "say what was done: it is what colleagues read when the re-check is bad",
    "open_already": "this case is open already",
    "reopened_without_note": "say why it is opened again",
    "closed_already": "this case is closed already",
    "closed_without_reason": "say why it is closed without a good re-check",
    "joined_to_duplicate": "choose another case, one that is no duplicate itself",
    "not_same_subscriber": "both cases must be of the same subscriber",
    "joined_closed": "both cases must be open",
    "cannot_undo": "this cannot be taken back any more: look at the case again",
    "undo_not_kept": "what was done last is not kept any more",
    "not_in_this_state": "this case is %(state)s: reopen it to work on it",
    "no_such_step": "a case that is %(state)s cannot become %(to)s: look at it again",
    "no_such_outcome": "%(value)s is no outcome: choose one of %(choices)s",
    "no_such_colour": "%(value)s is no colour: choose one of %(choices)s",
    "colour_without_why": "say why, so that colleagues can follow it",
    "no_such_meaning": "%(value)s is no meaning: choose one of %(choices)s",
    "score_outside": "the score must be from %(low)s to %(high)s",
    "reply_not_kept": "this reply is not kept any more",
    "no_such_case": "there is no such case",
    "no_such_word": "say whether it was a no or a yes: one of %(choices)s",
    "no_such_way": "say how it was said: one of %(choices)s",
    "no_such_brand_here": "%(value)s is no brand: * or one of %(choices)s",
    "no_such_scope": "%(value)s is nothing that can be refused: choose from the list",
    "consent_without_words": "write what was said, and to whom: it is the proof",
    "not_said_on": "%(value)s is no day of the last year: write it as 2026-11-30",
    "no_number_to_record": "this case has no number whose consent could change",
    "consent_not_undone": "only who recorded it can take it back, within two minutes: record the contrary",
    "consent_changed_since": "it was changed again since: look at what holds now",
    "snooze_without_time": "choose a time within the next %(days)s days",
    "not_snoozed": "it is not put off: a colleague has taken it up",
    "changed_meanwhile": "%(who)s changed this case at %(at)s",
    # the console's addresses and forms
    "holds_control": "holds an invisible character: type it again",
    "score_unreadable": "Write a score such as 2.",
    "day_unreadable": "Write a day as 2026-11-30.",
    "view_without_name": "give the view a name",
    "view_name_taken": "there is a view called “%(name)s”: choose another name",
    "views_too_many": "there are %(most)s views already: throw one away first",
}  # fmt: skip
"""code -> English"""


def words(problem: Problem, language: str) -> str:
    """What is wrong and what to do, without the place."""
    values = {name: _value(value, language) for name, value in problem.values.items()}
    said = said_as(CONTEXT, MESSAGES.get(problem.code, problem.code), language, **values)
    if problem.close:
        said += said_as("after a full stop", " Did you mean `%(name)s`?", language, name=problem.close)
    return said


def placed(problem: Problem, language: str) -> str:
    """What is wrong, what to do, and where: `texts.text.en, line 3: is empty: write the text`."""
    said = words(problem, language)
    if not problem.place and not problem.line:
        return said
    at = {"place": problem.place, "line": problem.line, "words": said}
    if not problem.place:
        return said_as("where", "line %(line)s: %(words)s", language, **at)
    if problem.line:
        return said_as("where", "%(place)s, line %(line)s: %(words)s", language, **at)
    return said_as("where", "%(place)s: %(words)s", language, **at)


def every(problems: Sequence[Problem], language: str) -> str:
    """Several problems in one line, each with its place."""
    return said_as("between sentences of a list", "; ", language).join(
        placed(one, language) for one in problems
    )


def _value(value: object, language: str) -> str:
    """A value in a sentence: a problem inside another with its place, several values as a list."""
    if isinstance(value, Problem):
        return placed(value, language)
    if isinstance(value, Coded):
        return named(value.kind, value.code, language)
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    if isinstance(value, (list, tuple)) and value and isinstance(value[0], Problem):
        return every(value, language)
    if isinstance(value, (list, tuple, frozenset)):
        return listed([str(one) for one in value], language)
    return str(value)
