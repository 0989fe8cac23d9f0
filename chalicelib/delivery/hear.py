"""Records what the network says of a hand-off on rows that have to be looked at first: of texts that were
handed off more than once, which a write that asks for the last hand-off's token does not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from chalicelib.clock import iso
from chalicelib.delivery.hand_offs import ComesTo, HandOffWord, Words, judged, noted, with_words, words_of
from chalicelib.delivery.states import FINAL
from chalicelib.store import conversations
from chalicelib.store.conversations import Statement
from chalicelib.store.schema.base import Attribute, Change, Condition, Key
from chalicelib.store.schema.conversations import Text

ROUNDS = 5  # others may change a row between the look and the write
LAST = "last"  # in the place of a token: whichever hand-off was the last
WAITS: tuple[Attribute[str], ...] = (Text.lease_until, Text.due_partition, Text.due, Text.job)
News = Mapping[Key, Iterable[tuple[str, HandOffWord]]]
"""What was heard, by the text and its hand-off's token."""


def hear(news: News, now: datetime) -> None:
    """Record it: end the text, or note it. Raises as `look_and_write`."""
    keys = [key for key, heard in news.items() if heard]
    look_and_write(keys, lambda text: settled(text, news[text.key], now))


def look_and_write(keys: Iterable[Key], change: Callable[[Text], Statement | None]) -> None:
    """Write what follows from each of these texts as it is now; None: nothing does.

    Raises RuntimeError when others keep changing a row: then the batch comes back.
    """
    waiting = list(keys)
    for _ in range(ROUNDS):
        if not waiting:
            return
        texts = conversations.find(Text, waiting)
        statements = {key: one for key, text in texts.items() if (one := change(text))}
        answers = conversations.write_surely(list(statements.values()))
        waiting = [key for key, answer in zip(statements, answers, strict=True) if answer != "ok"]
    raise RuntimeError(f"others kept changing {len(waiting)} texts")


def settled(text: Text, news: Iterable[tuple[str, HandOffWord]], now: datetime) -> Statement | None:
    """The write that follows from the news of a text; None: they change nothing."""
    if text.status in FINAL:
        return None
    before = words_of(text)
    named = ((text.token if token == LAST else token, heard) for token, heard in news)
    words = with_words(before, [one for one in named if one[0] == text.token or _counts(*one, before)])
    if words == before:
        return None
    found, heard = judged(text, words)
    if found == "again" and text.status != "sending":
        return None
    if found in ("under way", "again") or found == text.status:
        if text.status == "sent" and words[text.token].word == "taken":
            return None  # nothing of an earlier one matters any more
        return conversations.update(text.key, Text.said.to(noted(words)), where=unchanged(text))
    beside = (Text.said.to(noted(words)),)
    return ended(text.key, found, heard, now, unchanged(text), beside)


def _counts(token: str, heard: HandOffWord, before: Words) -> bool:
    """Whether a word about an earlier hand-off says anything. That it came to nothing is what its row stands
    for already, and its first part is no text unless the network took the others."""
    if heard.word == "first part":
        return token in before and before[token].word == "taken"
    return heard.word != "closed"


def ended(
    key: Key,
    found: ComesTo,
    heard: HandOffWord,
    now: datetime,
    where: Condition,
    beside: Iterable[Change] = (),
) -> Statement:
    """The write of a text that the network has, or had: `found` is sent, delivered or undelivered."""
    changes = [Text.status.to(found), *beside]
    gone = WAITS if heard.reason else (*WAITS, Text.reason)
    if heard.id:  # else what is known of it stays
        changes.append(Text.message_id.to(heard.id))
    if found == "sent":
        changes.append(Text.sent_at.to(heard.at))
        return conversations.update(key, *changes, remove=gone, where=where)
    changes += [
        Text.receipt_at.to(iso(now)),
        Text.network_at.to(heard.at),
        Text.parts.to(heard.parts),
    ]
    if heard.reason:
        changes.append(Text.reason.to(heard.reason))
    if heard.price is not None:
        changes.append(Text.price.to(heard.price))
    return conversations.update(key, *changes, remove=gone, where=where)


def unchanged(text: Text) -> Condition:
    """True of the row while its state, its hand-off, its wait and what was said of it are what they were."""
    where = Text.status.equals(text.status)
    for attribute, value in ((Text.token, text.token), (Text.due, text.due), (Text.said, text.said)):
        where &= attribute.equals(value) if value else attribute.missing()
    return where
