"""A change of a number's consent and its proof, written together or not at all.

Apart from `conversations`, for it takes pynamodb, which a function that only sends goes without until the
network refuses a text for the subscriber.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chalicelib.retries import doubling, retried
from chalicelib.store.conversations import FIRST_DELAY, TRIES, state
from chalicelib.store.schema.base import Change, replace
from chalicelib.store.schema.conversations import ConsentProof, NumberState
from chalicelib.store.transactions import ConditionFailed, Contention, Put, commit, put_new, put_over


def change_with_proof(
    msisdn: str, decide: Callable[[NumberState], tuple[Sequence[Change], ConsentProof | None]]
) -> tuple[NumberState, ConsentProof | None]:
    """Change the state of a number as `decide` says and keep the proof that it makes; again with what is
    there when others were faster. Without a proof nothing is written; one that is there already says that the
    change was made before, and it is not made again.

    Returns the state as it was decided on, and the proof. Raises RuntimeError when others keep changing it.
    """
    for _ in retried(doubling(FIRST_DELAY, TRIES)):
        before = state(msisdn)
        changes, proof = decide(before)
        if proof is None:
            return before, None
        try:
            commit([put_new(proof), *_changed(before, changes)])
        except Contention:
            continue
        except ConditionFailed as error:
            if proof.key not in error.keys:
                continue
        return before, proof
    raise RuntimeError("others kept changing the state of a number")


def _changed(before: NumberState, changes: Sequence[Change]) -> Sequence[Put]:
    if not changes:
        return ()
    version = NumberState.version
    after = replace(before, **dict((*changes, version.to(before.version + 1))))
    return (put_over(after, version, before.version) if before.version else put_new(after),)
