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
}


def rejection(field: str, code: str, **values: str | int) -> BadField:
    """The error for `field`; `code` is one of SENTENCES and `values` fill its sentence."""
    return BadField(field, SENTENCES[code].format(**values), code, values)
