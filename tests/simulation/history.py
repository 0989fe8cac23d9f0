"""What is known after a run, arranged for the checks: texts, rows with all their versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chalicelib.clock import parse
from chalicelib.store.dynamodb import plain_from
from chalicelib.store.schema.base import Table
from chalicelib.store.schema.catalogue import CATALOGUE
from chalicelib.store.schema.conversations import CONVERSATIONS
from tests.simulation.expressions import Item
from tests.simulation.network import Accepted
from tests.simulation.world import World

Row = Mapping[str, Any]
BETWEEN = 65.0  # seconds from claim to hand-off, a lease and a little, when a worker is held up


@dataclass(frozen=True)
class Life:
    """A row from its first version to its last; `row` None: it was removed."""

    msisdn: str
    item: str
    versions: Sequence[tuple[float, Row | None]]

    @property
    def last(self) -> Row:
        """The last version that was not a removal."""
        return next(row for _, row in reversed(self.versions) if row is not None)

    @property
    def begins(self) -> float:
        return self.versions[0][0]

    def at(self, moment: float, *, before: bool = False) -> Row | None:
        """The row as it was at a moment; `before`: just before."""
        found = None
        for at, row in self.versions:
            if at > moment or (before and at >= moment):
                break
            found = row
        return found

    def steps(self) -> Iterator[tuple[float, Row | None, Row]]:
        """Each change: when, before, after."""
        previous: Row | None = None
        for at, row in self.versions:
            if row is not None:
                yield at, previous, row
            previous = row


@dataclass(frozen=True)
class Text:
    """A text that a phone got, with the life of its row and the moment it was claimed."""

    sent: Accepted
    life: Life | None
    claimed_at: float
    row: Row  # as it was claimed

    @property
    def at(self) -> float:
        return self.sent.at

    @property
    def campaign(self) -> str:
        return self.sent.item.removeprefix("mt#").split("/")[0]


def _values(table: Table, item: Item | None) -> Row | None:
    """What an item says, with the defaults of what it does not hold; None for no item."""
    return dict(vars(table.load(plain_from(item)))) if item else None


class History:
    """A run, to be looked into."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.start = world.start

    @cached_property
    def lives(self) -> dict[tuple[str, str], Life]:
        """Every row of `conversations` that there ever was."""
        return {
            (key[0], key[1]): Life(
                key[0],
                key[1],
                [(one.at, _values(CONVERSATIONS, one.item)) for one in versions],
            )
            for key, versions in self.world.table("conversations").rows.items()
        }

    def of_kind(self, prefix: str) -> list[Life]:
        """Rows whose sort key begins so: `mt#`, `mo#`, `survey#`."""
        return [life for life in self.lives.values() if life.item.startswith(prefix)]

    def meant(self, reply: Life) -> str:
        """What a reply means, by whoever wrote it."""
        return self.world.phones.meant[reply.item.removeprefix("mo#")]

    @cached_property
    def by_item(self) -> dict[str, list[Life]]:
        """Texts by their item, whatever the number."""
        found: dict[str, list[Life]] = defaultdict(list)
        for life in self.of_kind("mt#"):
            found[life.item].append(life)
        return found

    @cached_property
    def texts(self) -> list[Text]:
        """What phones got, in order."""
        found = []
        for sent in self.world.network.accepted:
            life = self.lives.get((sent.to, sent.item))
            claimed_at, row = sent.at, {}
            for at, before, after in life.steps() if life else ():
                fresh = after["status"] == "sending" and after.get("token") == sent.token
                if fresh and (before is None or before.get("token") != sent.token):
                    claimed_at, row = at, dict(after)
                    break
            found.append(Text(sent, life, claimed_at, row))
        return found

    def state(self, msisdn: str, moment: float) -> Row:
        """The state of a number just before a moment."""
        life = self.lives.get((msisdn, "state"))
        return (life.at(moment, before=True) if life else None) or {}

    @cached_property
    def controls(self) -> Life:
        """The control row of the catalogue."""
        versions = self.world.table("catalogue").rows["control", "-"]
        return Life("control", "-", [(one.at, _values(CATALOGUE, one.item)) for one in versions])

    @cached_property
    def lines(self) -> dict[str, list[float]]:
        """When numbers changed hands, by what the operator said."""
        found: dict[str, list[float]] = defaultdict(list)
        for life in self.lives.values():
            if life.item == "state":
                for _, before, after in life.steps():
                    line = after.get("reassigned_at", "")
                    if line and line != (before or {}).get("reassigned_at"):
                        found[life.msisdn].append(parse(line).timestamp())
        return found

    def ago(self, moment: float) -> str:
        """A moment, as seconds after the start."""
        return f"{moment - self.start:.2f}s"


def drawn(history: History, msisdn: str) -> Iterator[float]:
    """When the number changed hands, by what was written."""
    life = history.lives.get((msisdn, "state"))
    for at, before, after in life.steps() if life else ():
        if after.get("reassigned_at") != (before or {}).get("reassigned_at"):
            yield at
