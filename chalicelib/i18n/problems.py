"""The English words for each problem's code, and how a problem is said in a language.

The words are %-format strings that take the problem's values; `make messages` collects them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from chalicelib.i18n.codes import named
from chalicelib.i18n.formats import listed, number
from chalicelib.i18n.translations import said_as
from chalicelib.problems import Coded, Problem

CONTEXT: Final = "problem"
MESSAGES: Final[Mapping[str, str]] = {
    # document
    "missing": "is missing",
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
    "twice": "%(value)s is there twice: give each its own",
    "not_hours": "%(value)s is not hours: write '08:00-20:00', any or closed",
    "ranges_overlap": "%(value)s has ranges that overlap: make one range of them",
    "not_range": "%(value)s is not a range: write HH:MM-HH:MM, any or closed",
    "starts_at_24": "%(value)s starts at 24:00: write 00:00",
    "empty_range": "%(value)s begins where it ends: write any for the whole day",
    "not_time_of_day": "%(value)s is not a time of day: write HH:MM from 00:00 to 24:00",
    # campaign
    "bad_id": "%(value)s is not possible: 2 to 40 small letters, digits and hyphens, such as usage-alert",
    "bad_event_type": "%(value)s is not possible: a type such as usage.reported",
    "bad_field_name": "%(value)s is not possible: the name of one of the event's fields",
    "id_is_kept": "must be %(value)s: a campaign keeps its id",
    "bad_to": "%(value)s is not possible: region, or leave it out when the event names a subscriber",
    "empty_text": "is empty: write the text",
    "days_not_whole": "every entry must be a whole number from %(low)s to %(high)s",
    "not_days": "must be a list of days, such as [7, 3, 1, 0]",
    "not_percentages": "must be a list of percentages, such as [80, 90, 100]",
    "not_texts": "must hold a text for each language, such as {zh-CN: …, en: …}",
    "no_such_event": "no event is called %(value)s.",
    "no_such_event_field": "%(event)s has no %(value)s.",
    "no_region": "%(event)s names no region",
    "not_for_region": "is not possible for a whole region",
    "each_not_one": "must hold one variable with the list it runs over, such as {threshold: thresholds}",
    "each_not_named": "needs a variable name and a list expression, such as {threshold: thresholds}",
    "days_of_birthday": "belongs to plan_end; a birthday text goes out on the day",
    "not_one_trigger": "needs exactly one of event, daily or manual: true",
    "not_a_variable_here": "`%(name)s` is not a variable of this campaign.",
    "not_in_occasion": "`%(name)s` is not possible: an occasion may name only %(choices)s.",
    "occasion_without_each": "must name `%(name)s`, or all its values would count as the same text",
    "no_sample": "is missing: give an example of %(names)s",
    "not_in_sample": "has no `%(name)s`: give an example, such as %(example)s",
    "text_missing_in": "has no text in %(language)s, which the campaign has elsewhere",
    "labels_missing_in": "has no words in %(language)s, so answers in words would not be understood",
    "no_first_text": "has no %(step)s: the campaign's first text is missing",
    "reminder_half": "remind_after and a text for the step reminder go together: add what is missing",
    "reminder_too_late": "must be shorter than expires_after, or nobody can answer the reminder",
    "not_a_scale": "must be the lowest and the highest score, such as [1, 5]",
    "not_an_end": "must be %(low)s or %(high)s, whichever score is the best",
    "not_scores": "must be a list of scores from %(low)s to %(high)s that open a case",
    "not_a_meaning": "must be a score from %(low)s to %(high)s, or not_me",
    "not_a_score": "%(value)s is not a score from %(low)s to %(high)s",
    "not_labels": "must be {language: {score: words}}, such as {en: {5: very satisfied}}",
    "not_questions": "must be a list, such as [{step: reason, when: dissatisfied}]",
    "question_without_text": "needs a `step` that has a text of its own, such as reason.en.txt.j2",
    "bad_when_asked": "must be always or dissatisfied",
    "not_options": "must be {key: words}, such as {1: network}",
    "bad_variant_name": "a variant's name is small letters, digits and _, such as b",
    "not_a_percentage": "must be a whole percentage from 1 to 99",
    "not_100": "add up to %(sum)s %%: make it 100",
    "only_holdout": "nobody would get anything: name at least one variant beside the holdout",
    "no_holdout_here": "is not possible: everybody must get a text of this category",
    "no_such_variant": "is for a variant that is not in `variants`: %(value)s",
    "no_plain_text": "needs %(step)s beside it, for everybody else",
    "variant_twice": "stands here twice: give each variant a name of its own",
    "holdout_row": "has a field of its own below: leave this row empty",
    "bad_step_name": "a step's name is small letters, digits and _, such as reminder",
    "no_such_audience_field": "there is no field %(value)s: one of %(choices)s",
    "cannot_be_asked": "%(field)s cannot be asked %(value)s: %(choices)s",
    "takes_no_value": "%(operator)s takes no value",
    "needs_value": "needs a value",
    "takes_one_value": "%(operator)s takes one value: choose one of several instead",
    "no_such_brand": "there is no brand %(value)s: use * or a brand's id",
    "no_signature": "%(brand)s has no signature, which every text needs",
    "no_way_out": "%(brand)s has no opt_out_hint, which marketing needs",
    "sample_fails": "does not come out with the sample: %(problem)s",
    "unknown_fails": "does not come out when `%(name)s` is unknown: %(problem)s",
    "many_segments": "takes %(n)s segments for %(brand)s: say it shorter",
    "dear_character": "%(character)s makes it UCS-2, 70 a segment, not 160: write %(replacement)s",
    "no_originators": "must be a list of at least one number or sender ID",
    "not_an_originator": "must be a mapping such as {identity: …, countries: [\"86\"]}",
    "no_identity": "must be the number or sender ID, in quotes",
    "not_countries": "must be a list of calling codes in quotes, such as [\"86\"], or [\"*\"]",
    "not_a_pace": "must be message parts a second, more than 0",
    "no_default_words": "needs words in the brand's default language",
    "no_such_brand_of_plan": "there is no such brand: one of %(choices)s",
    "not_resources": "must be a mapping of resources, such as {data: …}",
    "not_levels": "must be a list of percentages, such as [80, 90, 100], or [] to tell nothing",
    "not_an_allowance": "must be a month's MB, min or count, more than 0",
    "too_long": "is %(n)s characters long, more than %(most)s",
    "too_deep": "is nested too deeply: write it more simply",
    "too_big_number": "a number that big is not possible",
    "if_without_else": "an `if` inside {{ }} needs its `else`",
    "no_loops": "loops are not possible in a text",
    "no_macros": "macros are not possible in a text",
    "no_call_block": "{%% call %%} is not possible in a text",
    "no_filter_block": "{%% filter %%} is not possible: put the filter behind the variable",
    "no_with": "{%% with %%} is not possible in a text",
    "no_set": "{%% set %%} is not possible: write the value where it is used",
    "stands_alone": "{%% %(tag)s %%} is not possible: a text stands alone",
    "no_calls": "calls are not possible: use a filter, such as {{ used | data_size }}",
    "no_dots": "a dot is not possible: variables have plain names, such as {{ name }}",
    "no_brackets": "square brackets behind a value are not possible: variables have plain names",
    "no_powers": "** is not possible",
    "no_mappings": "{…: …} is not possible in an expression",
    "not_in_text": "%(what)s is not possible in a text",
    "not_a_variable": "`%(name)s` is not a variable",
    "for_numbers": "%(operator)s is for numbers, not for words",
    "no_such_filter": "there is no filter `%(name)s`.",
    "no_such_test": "there is no test `is %(name)s`.",
    "one_argument": "`%(name)s` takes at most one argument, without a name",
    "plain_argument": "the argument of `%(name)s` must be a plain value or variable",
    "no_argument": "`is %(name)s` takes no argument",
    "unreadable": "cannot be read: %(words)s",
    "goes_on": "cannot be read: the expression goes on",
    "undefined": "'%(name)s' is undefined",
    "cannot_work_out": "cannot be worked out: %(words)s",
    "empty_variable": "a variable is empty here: use {%% if … %%}, or a filter that copes, such as greeting",
    "not_printable": "%(value)s is nothing that a text can print",
    "no_such_unit": "unit %(value)s is unknown: MB, min or count",
    "not_a_currency": "%(value)s is not a currency: three letters such as CNY or USD",
    "no_length": "has no length",
    "value_not_number": "%(value)s is not a number",
    "value_too_big": "the number is too big to be true",
    "value_not_text": "%(value)s is not text",
    "value_not_date": "%(value)s is not a date such as 2026-11-30",
    "value_not_moment": "%(value)s is not a moment such as 2026-11-30T18:30:00+08:00",
    "value_not_zone": "%(value)s is not a time zone such as Asia/Shanghai",
    "no_such_text": "the campaign has no such text",
    "comes_out_empty": "comes out empty with these facts",
    "occasion_too_long": "is longer than %(most)s characters with these facts",
    "each_not_a_list": "`%(source)s` is not a list",
    "each_not_ordered": "the values of `%(source)s` cannot be put in order",
    "no_brand_to_sign": "there is no brand to sign for: put one live first",
    "audience_fails": "cannot be judged: %(problem)s",
    "state_moved_on": "This version is “%(state)s” by now: reload the page.",
    "author_approves": "Who wrote or submitted it cannot approve it: ask a colleague.",
    "not_registered": "%(country)s wants registered templates: enter the registration's number.",
    "not_the_form": "%(country)s: “%(value)s” should be the entity's id, a slash and the template's id.",
    "not_confirmed": "It goes to %(n)s people: type that number to confirm.",
    "batch_not_live": "%(campaign)s is not live: have it approved and put live first",
    "batch_not_manual": "%(campaign)s is started by an event or the calendar: choose one with manual: true",
    "batch_lacks_facts": "the text names %(names)s: say what it is this time",
    "batch_is_there": "there is a batch of that time and id already",
    "list_empty": "the list is empty: one subscriber id or number a line",
    "list_too_long": "the list has %(n)s entries, more than %(most)s: cut it in two",
    # files
    "no_campaign": "holds no campaign: a folder with a %(name)s",
    "not_folder_name": "id %(value)s must be the folder's name, %(name)s",
    "no_fields": "must hold fields, such as id: usage-alert",
    "not_a_text_name": "is not a text's name: LANGUAGE.txt.j2 or STEP.LANGUAGE.txt.j2, such as "
    "reminder.en.txt.j2",
    "second_text": "is a second text for %(step)s in %(language)s",
    "not_entries": "must be a list of entries, each with an id",
    "entry_without_id": "an entry needs an id",
    "not_utf_8": "is not UTF-8: save it as UTF-8",
    "stands_twice": "%(name)s stands here a second time",
    "not_yaml": "is not YAML: %(words)s",
    # policy
    "no_zones": "names no zone: write IANA zones such as [Asia/Shanghai]",
    "not_calling_codes": "must be digits in quotes without +, such as ['86']",
    "name_of_another": "%(value)s is a name of %(other)s too",
    "category_missing": "is missing: say what stops it, such as {stopped_by: [all, category, campaign]}",
    "second_window": "%(category)s has a window already: keep one of them",
    "not_caps": "must be a list of {of: [marketing], at_most: 1, per: day}",
    "no_such_country": "%(value)s is not under countries: add it there",
    "no_such_region": "%(value)s is not under countries.%(country)s.regions: add it there",
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
    "changed_meanwhile": "%(who)s changed this case at %(at)s",
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
    if not problem.place:
        return said_as("where", "line %(line)s: %(words)s", language, line=problem.line, words=said)
    if problem.line:
        return said_as(
            "where",
            "%(place)s, line %(line)s: %(words)s",
            language,
            place=problem.place,
            line=problem.line,
            words=said,
        )
    return said_as("where", "%(place)s: %(words)s", language, place=problem.place, words=said)


def every(problems: Sequence[Problem], language: str) -> str:
    """Several problems in one line, each with its place."""
    return "; ".join(placed(one, language) for one in problems)


def _value(value: object, language: str) -> str:
    """A value in a sentence: a problem inside another in its own words, several values as a list."""
    if isinstance(value, Problem):
        return words(value, language)
    if isinstance(value, Coded):
        return named(value.kind, value.code, language)
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value)
    if isinstance(value, (list, tuple, frozenset)):
        return listed([str(one) for one in value], language)
    return str(value)
