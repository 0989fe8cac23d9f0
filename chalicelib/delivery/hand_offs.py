"""A text that was handed off more than once: whose receipt is whose, and what all of them come to.

Each hand-off has a claim token of its own, which comes back with its receipts. A row has the token of its
last hand-off; what the network says of an earlier one while the last is under way is noted beside it
(`said`), and counts once the last one came to nothing. What all words together come to:

last hand-off            earlier ones                  the text
anything                 one was delivered             delivered, as when the last one was
undelivered              not delivered                 undelivered
taken                    not delivered                 sent
under way, no word       not delivered                 stays as it is: nothing of an earlier one ends it
closed                   one was undelivered           undelivered
closed                   one was taken                 sent
closed                   nothing is known of them      again, or failed, as the refusal or the doubt says

A hand-off is closed when it was refused, put off, or its doubt ended without a word. Of what is said of one
hand-off the later in `RANK` counts, in whichever order it comes: a refusal is taken back by an
acknowledgement, never the other way round. So the order of receipts decides nothing, but for one thing: what
ended a text stays its end.

Only the first of several parts has a receipt. It delivers the text once the network has taken all parts, or
once no word about them is waited for any more. Where it refused some, the hand-off is closed, `in part`, and
the first part's receipt delivers nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any, Final, Literal

from chalicelib.store.schema.conversations import Text

NetworkWord = Literal["first part", "closed", "in part", "taken", "undelivered", "delivered"]
ComesTo = Literal["delivered", "undelivered", "sent", "under way", "again"]
RANK: Final[Mapping[NetworkWord | None, int]] = {
    None: 0, "first part": 1, "closed": 2, "in part": 3, "taken": 4, "undelivered": 5, "delivered": 6,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HandOffWord:
    """What the network said of one hand-off: under which id, when by its clock (ISO), why not, how many parts
    it counted and what it took for them."""

    word: NetworkWord
    id: str = ""
    at: str = ""
    reason: str = ""
    parts: int = 0
    price: float | None = None


Words = Mapping[str, HandOffWord]
"""What was heard of each hand-off, by its token."""
CLOSED: Final = HandOffWord("closed")
IN_PART: Final = HandOffWord("in part")


def verdict(last: NetworkWord | None, earlier: Collection[NetworkWord]) -> ComesTo:
    """What the words about a text's hand-offs come to: the table above."""
    if last == "delivered" or "delivered" in earlier:
        return "delivered"
    match last:
        case "undelivered":
            return "undelivered"
        case "taken":
            return "sent"
        case None | "first part":
            return "under way"
    if "undelivered" in earlier:
        return "undelivered"
    return "sent" if "taken" in earlier else "again"


def words_of(text: Text) -> dict[str, HandOffWord]:
    """What is known of the hand-offs of a text that has not ended: what was noted, and of the last one what
    its status says."""
    known: Mapping[str, Sequence[Any]] = json.loads(text.said) if text.said else {}
    words = {token: HandOffWord(*one) for token, one in known.items()}
    if text.status == "sent":
        words.setdefault(text.token, HandOffWord("taken", text.message_id, text.sent_at))
    elif text.status == "held":
        words.setdefault(text.token, CLOSED)
    return words


def noted(words: Words) -> str:
    """These words as a row holds them."""
    return json.dumps({token: astuple(one) for token, one in words.items()}, separators=(",", ":"))


def with_words(words: Words, news: Iterable[tuple[str, HandOffWord]]) -> dict[str, HandOffWord]:
    """The words, and what was heard beside: of each hand-off that which says most."""
    found = dict(words)
    for token, heard in news:
        before = found.get(token)
        first = next((one for one in (before, heard) if one and one.word == "first part"), None)
        if first and before and {before.word, heard.word} & {"taken", "closed"}:
            found[token] = replace(first, word="delivered")  # nothing speaks against the other parts
        elif RANK[heard.word] > RANK[before.word if before else None]:
            found[token] = heard
    return found


def judged(text: Text, words: Words) -> tuple[ComesTo, HandOffWord]:
    """What the words come to for a text that has not ended, and the one that says so (the last hand-off's,
    if it does)."""
    last = words.get(text.token)
    earlier = [one for token, one in words.items() if token != text.token]
    found = verdict(last.word if last else None, {one.word for one in earlier})
    meant = {"sent": "taken"}.get(found, found)
    ordered = [*([last] if last else []), *earlier]
    return found, next((one for one in ordered if one.word == meant), CLOSED)
