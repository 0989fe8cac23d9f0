"""What the five tables are declared with: tables, keys, attributes, and the typed records that rooms get.

A kind of item is a subclass of `Record`, and each of its attributes is declared once:

    class Presence(Record, table=CASES, under="here#"):
        case_id: Attribute[str] = text("the case that is open")
        who: Attribute[str] = text("the user", default="")

`Presence(case_id=..., who=...)` is a frozen record whose fields a type checker knows, `Presence.who` is the
attribute itself: its name, its place in a condition, what it means. The pynamodb model of a kind follows from
it (`store.models`), and so does docs/data-model.md. Nothing here imports pynamodb or botocore, for the
functions that texts go through read and write without them.

An attribute that holds its default is not stored, and one that is not stored holds its default.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import FrozenInstanceError, dataclass, field
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    Literal,
    NamedTuple,
    Self,
    TypeVar,
    dataclass_transform,
    overload,
)

T = TypeVar("T")
R = TypeVar("R", bound="Record")
Type = Literal["S", "N", "BOOL", "L", "M", "SS", "ANY"]
"""DynamoDB's types, by its own letters; ANY is what JSON can hold."""
NEEDED: Any = object()
"""The default of an attribute that every item of its kind has."""
PlainItem = dict[str, Any]
"""An item as plain values, before it is a record: within the store only."""


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index. `include` are attributes it carries beside the keys; None: all of them."""

    name: str
    hash: str
    range: str = ""
    include: tuple[str, ...] | None = None


class Key(NamedTuple):
    """Where one item is: its table, its hash key and, if the table has one, its range key."""

    table: Table
    hash: str
    range: str = ""

    @property
    def partition(self) -> tuple[Table, str]:
        """Where it is, without its range key."""
        return self.table, self.hash

    @property
    def possible(self) -> bool:
        """Whether an item can be there at all: DynamoDB refuses to look for empty and for endless keys, which
        come from an address or a form that somebody made up."""
        if not self.hash or (self.table.range and not self.range):
            return False
        return all(
            len(value) * 4 <= longest or len(value.encode()) <= longest
            for value, longest in ((self.hash, 2_048), (self.range, 1_024))
        )

    def on_wire(self) -> dict[str, dict[str, str]]:
        """The key as DynamoDB writes it: all keys are text."""
        table = self.table
        if not table.range:
            return {table.hash: {"S": self.hash}}
        return {table.hash: {"S": self.hash}, table.range: {"S": self.range}}


@dataclass(frozen=True, eq=False)
class Table:
    """One of the five tables: key names, indexes, and the attribute that says when an item expires (epoch
    seconds; "" where nothing does)."""

    name: str
    hash: str
    range: str = ""
    ttl: str = ""
    indexes: tuple[Index, ...] = ()
    stream: bool = False
    kinds: list[type[Record]] = field(default_factory=list, repr=False)

    def key(self, hash: str, range: str = "") -> Key:
        """The key of an item of this table."""
        return Key(self, hash, range)

    def key_of(self, item: Mapping[str, Any]) -> Key:
        """The key out of an item's plain values."""
        return Key(self, item[self.hash], item[self.range] if self.range else "")

    def names(self, key: Key) -> dict[str, str]:
        """A key as attribute names and values."""
        return {self.hash: key.hash, self.range: key.range} if self.range else {self.hash: key.hash}

    def load(self, item: PlainItem) -> Record:
        """The record that an item's plain values are; which kind it is follows from its key.

        Raises LookupError for a key that no kind of this table has.
        """
        hash_value, range_value = item[self.hash], item[self.range] if self.range else ""
        for kind in self.kinds:
            if range_value.startswith(kind.under) and hash_value.startswith(kind.hash_under):
                return kind.load(item)
        raise LookupError(f"{self.name} has no kind of item for a key such as {range_value[:8]!r}")


