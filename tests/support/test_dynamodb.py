"""The tables that other tests stand on."""

from __future__ import annotations

import pytest

from chalicelib import queues
from chalicelib.events_out import EVENTS_OUT, example_of
from chalicelib.job import Job
from chalicelib.store.dynamodb import insert, write
from chalicelib.store.schema.conversations import NumberState
from tests.support.dynamodb import Aws


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_test_finds_the_tables_empty(aws: Aws, time: str) -> None:
    assert aws.rows("conversations") == [], time
    state = NumberState(msisdn="+8613800000001", version=1)
    assert write([insert(state)]) == ["ok"]
    assert write([insert(state)]) == ["exists"]
    assert aws.rows("conversations") == [{"msisdn": "+8613800000001", "item": "state", "version": 1}]


def test_what_goes_out_can_be_looked_at(aws: Aws) -> None:
    job = Job(campaign="care", subscriber="s1", occasion="o", step="answer", lane="urgent")
    queues.send_jobs([job])
    queues.announce([("case.opened", EVENTS_OUT["case.opened"].example)])
    assert aws.jobs("urgent") == [job]
    assert aws.jobs("urgent") == []
    assert aws.announced() == [("case.opened", example_of("case.opened"))]
