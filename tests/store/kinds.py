"""Every kind of item of the five tables, and believable items of each."""

from __future__ import annotations

from typing import Any, Literal

from hypothesis import strategies as st

from chalicelib.store.schema.base import Attribute, Record, Table
from chalicelib.store.schema.cases import CASES
from chalicelib.store.schema.catalogue import CATALOGUE
from chalicelib.store.schema.conversations import CONVERSATIONS
from chalicelib.store.schema.results import RESULTS
from chalicelib.store.schema.subscribers import SUBSCRIBERS

TABLES: tuple[Table, ...] = (CONVERSATIONS, SUBSCRIBERS, CATALOGUE, CASES, RESULTS)
KINDS: tuple[type[Record], ...] = tuple(kind for table in TABLES for kind in table.kinds)

_SURROGATES: tuple[Literal["Cs"]] = ("Cs",)
_texts = st.text(alphabet=st.characters(exclude_categories=_SURROGATES), max_size=12)
_numbers = st.one_of(
    st.integers(-(10**9), 10**9),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda one: round(one, 6)).filter(lambda one: one % 1 != 0),
)
_plain = st.recursive(
    st.one_of(_texts, _numbers, st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(_texts.filter(bool), inner, max_size=3)
    ),
    max_leaves=6,
)
_by_type: dict[str, st.SearchStrategy[Any]] = {
    "S": _texts,
    "N": _numbers,
    "BOOL": st.booleans(),
    "L": st.lists(_plain, max_size=3).map(tuple),
    "M": st.dictionaries(_texts.filter(bool), _plain, max_size=3),
    "SS": st.frozensets(_texts.filter(bool), max_size=3),
    "ANY": _plain,
}


_WHOLE = {
    "state",
    "case",
    "-",
    "label",
    "control",
    "names",
    "zones",
    "batches",
    "forgotten",
    "people",
    "api-keys",
}


def key_value(kind: type[Record], name: str) -> st.SearchStrategy[str]:
    """Values of a key attribute of a kind: those that the kind is told by."""
    prefix = kind.hash_under if name == kind.table.hash else kind.under
    exact = prefix in _WHOLE
    # `-` is the head of something in parts, never a part; and nobody is called as another kind's key begins.
    begins = {start for one in kind.table.kinds for start in (one.hash_under, one.under)} - {""}
    rest = _texts.filter(lambda one: one[:1].isalnum() and not one.startswith(tuple(begins)))
    return st.just(prefix) if exact else rest.map(lambda one: f"{prefix}{one}")


def items(kind: type[Record]) -> st.SearchStrategy[Record]:
    """Items of a kind, any of whose attributes may hold their default."""

    def value(name: str, one: Attribute[Any]) -> st.SearchStrategy[Any]:
        if name in (kind.table.hash, kind.table.range):
            return key_value(kind, name)
        if name == kind.rest:
            figures = st.text("abcdefg:", min_size=1, max_size=8).map(lambda figure: f"x{figure}")
            return st.dictionaries(figures, _numbers, max_size=3)
        return _by_type[one.type]

    return st.builds(kind, **{name: value(name, one) for name, one in kind.attributes.items()})
