"""Care edits the words by which complaints are sorted, from the outside."""

from __future__ import annotations

import html
import re

import pytest

from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.factories import care_ready

__all__ = ["stage"]
FIELD = re.compile(r'name="(t-[\w-]+)" rows="12">\n(.*?)</textarea>', re.DOTALL)
BASE = re.compile(r'name="base" value="(\d+)"')
TEXT = "/topics?text=宽带冒烟"


def form_of(browser: Browser) -> dict[str, str]:
    page = browser.open("/topics")
    body = str(page.body)
    base = BASE.search(body)
    assert base
    fields = {name: html.unescape(lines) for name, lines in FIELD.findall(body)}
    return {**fields, "base": base[1], "mark": mark_of(page)}


@pytest.mark.usefixtures("stage")
def test_a_phrase_that_care_adds_sorts_from_then_on_and_can_be_taken_back() -> None:
    care_ready()
    browser = as_role("care")
    assert "冒烟 → " not in str(browser.open(TEXT).body)
    form = form_of(browser)
    assert browser.send("/topics", {**form, "t-network": form["t-network"] + "\n冒烟 5"}).status_code == 303
    assert "冒烟 → Network 5" in str(browser.open(TEXT).body)
    back = {"mark": form["mark"], "base": form_of(browser)["base"], "version": form["base"]}
    assert browser.send("/topics/back", back).status_code == 303
    assert "冒烟 → " not in str(browser.open(TEXT).body)


WRONG = {
    "no weight": ("冒烟", "network, line 2: &#39;冒烟&#39; must be a phrase"),
    "a word for a weight": ("冒烟 much", "network, line 2: &#39;冒烟 much&#39; must be a phrase"),
    "too heavy": ("冒烟 900", "topics.network.phrases"),
    "a phrase of one letter": ("x 3", "topics.network.phrases.x"),
}


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize(("line", "error"), WRONG.values(), ids=WRONG.keys())
def test_a_line_that_is_no_phrase_is_named_and_nothing_typed_is_lost(line: str, error: str) -> None:
    care_ready()
    browser = as_role("care")
    answer = browser.send("/topics", {**form_of(browser), "t-network": f"没信号 3\n{line}"})
    assert answer.status_code == 422
    assert error in str(answer.body)
    assert f"没信号 3\n{line}" in str(answer.body)


@pytest.mark.usefixtures("stage")
def test_what_a_colleague_saved_meanwhile_is_not_overwritten() -> None:
    care_ready()
    first, second = as_role("care"), as_role("supervisor")
    form, late = form_of(first), form_of(second)
    first.send("/topics", {**form, "t-network": form["t-network"] + "\n冒烟 5"})
    answer = second.send("/topics", {**late, "t-network": late["t-network"] + "\n漏电 5"})
    assert answer.status_code == 409
    assert "漏电 5" in str(answer.body)
    assert "冒烟 5" in form_of(second)["t-network"]
    urgent = {**form_of(second), "base": form["base"], "t-urgent": "漏电 5"}  # another field than theirs
    answer = second.send("/topics", urgent | {"t-network": late["t-network"]})
    kept = {name: html.unescape(lines) for name, lines in FIELD.findall(str(answer.body))}
    base = BASE.search(str(answer.body))
    assert base
    assert second.send("/topics", {**kept, "base": base[1], "mark": late["mark"]}).status_code == 303
    after = form_of(second)
    assert ("冒烟 5" in after["t-network"], after["t-urgent"]) == (True, "漏电 5"), "both hold"


@pytest.mark.usefixtures("stage")
def test_a_text_is_tried_with_the_phrases_as_they_are_typed_and_nothing_is_saved() -> None:
    care_ready()
    browser = as_role("care")
    form = form_of(browser)
    typed = form["t-network"] + "\n冒烟 5"
    tried = browser.send("/topics", {**form, "t-network": typed, "text": "宽带冒烟", "what": "try"})
    assert tried.status_code == 200
    assert "冒烟 → Network 5" in str(tried.body)
    assert "冒烟 5</textarea>" in str(tried.body)
    assert "冒烟" not in form_of(browser)["t-network"]
    browser.send("/topics", {**form, "t-other": "别的 5"})
    form = form_of(browser)
    back = {**form, "t-network": typed, "version": str(int(form["base"]) - 1)}
    refused = browser.send("/topics/back", back)
    assert refused.status_code == 422
    assert "You changed phrases here" in str(refused.body)
    assert "冒烟 5</textarea>" in str(refused.body)
    assert browser.send("/topics/back", back | {"t-network": form["t-network"]}).status_code == 303
