from __future__ import annotations

from chalicelib.store.schema.conversations import Text


def made() -> Text:
    return Text(msisdn="+8613800000001", status="sent")  # error: Missing positional argument "item" in call to "Text"