class Change(NamedTuple):
    """An attribute and the value that an update gives it."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be true of an item for a write to happen, as PartiQL with a `?` for each of `holding`."""

    text: str
    holding: tuple[Any, ...] = ()

    def __and__(self, other: Condition) -> Condition:
        return Condition(f"{self.text} AND {other.text}", (*self.holding, *other.holding))


class Attribute(Generic[T]):
    """One attribute of a kind: of the class it is this object, of a record it is the value.

    It is no data descriptor, so reading a record's value is one look into its dictionary.
    """

    name: str
    kind: type[Record]

    def __init__(self, type: Type, meaning: str, default: Any, always: bool) -> None:
        self.type = type
        self.meaning = meaning
        self.default = default
        self.always = always  # stored though it holds its default: a condition names it

    def __set_name__(self, owner: type[Record], name: str) -> None:
        self.name = name
        self.kind = owner

    @overload
    def __get__(self, record: None, owner: type) -> Attribute[T]: ...
    @overload
    def __get__(self, record: object, owner: type) -> T: ...
    def __get__(self, record: Any, owner: type) -> Any:
        return self

    if TYPE_CHECKING:

        def __set__(self, record: Any, value: T) -> None: ...

    def to(self, value: T) -> Change:
        """The change of an update that sets this attribute."""
        return Change(self.name, value)

    def equals(self, value: T) -> Condition:
        """True of an item whose attribute has this value."""
        return Condition(f'"{self.name}" = ?', (value,))

    def one_of(self, values: Collection[T]) -> Condition:
        """True of an item whose attribute has one of these values."""
        return Condition(f'"{self.name}" IN [{",".join("?" * len(values))}]', tuple(values))

    def below(self, value: T) -> Condition:
        """True of an item whose attribute is less than this value."""
        return Condition(f'"{self.name}" < ?', (value,))

    def missing(self) -> Condition:
        """True of an item that does not have this attribute."""
        return Condition(f'"{self.name}" IS MISSING')


def text(meaning: str, *, default: Any = NEEDED, always: bool = False) -> Any:
    """An attribute that holds text."""
    return Attribute("S", meaning, default, always)


def number(meaning: str, *, default: Any = NEEDED, always: bool = False) -> Any:
    """An attribute that holds a number: int where it is whole, else float."""
    return Attribute("N", meaning, default, always)


def flag(meaning: str, *, default: Any = NEEDED, always: bool = False) -> Any:
    """An attribute that is true or false."""
    return Attribute("BOOL", meaning, default, always)


def sequence(meaning: str, *, default: Any = NEEDED, always: bool = False) -> Any:
    """An attribute that holds a list; records have it as a tuple."""
    return Attribute("L", meaning, default, always)


def mapping(meaning: str, *, default: Any = NEEDED, always: bool = False) -> Any:
    """An attribute that holds values by name."""
    return Attribute("M", meaning, default, always)


def text_set(meaning: str, *, default: Any = NEEDED, always: bool = False) -> Any:
    """An attribute that holds a set of texts, which an update can add to."""
    return Attribute("SS", meaning, default, always)


def anything(meaning: str, *, default: Any = NEEDED, always: bool = False) -> Any:
    """An attribute that holds whatever JSON can."""
    return Attribute("ANY", meaning, default, always)


