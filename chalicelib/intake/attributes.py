"""The operator's own fields of subscribers: what `templates/attributes.yaml` may declare of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from chalicelib.document import Reader
from chalicelib.intake.field_types import Field, field_from, without_the_value
from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.store.schema.subscribers import DAY_INDEXES

BY_VALUE: Final = ("choice", "yes_no")  # types whose values are few: what a dimension may be of
MOST_DAYS: Final = len(DAY_INDEXES)  # attributes that are days: each needs an index
MOST_DIMENSIONS: Final = 4  # each is a counter more to add to for every text


@dataclass(frozen=True, slots=True, eq=False)
class SubscriberAttribute:
    """A field of subscribers that the operator declares."""

    field: Field
    personal: bool = False  # about the person: hidden wherever a number is masked
    dimension: bool = False  # results are given by its values, too

    @property
    def name(self) -> str:
        """Its name in conditions, texts and events."""
        return self.field.name


Attributes = Mapping[str, SubscriberAttribute]


def attributes_from(
    document: Mapping[str, Any], taken: frozenset[str] = frozenset()
) -> dict[str, SubscriberAttribute]:
    """The attributes that a document declares, by name; `taken` are the names that mean something already.
    Raises BadDocument with every mistake in it."""
    reader = Reader(document)
    found = {}
    for name in document:
        inner = reader.part(str(name))
        if name in taken:
            inner.refuse("", Code.VOCABULARY_TAKEN)
        made = field_from(inner, str(name), ("personal", "dimension"))
        personal, dimension = inner.boolean("personal"), inner.boolean("dimension")
        if personal:
            made = replace(made, read=without_the_value(made.read))
        found[str(name)] = SubscriberAttribute(made, personal, dimension)
        if dimension and (personal or made.type not in BY_VALUE):
            inner.refuse("dimension", Code.VOCABULARY_DIMENSION, choices=BY_VALUE)
        elif dimension and sum(one.dimension for one in found.values()) > MOST_DIMENSIONS:
            inner.refuse("dimension", Code.VOCABULARY_DIMENSIONS, most=MOST_DIMENSIONS)
        if sum(one.field.type == "day" for one in found.values()) > MOST_DAYS and made.type == "day":
            inner.refuse("type", Code.VOCABULARY_DAYS, most=MOST_DAYS)
    reader.done()
    return found
