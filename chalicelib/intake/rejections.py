"""Why a value that came in cannot be used, as data: a code and its values; the sentence is made from them.

`BadField.code` is stable, so that other languages and programs need not read the sentence. Sentences say
what to write instead, and never repeat a value that can be personal.
"""

from __future__ import annotations

from chalicelib.intake.values import BadField

SENTENCES = {
    "msisdn.not_text": "must be a number as text such as +8613800138000, not {kind}",
    "msisdn.long": "is {length} characters long: one number only, such as +8613800138000",
    "msisdn.rounded": "was rounded by a spreadsheet (1.38E+10): format the column as text and export again",
    "msisdn.extension": "has an extension, which no text can reach: give the number of a phone",
    "msisdn.several": "holds more than one number: keep one",
    "msisdn.not_digits": "holds something that is no digit: write it such as +8613800138000",
    "msisdn.no_country": "has no country code: write it with + and the code, such as +8613800138000",
    "msisdn.length": "must be + and 8 to 15 digits, country code first",
    "msisdn.no_such_country": "begins with no country's code: check what follows the +",
    "msisdn.no_mobile": "is no mobile number of +{country}: that has {shape}",
    "msisdn.not_in_use": "is no number of +{country} that is in use: check its digits",
    "msisdn.kind": "is no subscriber's number but {kind}: give the number of their phone",
    "msisdn.nobody": "is of a range that reaches nobody: samples have no place in production",
    "row.encoding": "holds a byte that the file's encoding does not have: export the file as UTF-8",
    "row.nul": "holds a NUL character: was the export cut or mixed up?",
    "row.wide": "has {cells} cells, the header has {width}: is a comma or a quote too many?",
    "date.form": "must be a date written YYYY-MM-DD",
    "date.two_days": "can be two days, and nothing in its column says which: write YYYY-MM-DD",
    "date.century": "has a year of two digits: write YYYY-MM-DD",
    "date.no_day": "is a day that the calendar does not have: write it as YYYY-MM-DD",
    "date.year": "has the year {year}: must be between {first} and {last}",
    "birthday.placeholder": "is {date}, which systems write when they do not know: left out",
    "birthday.future": "has not come yet: left out",
    "name.none": "is no name but a placeholder or a title: left out",
    "field.nothing": "says that nothing is known: left out",
    "region.unknown": "is not known: kept as written; add it to templates/regions.yaml",
    "region.shape": "must be province/city such as 广东/深圳 or Texas/Austin, without #",
    "region.nobody": "is {region!r}, where no subscriber lives: check how it is written",
    "time.ahead": "has not come yet: is the sender's clock or time zone wrong?",
    "time.behind": "is more than {days} days ago: too old to tell anybody about",
    "source.unknown": "is {source!r}: events in come from a source that begins with operator.",
    "outage.order": "is not after starts_at: check both times",
}


def rejection(field: str, code: str, **values: str | int) -> BadField:
    """The error for `field`; `code` is one of SENTENCES and `values` fill its sentence."""
    return BadField(field, SENTENCES[code].format(**values), code, values)
