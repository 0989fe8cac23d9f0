"""The operator's own attributes of a subscriber, as a page shows them."""

from __future__ import annotations

from chalicelib.campaigns.facts import titled
from chalicelib.i18n.translations import N_, say
from chalicelib.intake.attributes import Attributes
from chalicelib.intake.field_types import HIDDEN
from chalicelib.store.schema.subscribers import Subscriber


def attributes_shown(
    subscriber: Subscriber | None, known: Attributes, language: str, *, personal: bool
) -> list[tuple[str, str]]:
    """What is known of the operator's own attributes: title and value, personal ones hidden unless asked."""
    found = []
    for name, one in known.items():
        value = subscriber.own_fields.get(name, "") if subscriber else ""
        if value == "":
            continue
        if isinstance(value, bool):
            shown = say(N_("yes") if value else N_("no"), language)
        else:
            shown = f"{value:,}" if isinstance(value, int | float) else str(value)
            shown = f"{shown} {one.field.unit}".strip()
        found.append(
            (titled(one.field.title, language) or name, HIDDEN if one.personal and not personal else shown)
        )
    return found
