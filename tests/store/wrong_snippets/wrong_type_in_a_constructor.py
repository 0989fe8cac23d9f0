from __future__ import annotations

from chalicelib.store.schema.conversations import Text


def made() -> Text:
    return Text(msisdn="+8613800000001", item="mt#", status=200)  # error: Argument "status" to "Text" has incompatible type "int"; expected "str"
