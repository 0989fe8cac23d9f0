"""A case's history on its page: what became of the texts that ask whether it got better."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from chalicelib.care import actions, reads
from chalicelib.care.actions import Act
from chalicelib.store.schema.cases import Case
from tests.support.console import as_role, stage
from tests.support.factories import WANG
from tests.support.service import Service

__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")


def test_the_history_says_what_became_of_a_re_check(service: Service) -> None:
    service.complain()
    service.settle()
    service.write("1 还是断网", "in-1")
    service.now += timedelta(hours=10)  # 22:00 in Shanghai
    (case,) = reads.open_of_subscriber(WANG.subscriber_id)
    case = actions.resolve(case.case_id, "换了光猫", Act("li.na", service.now))
    service.settle()
    assert "parked until" in history_of(case)
    service.write("还是断网，打了三次10000都没人管，我要投诉到工信部", "in-2")
    assert "withdrawn: the case has moved on" in history_of(case)
    case = actions.resolve(case.case_id, "换了线路", Act("li.na", service.now))
    service.now += timedelta(hours=15)  # past the send window, and the cap of one survey a day
    service.settle()
    service.settle()
    assert [text.context["campaign"] for text in service.network.texts].count("recheck-survey") == 1
    assert re.search(r"Re-check</b> Ringback <span.*?</span><br>sent 20", history_of(case))


def history_of(case: Case) -> str:
    page = str(as_role("care").open(f"/cases/{case.case_id}").body)
    return page.partition("<h2>History</h2>")[2]