@dataclass_transform(
    frozen_default=True, field_specifiers=(text, number, flag, sequence, mapping, text_set, anything)
)
class Record:
    """An item of a table, as a frozen value. Subclasses name their `table`, and `under` what prefix of the
    range key (`hash_under`: of the hash key) tells them from the table's other kinds; `rest` is the attribute
    that takes the numbers of an item whose names are not known beforehand. A subclass without a table is what
    rooms get of a kind that adds the keys of its indexes to it: name its attributes by it (`Case.rank`), for
    a type checker takes those that `CaseItem` inherits for their values."""

    table: ClassVar[Table]
    under: ClassVar[str]
    hash_under: ClassVar[str]
    rest: ClassVar[str]
    attributes: ClassVar[Mapping[str, Attribute[Any]]] = {}
    _blank: ClassVar[PlainItem]
    _defaults: ClassVar[PlainItem]
    _required: ClassVar[frozenset[str]]
    _omitted: ClassVar[PlainItem]
    _tuples: ClassVar[tuple[str, ...]]

    def __init_subclass__(
        cls, *, table: Table | None = None, under: str = "", hash_under: str = "", rest: str = ""
    ) -> None:
        found = dict(cls.attributes)  # those of the kind that this one adds to
        found |= {name: value for name, value in vars(cls).items() if isinstance(value, Attribute)}
        for name in cls.attributes:
            found[name] = copy(found[name])
            found[name].kind = cls
            setattr(cls, name, found[name])
        cls.attributes, cls.rest = found, rest
        cls._blank = {name: one.default for name, one in found.items()}
        cls._defaults = {name: value for name, value in cls._blank.items() if value is not NEEDED}
        cls._required = frozenset(found) - frozenset(cls._defaults)
        cls._tuples = tuple(name for name, one in found.items() if one.type == "L")
        cls._omitted = {name: value for name, value in cls._defaults.items() if not found[name].always}
        if table is not None:
            cls.table, cls.under, cls.hash_under = table, under, hash_under
            cls._omitted.pop(table.hash, None)
            cls._omitted.pop(table.range, None)
            table.kinds.append(cls)
            table.kinds.sort(key=lambda kind: len(kind.under) + len(kind.hash_under), reverse=True)

    if not TYPE_CHECKING:

        def __init__(self, *values: Any, **named: Any) -> None:
            if values:
                named.update(zip(self.attributes, values, strict=False))
            held = self.__dict__
            held.update(self._blank)  # in the order in which the kind names them
            held.update(named)
            if len(held) != len(self.attributes) or not self._required <= named.keys():
                wrong = (held.keys() - self.attributes.keys()) or (self._required - named.keys())
                raise TypeError(f"{type(self).__name__} takes no, or needs, {', '.join(sorted(wrong))}")

    @classmethod
    def load(cls, item: PlainItem) -> Self:
        """The record of an item's plain values, whatever its key. Attributes that are not declared are left
        out, so that old and new code can run side by side."""
        record = object.__new__(cls)
        held = record.__dict__
        held.update(cls._defaults)
        held.update(item)
        if len(held) > len(cls.attributes):
            for name in item.keys() - cls.attributes.keys():
                del held[name]
        if cls.rest:
            held[cls.rest] = {name: value for name, value in item.items() if name not in cls.attributes}
        for name in cls._tuples:
            held[name] = tuple(held[name])
        return record

    def plain(self) -> PlainItem:
        """What is stored of the record: the attributes that hold something. An item may lack a required one,
        as another release left it, and is shown without it."""
        omitted = self._omitted
        found = {
            name: value
            for name, value in self.__dict__.items()
            if name not in omitted or value != omitted[name]
        }
        if self.rest:
            found.update(found.pop(self.rest, {}))
        return found

    @property
    def key(self) -> Key:
        """Where the record is."""
        return self.table.key_of(self.__dict__)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        held = ", ".join(f"{name}={value!r}" for name, value in self.plain().items())
        return f"{type(self).__name__}({held})"

    if not TYPE_CHECKING:

        def __setattr__(self, name: str, value: Any) -> None:
            raise FrozenInstanceError(f"{type(self).__name__} is frozen: use `replace`")


if TYPE_CHECKING:
    from dataclasses import replace as replace
else:

    def replace(record: R, **changes: Any) -> R:
        """A record with other values for some attributes. For a type checker it is `dataclasses.replace`."""
        after = object.__new__(type(record))
        held = after.__dict__
        held.update(record.__dict__)
        held.update(changes)
        if len(held) != len(after.attributes):
            raise TypeError(f"{type(record).__name__} has no {', '.join(changes.keys() - after.attributes)}")
        return after


def of_kind(kind: type[R], records: Iterable[Record]) -> list[R]:
    """Those of several records that are of one kind, in order."""
    return [one for one in records if isinstance(one, kind)]
