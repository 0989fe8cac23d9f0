"""What a restore must not undo: erasures, and what people said about being texted. Carried over from the
tables as they were before the restore, an item at a time; doing it twice changes nothing."""

from __future__ import annotations

from chalicelib.store import catalogue, conversations, forgotten, wire
from chalicelib.store.dump import Item, put
from chalicelib.store.schema.conversations import NumberState
from chalicelib.store.wire import row_from


def carry_erasure(table: str, item: Item) -> bool:
    """Keep the hash of an erasure that `table` lacks or has as it was earlier; whether `item` was one."""
    name = "name" if table == catalogue.TABLE else "msisdn"
    held = str(item[name].get("S", ""))
    if held != forgotten.PARTITION and not held.startswith(forgotten.PREFIX):
        return False
    row = row_from(item)
    mark = row["version"] if table == catalogue.TABLE else row["msisdn"].removeprefix(forgotten.PREFIX)
    known = wire.read_one(conversations.TABLE, forgotten.place(mark), consistent=True)
    if known is None or (row["at"], row["returned"]) > (known["at"], known["returned"]):
        forgotten.keep(mark, row)
    return True


def carry_proof(item: Item) -> bool:
    """Keep the proof of an opt-out or opt-in; whether the restored table lacked it."""
    key = {name: str(item[name]["S"]) for name in ("msisdn", "item")}
    if not key["item"].startswith("consent#"):
        return False
    if wire.read_one(conversations.TABLE, key, consistent=True) is not None:
        return False
    put(conversations.TABLE, [item])
    return True


def carry_consent(item: Item) -> bool:
    """Let the opt-outs of a number be those of its `state` in `item`; whether they were others."""
    if item["item"].get("S") != "state":
        return False
    row = row_from(item)
    msisdn, optouts = row["msisdn"], row.get("optouts", {})
    while True:
        state = conversations.state(msisdn)
        if dict(state.optouts) == optouts:
            return False
        if conversations.write([conversations.change_state(state, NumberState.optouts.to(optouts))]) == [
            "ok"
        ]:
            return True
