"""After a restore from a backup: copies newer erasures and changes of consent from the old tables into the
restored ones. An item at a time; doing it twice changes nothing."""

from __future__ import annotations

from chalicelib.privacy.erasures import later
from chalicelib.store import conversations, erasure_rows
from chalicelib.store.schema.base import Record
from chalicelib.store.schema.catalogue import ErasureCopy
from chalicelib.store.schema.conversations import ConsentProof, Erasure, NumberState


def carry_over_erasure(item: Record) -> bool:
    """Keep an erasure that the tables lack or have as it was earlier; whether `item` was one."""
    if not isinstance(item, Erasure | ErasureCopy):
        return False
    digest = item.digest if isinstance(item, Erasure) else item.version
    if later(item, erasure_rows.get(digest)):
        erasure_rows.keep(digest, item)
    return True


def carry_over_proof(item: Record) -> bool:
    """Keep the proof of an opt-out or opt-in; whether the restored table lacked it."""
    if not isinstance(item, ConsentProof):
        return False
    return conversations.write_surely([conversations.insert(item)]) == ["ok"]


def carry_over_consent(item: Record) -> bool:
    """Let the opt-outs of a number be those of its state in `item`; whether they were others."""
    if not isinstance(item, NumberState):
        return False
    while True:
        state = conversations.state(item.msisdn)
        if dict(state.optouts) == dict(item.optouts):
            return False
        change = NumberState.optouts.to(item.optouts)
        if conversations.write([conversations.change_state(state, change)]) == ["ok"]:
            return True
