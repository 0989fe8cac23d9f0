from __future__ import annotations

from chalicelib.store.schema.conversations import Text


def made() -> Text:
    return Text(msisdn="+8613800000001", item="mt#", status="sent", lot="time#1")  # error: Unexpected keyword argument "lot" for "Text"
