"""A short list in the order of the column that its reader pressed."""

from __future__ import annotations

import re

import pytest

from chalicelib.console.sorting import in_order
from tests.functions.test_fuzz import busy, issuer
from tests.support.console import as_role, stage

__all__ = ["busy", "issuer", "stage"]
KEYS = {"n": lambda one: one[0], "word": lambda one: one[1]}
LINES = [(2, "b"), (10, "a"), (1, "c")]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("n", [1, 2, 10]), ("-n", [10, 2, 1]), ("word", [10, 2, 1]), ("", [2, 10, 1]), ("-x", [2, 10, 1])],
)
def test_lines_come_in_the_order_that_is_asked_for(wanted: str, found: list[int]) -> None:
    assert [one[0] for one in in_order(LINES, wanted, KEYS)] == found


@pytest.mark.usefixtures("stage", "busy")
@pytest.mark.parametrize("path", ["/campaigns", "/results"])
def test_each_column_sorts_both_ways_and_back(path: str) -> None:
    browser = as_role("marketing")
    page = str(browser.open(path).body)
    heads = re.findall(rf'<a href="{path}[?]sort=(-?\w+)">', page)
    assert len(heads) >= 4
    for head in heads:
        once = str(browser.open(f"{path}?sort={head}").body)
        other = head.removeprefix("-") if head.startswith("-") else f"-{head}"
        assert (once.count("aria-sort"), f'href="{path}?sort={other}"' in once) == (1, True)
        back = str(browser.open(f"{path}?sort={other}").body)
        assert (back.count("aria-sort"), f'href="{path}"' in back) == (1, True)


@pytest.mark.usefixtures("stage", "busy")
@pytest.mark.parametrize(
    ("path", "further"),
    [
        ("/audit", "after=2026-11-24"),
        ("/inbox", "show=all&before=9999"),
        ("/results/usage-alert/texts", "step=sent&part=1"),
    ],
)
def test_a_page_further_on_leads_back_to_the_first(path: str, further: str) -> None:
    browser = as_role("admin")
    assert "Back to the latest" not in str(browser.open(path).body)
    assert "Back to the latest" in str(browser.open(f"{path}?{further}").body)
