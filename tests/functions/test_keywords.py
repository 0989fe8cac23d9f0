"""Campaigns that a keyword starts, through the whole service."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.campaigns.live import live
from chalicelib.care import reads
from chalicelib.delivery import change_consent
from chalicelib.delivery.drafting import policy_of
from chalicelib.store import catalogue, conversations, versions
from chalicelib.store.schema.conversations import Reply, Survey, reply_key
from tests.support.factories import WANG
from tests.support.service import Service

COMPLAINT = "宽带断了三天了，打10000没人管，我要投诉到工信部"
STRANGER = "+8613900000099"


def campaign(id_: str, keywords: list[str], **fields: Any) -> None:
    """Put a campaign live that its keywords start."""
    document = {
        "id": id_,
        "title": {"zh-CN": id_, "en": id_},
        "category": "marketing",
        "trigger": {"reply": keywords},
        "texts": {"text": {"zh-CN": "{{ keyword }}好礼", "en": "{{ keyword }} offer"}},
        **fields,
    }
    name = f"campaign#{id_}"
    catalogue.go_live({name: versions.save(name, document, by="t", at="", status="live")})


def said(service: Service) -> list[str]:
    """What went out since the last look, as campaign and words."""
    service.settle()
    found = [f"{one.context['campaign']}: {one.body}" for one in service.network.texts]
    service.network.texts.clear()
    return found


def reply(inbound_id: str, msisdn: str = WANG.msisdn) -> Reply:
    key = reply_key(msisdn, inbound_id)
    return conversations.find(Reply, [key])[key]


@pytest.mark.parametrize("words", ["进度", "進度", "status", "ＳＴＡＴＵＳ。", "您好，查进度，谢谢"])
def test_who_asks_without_a_case_is_told_that_there_is_none(words: str, service: Service) -> None:
    service.write(words)
    (told,) = said(service)
    assert told.startswith("case-status: 【云通】您目前没有正在处理的问题")
    kept = reply("in-1")
    assert (kept.handled, kept.automatic) == ("rule", "keyword:case-status")


def test_who_asks_is_told_where_the_case_stands(service: Service) -> None:
    service.write(COMPLAINT)
    (acknowledged,) = said(service)
    assert "专人将在" in acknowledged
    service.now += timedelta(minutes=5)
    service.write("进度", "in-2")
    (told,) = said(service)
    assert "已登记，等待专人处理" in told
    assert "前完成" in told
    assert len(list(reads.open_of_subscriber("s-1"))) == 1


def test_a_survey_goes_on_waiting_while_somebody_asks(service: Service) -> None:
    service.complain()
    said(service)
    service.write("进度")
    assert [one.split(":")[0] for one in said(service)] == ["case-status"]
    service.write("5", "in-2")
    said(service)
    (survey,) = (one for one in service.aws.rows("conversations") if one["item"].startswith(Survey.under))
    assert (survey["status"], survey["score"]) == ("answered", 5)


def test_a_stranger_who_asks_is_answered_in_the_language_they_write(service: Service) -> None:
    service.write("进度", msisdn=STRANGER)
    (told,) = said(service)
    assert "您目前没有" in told


def test_the_same_keyword_again_is_answered_as_the_brake_allows_and_each_reply_once(service: Service) -> None:
    told = []
    for number in range(4):
        for _ in range(2):
            service.write(["进度", "查进度", "STATUS", "处理进度"][number], f"in-{number}")
        told.append(len(said(service)))
        service.now += timedelta(minutes=20)
    assert told == [1, 0, 0, 1]  # one an hour


def test_marketing_has_keywords_of_its_own_and_its_category_decides(service: Service) -> None:
    campaign("gift", ["好礼", "GIFT"], brand="yuntong", occasion="{{ keyword }}")
    service.write("gift")
    assert said(service) == ["gift: 【云通】GIFT好礼，退订回T"]
    service.now += timedelta(days=2)
    service.write("GIFT!", "in-2")
    assert said(service) == []  # the campaign says that it goes out once for each keyword
    service.now += timedelta(hours=2)
    service.write("好礼", "in-3")
    assert said(service) == ["gift: 【云通】好礼好礼，退订回T"]


def test_a_no_keeps_marketing_away_that_a_keyword_asks_for(service: Service) -> None:
    campaign("gift", ["好礼"])
    policy = policy_of(live(catalogue.control()))
    change_consent.opt_out(
        WANG.msisdn, "yuntong|all", at=service.now, how="sms", words="退订", proof_id="p", policy=policy
    )
    service.write("好礼")
    assert said(service) == []
    service.write("进度", "in-2")
    assert len(said(service)) == 1  # who asks is answered


def test_a_keyword_of_another_brand_starts_nothing(service: Service) -> None:
    campaign("gift", ["好礼"], brand="skylark")
    service.write("好礼")
    assert said(service) == []


def test_a_keyword_among_other_words_is_what_it_says(service: Service) -> None:
    service.write("你们的进度也太慢了，宽带断了五天都没人来修")
    assert [one.split(":")[0] for one in said(service)] == ["automatic"]
    assert reply("in-1").handled == "case"


def test_an_agents_text_makes_a_keyword_conversation(service: Service) -> None:
    service.write(COMPLAINT)
    said(service)
    (case,) = reads.open_of_subscriber("s-1")
    from chalicelib import queues
    from chalicelib.clock import iso
    from chalicelib.job import Job

    until = iso(service.now + timedelta(hours=12))
    queues.send_jobs(
        [Job("care", "s-1", f"{case.case_id}/1", "answer", "urgent", {"text": "明天上门"}, valid_until=until)]
    )
    assert len(said(service)) == 1
    service.write("进度", "in-2")
    assert said(service) == []
    assert reply("in-2").handled == "case"


def test_texts_about_a_complaint_in_the_ticketing_system(service: Service) -> None:
    about = {"complaint_id": "TT-1", "topic": "宽带"}
    by = "2026-11-25T18:00:00+08:00"
    service.happen("complaint.opened", **about, expected_by=by)
    service.happen("complaint.opened", **about, expected_by=by, id="again")
    (told,) = said(service)
    assert told.startswith("complaint-opened: 【云通】您反映的问题已登记，编号TT-1。我们预计在11月25日")
    service.happen("complaint.progress", **about, state="visit_planned", expected_by=by)
    service.happen("complaint.progress", **about, state="visit_planned", expected_by=by, id="again")
    service.happen("complaint.progress", **about, state="转区公司处理", id="e-3")
    news = said(service)
    assert ["已安排师傅上门" in one or "转区公司处理" in one for one in news] == [True, True]
    service.now += timedelta(minutes=1)
    service.write("进度", "in-1")
    (told,) = said(service)
    assert "11月24日反映的问题的进展：转区公司处理。预计11月25日" in told, (
        "the newest news; the date still holds"
    )
    at = service.now.isoformat()
    service.happen("complaint.resolved", **about, opened_at=at, resolved_at=at, id="e-4")
    service.now += timedelta(hours=2)
    service.write("STATUS", "in-2")
    assert "没有正在处理的问题" in said(service)[-1]
