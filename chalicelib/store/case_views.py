"""The views of the list of cases that people and teams saved: one row of `catalogue` for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from chalicelib.store import dynamodb
from chalicelib.store.dynamodb import insert, read, update, write_one
from chalicelib.store.schema.accounts import SavedViews
from chalicelib.store.schema.base import Key, of_kind
from chalicelib.store.schema.catalogue import (
    CATALOGUE,
    HEAD,
)

Views = Mapping[str, Mapping[str, Any]]  # by their ids, as `SavedViews.views` has them


def of_owners(owners: Iterable[str]) -> dict[str, Views]:
    """The views of several owners (`person/<subject>`, `team/<team>`), in one call."""
    found = of_kind(SavedViews, read(map(_key, owners), consistent=(CATALOGUE,)))
    return {one.name.removeprefix(SavedViews.hash_under): one.views for one in found}


def change(owner: str, changed: Callable[[Views], Views]) -> None:
    """Put what `changed` makes of an owner's views in their place. It is called again where somebody else was
    faster; what it raises ends it, with nothing written."""
    key = _key(owner)
    while True:
        there = dynamodb.get(SavedViews, key)
        views = changed(there.views if there else {})
        if there is None:
            done = write_one(insert(SavedViews(name=key.hash, views=views, revision=1)))
        else:
            values = (SavedViews.views.to(views), SavedViews.revision.to(there.revision + 1))
            done = write_one(update(key, *values, where=SavedViews.revision.equals(there.revision)))
        if done == "ok":
            return


def _key(owner: str) -> Key:
    return CATALOGUE.key(f"{SavedViews.hash_under}{owner}", HEAD)
