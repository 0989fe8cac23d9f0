"""Supervisors write ready answers: what is kept, what is refused at its field, and who saved before."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from chalicelib.campaigns import lifecycle
from chalicelib.care.actions import LONGEST_ANSWER
from chalicelib.care.current import current
from chalicelib.store import catalogue, versions
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.factories import CARE_BRAND, care_document, care_live, care_ready, complain

__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")
HIDDEN = re.compile(r'<input type="hidden" name="(base|was)" value="([^"]*)"')
INPUT = re.compile(r'<input id="f-[^"]*" name="([^"]+)" type="text" value="([^"]*)"')
AREA = re.compile(r'<textarea id="f-[^"]*" name="([^"]+)"[^>]*>\n([^<]*)</textarea>')
TOPIC = re.compile(r'name="topics" value="([^"]+)" checked')
WRONG = re.compile(r'<p class="err" id="e-([^"]+)">([^<]+)</p>')


def form_of(browser: Browser, address: str) -> dict[str, list[str]]:
    """What the form of an answer holds, as a browser would send it."""
    page = browser.open(address)
    body = str(page.body)
    fields = [*HIDDEN.findall(body), *INPUT.findall(body), *AREA.findall(body)]
    lists = {name: [html.unescape(value)] for name, value in fields}
    chosen = {"topics": topics} if (topics := TOPIC.findall(body)) else {}
    return lists | chosen | {"mark": [mark_of(page)], "what": ["save"]}


def kept(id: str) -> dict[str, Any]:
    """An answer as the live settings hold it."""
    found: dict[str, Any] = next(one for one in current().live.care["answers"] if one["id"] == id)
    return found


def test_an_answer_that_is_only_looked_at_is_saved_as_it_was() -> None:
    care_ready()
    browser, before = as_role("supervisor"), care_document()["answers"]
    for one in before[:2]:  # on every case, on those of a topic
        sent = browser.send_lists("/answers", form_of(browser, f"/answers?id={one['id']}"))
        assert (sent.status_code, sent.headers["Location"]) == (303, f"/answers?id={one['id']}")
    assert current().live.care["answers"] == before
    others = {name: value for name, value in current().live.care.items() if name != "answers"}
    assert others == {name: value for name, value in care_document().items() if name != "answers"}


def test_an_answer_is_written_offered_by_its_topic_and_deleted() -> None:
    care_ready()
    case = complain()
    browser, care = as_role("supervisor"), as_role("care")
    form = form_of(browser, "/answers?new=1")
    assert form["was"] == form["id"] == [""]
    form |= {"id": ["回电"], "title|en": ["Call back"], "text|zh-CN": [" 我们稍后回电。\r\n谢谢 "]}
    form |= {"topics": ["network", "billing"]}
    assert browser.send_lists("/answers", form).status_code == 303
    assert kept("回电") == {
        "id": "回电",
        "title": {"en": "Call back"},
        "text": {"zh-CN": "我们稍后回电。\n谢谢"},
        "topics": ["network", "billing"],
    }
    assert 'data-id="回电">Call back</option>' in str(care.open(f"/cases/{case.case_id}").body)
    moved = form_of(browser, "/answers?id=回电") | {"topics": ["billing"], "id": ["call-back"]}
    assert browser.send_lists("/answers", moved).status_code == 303
    assert [one["id"] for one in current().live.care["answers"]][-2:] == ["call", "call-back"]
    assert "Call back</option>" not in str(care.open(f"/cases/{case.case_id}").body)
    gone = form_of(browser, "/answers?id=call-back") | {"what": ["delete"]}
    assert browser.send_lists("/answers", gone).headers["Location"] == "/answers"
    assert current().live.care["answers"] == care_document()["answers"]
    assert browser.send_lists("/answers", gone).status_code == 404
    assert browser.open("/answers?id=call-back").status_code == 404
    assert "go live" in str(as_role("admin").open("/audit").body)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        pytest.param({"id": [""]}, {"id": "1 to 40 letters"}, id="no shortcut"),
        pytest.param({"id": ["on it"]}, {"id": "1 to 40 letters"}, id="a blank in it"),
        pytest.param({"id": ["visit"]}, {"id": "choose another"}, id="another's shortcut"),
        pytest.param({"text|en": [""], "text|zh-CN": [" "]}, {"text|en": "one language"}, id="no text"),
        pytest.param({"title|en": [""], "title|zh-CN": [""]}, {"title|en": "one language"}, id="no title"),
        pytest.param({"text|zh-CN": ["{{ name }}您好"]}, {"text|zh-CN": "{{ name }}"}, id="a variable"),
        pytest.param({"text|en": ["At {time}."]}, {"text|en": "{time}"}, id="a blank to fill in"),
        pytest.param({"text|en": ["x" * (LONGEST_ANSWER + 1)]}, {"text|en": "1,500"}, id="too long"),
        pytest.param({"topics": ["weather"]}, {"topics": "weather"}, id="an unknown topic"),
        pytest.param(
            {"id": ["-"], "text|en": ["{%"], "text|zh-CN": ["{a}"]},
            {"id": "1 to", "text|zh-CN": "{a}"},
            id="two",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field_with_what_was_typed(
    typed: dict[str, list[str]], wrong: dict[str, str]
) -> None:
    care_ready()
    browser = as_role("supervisor")
    sent = browser.send_lists("/answers", form_of(browser, "/answers?id=on-it") | typed)
    page = str(sent.body)
    assert sent.status_code == 422
    said = {name: html.unescape(words) for name, words in WRONG.findall(page)}
    assert set(said) == set(wrong)
    assert [one for name, one in wrong.items() if one not in said[name]] == []
    shown = dict([*INPUT.findall(page), *AREA.findall(page)])
    assert {name: html.unescape(shown[name]) for name in typed if name != "topics"} == {
        name: values[0].strip() for name, values in typed.items() if name != "topics"
    }
    assert page.count("autofocus") == len([name for name in wrong if name != "topics"])
    assert current().live.care == care_document()


def test_whoever_was_second_sees_that_and_may_save_on_top() -> None:
    care_ready()
    browser = as_role("supervisor")
    mine, theirs = (form_of(browser, "/answers?id=visit") for _ in range(2))
    assert browser.send_lists("/answers", theirs | {"text|en": ["Theirs."]}).status_code == 303
    refused = browser.send_lists("/answers", mine | {"text|en": ["Mine."]})
    page = str(refused.body)
    assert refused.status_code == 409
    assert "saved version 2" in page
    assert ">\nMine.</textarea>" in page
    assert "Theirs." in page
    assert kept("visit")["text"]["en"] == "Theirs."
    again = mine | {"text|en": ["Mine."], "base": [dict(HIDDEN.findall(page))["base"]]}
    assert browser.send_lists("/answers", again).status_code == 303
    assert kept("visit")["text"]["en"] == "Mine."


def test_what_is_typed_is_counted_with_the_dearest_signature_and_nothing_is_kept() -> None:
    care_live()
    signs = CARE_BRAND | {"id": "second", "signature": {"zh-CN": "【云通】"}}
    number = versions.save("brand#second", signs, by="test", at="2026-11-01T00:00:00.000Z", status="live")
    catalogue.go_live({"brand#second": number})
    browser = as_role("supervisor")
    mark = mark_of(browser.open("/answers"))
    asked = {"mark": mark, "what": "count", "as": "json", "language": "zh-CN"}
    for text, said in (("", ""), ("好" * 66, "1 segment · 0 "), ("好" * 67, "2 segments · 63 ")):
        answer = browser.send("/answers", asked | {"text": text})
        assert json.loads(str(answer.body))["said"].startswith(said)
    looked = browser.send_lists(
        "/answers", form_of(browser, "/answers") | {"what": ["look"], "text|en": ["!"]}
    )
    assert ">\n!</textarea>" in str(looked.body)
    assert len(lifecycle.history("care")) == 1
    assert as_role("care").open("/answers").status_code == 403
