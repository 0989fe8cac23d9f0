"""The tables that other tests stand on."""

from __future__ import annotations

import pytest

from chalicelib import queues
from chalicelib.job import Job
from chalicelib.store import wire
from tests.support.dynamodb import Aws


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_test_finds_the_tables_empty(aws: Aws, time: str) -> None:
    assert aws.rows("conversations") == [], time
    row = {"msisdn": "+8613800000001", "item": "state", "version": 1}
    assert wire.write([wire.insert("conversations", row)]) == ["ok"]
    assert wire.write([wire.insert("conversations", row)]) == ["exists"]
    assert aws.rows("conversations") == [row]


def test_what_goes_out_can_be_looked_at(aws: Aws) -> None:
    job = Job(campaign="care", subscriber="s1", occasion="o", step="answer", lane="urgent")
    queues.send_jobs([job])
    queues.announce([("case.opened", {"id": "c1", "time": "2026-11-23T00:00:00.000Z"})])
    assert aws.jobs("urgent") == [job]
    assert aws.jobs("urgent") == []
    assert aws.announced() == [("case.opened", {"id": "c1", "time": "2026-11-23T00:00:00.000Z"})]
