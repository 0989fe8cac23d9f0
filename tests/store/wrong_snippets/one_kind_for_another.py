from __future__ import annotations

from chalicelib.store.schema.conversations import Survey, survey_key
from chalicelib.store.dynamodb import get
from chalicelib.store.schema.conversations import Text


def survey_of(text: Text) -> Survey | None:
    return get(Text, survey_key(text.msisdn, "csat", "s-1", "c-1"))  # error: Incompatible return value type (got "Text | None", expected "Survey | None")
