"""Long work in parts: which pages one message does, what is saved, and which messages are left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import parts
from chalicelib.parts import Later
from chalicelib.store import part_rows as stored
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.catalogue import Part, RunShard

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


@dataclass
class Work:
    """Parts of so many pages each, a store and a queue in memory; `time` pages fit one message."""

    pages: dict[str, int]
    time: int = 1000
    paused: int = 0  # further pages that are put off
    saved: dict[str, RunShard] = field(default_factory=dict)
    queue: list[tuple[list[str], int]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def page(self, part: RunShard) -> RunShard | Later:
        if self.paused:
            self.paused -= 1
            return Later(30)
        self.done.append(part.version)
        more = part.jobs + 1 < self.pages[part.version]
        return replace(part, jobs=part.jobs + 1, cursor={"at": part.jobs} if more else None, done=not more)

    def again(self, left: Sequence[RunShard], delay: int) -> None:
        self.queue.append(([one.version for one in left], delay))

    def save(self, part: Part) -> None:
        assert isinstance(part, RunShard)
        self.saved[part.version] = part

    def message(self, names: Sequence[str]) -> None:
        """Work off one message, as the function does."""
        left = self.time
        begun = len(self.done)
        waiting = [self.saved.get(name) or RunShard(name="run#x", version=name) for name in names]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stored, "save", self.save)
            parts.work_off(waiting, self.page, self.again, lambda: NOW, lambda: len(self.done) - begun < left)


@pytest.mark.parametrize(
    ("work", "done", "left"),
    [
        (Work({"a": 3}), "aaa", []),
        (Work({"a": 1, "b": 1}), "ab", []),
        (Work({"a": 3, "b": 1, "c": 2}), "abc", [(["a"], 0), (["c"], 0)]),
        (Work({"a": 3}, time=2), "aa", [(["a"], 0)]),
        (Work({"a": 1, "b": 1, "c": 1}, time=2), "ab", [(["c"], 0)]),
        (Work({"a": 2, "b": 1}, time=1), "a", [(["a"], 0), (["b"], 0)]),
        (Work({"a": 2}, paused=1), "", [(["a"], 30)]),
    ],
    ids=[
        "a lone part goes on to its end",
        "several small parts in one message",
        "of several parts, those with more get a message of their own",
        "a lone part out of time",
        "parts that were not begun in time stay together",
        "out of time after a page that has more",
        "a part that has to wait",
    ],
)
def test_a_message_does_what_fits_and_leaves_messages_for_the_rest(
    work: Work, done: str, left: list[tuple[list[str], int]]
) -> None:
    work.message(list(work.pages))
    assert ("".join(work.done), work.queue) == (done, left)


@given(
    pages=st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 6), min_size=1),
    time=st.integers(1, 8),
    paused=st.integers(0, 3),
    twice=st.booleans(),
)
def test_every_page_is_done_once_however_messages_are_cut_and_repeated(
    pages: dict[str, int], time: int, paused: int, twice: bool
) -> None:
    work = Work(pages, time, paused)
    work.queue.append((list(pages), 0))
    while work.queue:
        names, _ = work.queue.pop(0)
        work.message(names)
    if twice:
        work.message(list(pages))
    assert {name: work.done.count(name) for name in pages} == pages
    assert all(one.done and one.cursor is None and one.at for one in work.saved.values())
