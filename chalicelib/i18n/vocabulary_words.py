"""The English words for what is wrong with event types and attributes, a part of `problems.MESSAGES`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

VOCABULARY: Final[Mapping[str, str]] = {
    "unit.other": "is %(unit)s: %(resource)s is counted in %(wanted)s",
    "time.ahead": "has not come yet: is the sender's clock or time zone wrong?",
    "time.behind": "is more than %(days)s days ago: too old to tell anybody about",
    "outage.order": "is not after %(other)s: check both times",
    "post.key": "X-Api-Key is missing or wrong",
    "post.method": "only POST is possible here",
    "post.content_type": "the Content-Type must be application/json, or left out",
    "post.failed": "this went wrong here: send it again, with the same ids",
    "language.nearest": "is “%(value)s”, for which there are no texts: stored as %(language)s",
    "number.small": "is less than %(least)s: check the unit",
    "number.not_whole": "must be a whole number",
    "yes_or_no": "must be true or false",
    "derived.fails": "cannot be worked out of the other fields: %(words)s",
    "vocabulary.name": "%(value)s is not possible: small letters, digits and _, such as days_left",
    "vocabulary.days": "is one day too many: no more than %(most)s attributes can be days",
    "vocabulary.dimension": "must not be personal, and of a type of few values: %(choices)s",
    "vocabulary.dimensions": "is one too many: results are given by no more than %(most)s attributes",
    "vocabulary.taken": "is the name of something else: choose another",
    "vocabulary.type": "%(value)s is not possible: two words with a point between them, such as topup.done",
    "vocabulary.choices": "needs its values, such as choices: [gold, silver]",
    "vocabulary.limits": "must be a number, and the least not more than the most",
    "vocabulary.no_example": "needs an example",
    "vocabulary.example": "%(value)s would be refused: %(problem)s",
    "vocabulary.field": "%(value)s is no field that can stand here: one of %(choices)s",
    "vocabulary.attribute": "there is no attribute %(value)s in attributes.yaml: one of %(choices)s",
    "vocabulary.option": "is no option of the type %(kind)s",
    "vocabulary.region": "an event about a region needs a field `region` of the type region",
    "vocabulary.circle": "needs %(names)s, and that needs this: one of them has to come without the other",
    "vocabulary.choice": "%(value)s is not possible: 1 to %(most)s characters, each once, in any case",
    "vocabulary.heading": "heads a column of %(other)s, too: files fill this one by its name alone",
    "vocabulary.untitled": "has no words in %(language)s: readers of it see another language",
    "vocabulary.no_length": "is no time at all: leave it out, or write how long, such as 6h",
    "vocabulary.nobody": "an event about a region says nothing of one subscriber",
    "vocabulary.changes": "are those of subscribers: declare more of them in attributes.yaml",
    "vocabulary.needs": "the rules of this type need a field %(value)s of the type %(kind)s, never left out",
    "vocabulary.out": "%(value)s is an event that goes out: choose another name",
    "vocabulary.other_kind": "the attribute is a %(kind)s, and the field %(value)s is none",
    "vocabulary.wider": "the field %(value)s can hold more than the attribute takes: such events are refused",
    "vocabulary.pairs": "needs a value of this field for each value of %(other)s",
    "expression.long": "is too long: at most %(most)s characters, and not nested deeply",
    "expression.kind": "%(part)s must be %(wanted)s here, and is %(found)s",
    "expression.kinds": "%(part)s: %(one)s and %(other)s do not go together",
    "expression.form": "%(source)s is no expression, such as: used / allowance",
    "expression.part": "%(part)s is not possible: fields, numbers, + - * / // %%, comparisons, and, or, not, "
    "if … else, | days_after(…)",
}
