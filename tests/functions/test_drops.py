"""Files in the drop bucket: keys as they are, what is no text, many bad lines, and the report beside."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import boto3
import pytest

from chalicelib.functions import drops, intake
from chalicelib.intake import dropped, regions
from chalicelib.store import event_history, subscribers
from tests.support.factories import WANG
from tests.support.service import Service

BUCKET = "drops"


@pytest.fixture
def s3(service: Service) -> Any:
    del service  # AWS is there from here on
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    return client


def put(service: Service, s3: Any, key: str, body: bytes, **metadata: str) -> list[str]:
    """Drop a file and let the function read it; the reasons and places of its dead letters."""
    s3.put_object(Bucket=BUCKET, Key=key, Body=body, Metadata=metadata)
    service.feed(drops.drop, [json.dumps({"detail": {"bucket": {"name": BUCKET}, "object": {"key": key}}})])
    return service.aws.messages("drops-dead")


def released(service: Service, id_: str) -> bytes:
    event = {"type": "number.released", "id": id_, "time": service.now.isoformat(), "subscriber_id": "s-1"}
    return json.dumps({**event, "msisdn": WANG.msisdn}).encode() + b"\n"


@pytest.mark.parametrize("key", ["events/a+b.jsonl", "events/100%2B.jsonl", "events/今天 的.jsonl"])
def test_a_file_is_found_by_its_key_as_it_is(service: Service, s3: Any, key: str) -> None:
    assert put(service, s3, key, released(service, "1")) == []
    assert len(service.aws.messages("intake")) == 1


def test_a_gzip_file_is_read(service: Service, s3: Any) -> None:
    assert put(service, s3, "events/a.jsonl.gz", gzip.compress(released(service, "1"))) == []
    assert len(service.aws.messages("intake")) == 1


@pytest.mark.parametrize("folder", ["events", "subscribers"])
def test_a_file_that_is_no_text_is_one_dead_letter(service: Service, s3: Any, folder: str) -> None:
    noise = bytes((n * 7919 + n // 251) % 256 for n in range(200_000))
    assert len(put(service, s3, f"{folder}/photo.bin", noise)) == 1


def test_bad_lines_have_a_letter_each_up_to_a_number_and_one_for_all_the_others(
    service: Service, s3: Any
) -> None:
    letters = put(service, s3, "events/a.jsonl", b"nonsense\n" * 1000 + released(service, "1"))
    assert len(letters) == dropped.LETTERS + 1
    assert len(service.aws.messages("intake")) == 1


def test_a_byte_that_is_not_utf8_costs_its_line(service: Service, s3: Any) -> None:
    bad = released(service, "2").replace(b'"2"', "王".encode("gb18030"))
    (letter,) = put(service, s3, "events/a.jsonl", released(service, "1") + bad)
    assert json.loads(letter)["line"] == 2
    assert len(service.aws.messages("intake")) == 1


def test_a_line_that_is_no_event_is_answered_by_the_id_that_it_says(service: Service, s3: Any) -> None:
    bad = released(service, "2").replace(WANG.msisdn.encode(), b"12")
    for key in ("events/a.jsonl", "events/again.jsonl"):
        (letter,) = put(service, s3, key, released(service, "1") + bad)
        assert json.loads(letter)["line"] == 2
    (found,) = event_history.of_event("2")
    assert (found.outcome, found.counter, found.whom) == ("refused", "operator.file", "s-1")
    assert found.problem["place"] == "msisdn"
    assert event_history.of_event("1") == [], "it waits for intake"


def test_subscribers_come_in_by_chinese_headings_and_a_report_says_how(service: Service, s3: Any) -> None:
    head = "用户编号;手机号;姓名;备注;生日;品牌"
    rows = f"{head}\nN1;13800138001;赵敏;x;1990-02-31;yuntong\nN2;1380013;李雷;;;yuntong\n"
    (letter,) = put(service, s3, "subscribers/a.csv", rows.encode("gb18030"))
    assert json.loads(letter)["line"] == 3
    found = subscribers.get("N1")
    assert found is not None
    # the national way, in the country of the brand; a bad birthday costs the birthday
    assert (found.msisdn, found.name, found.birthday) == ("+8613800138001", "赵敏", "")
    report = json.loads(s3.get_object(Bucket=BUCKET, Key="reports/subscribers/a.csv.json")["Body"].read())
    assert report["encoding"] == "gb18030"
    assert report["columns"]["msisdn"] == "手机号"
    assert report["not_understood"] == ["备注"]
    assert [(one["line"], one["field"]) for one in report["left_out"]] == [(2, "birthday")]
    assert "赵敏" not in json.dumps(report, ensure_ascii=False)


def test_a_report_is_no_file_to_read(service: Service, s3: Any) -> None:
    assert put(service, s3, "reports/subscribers/a.csv.json", b"{}") == []


def test_an_old_dump_says_as_of_when_and_overwrites_nothing_newer(service: Service, s3: Any) -> None:
    event = {"id": "e", "time": service.now.isoformat(), "subscriber_id": "s-1"}
    changed = {**event, "plan": "5g-128", "ends_on": "2027-01-31", "reason": "renewed"}
    service.feed(intake.intake, [json.dumps({"detail-type": "plan.changed", "detail": changed})])
    rows = b"subscriber_id,plan_ends_on,tier\ns-1,2026-12-01,gold\n"
    put(service, s3, "subscribers/old.csv", rows, **{"as-of": "2020-01-01T00:00:00+08:00"})
    found = subscribers.get("s-1")
    assert found is not None
    assert (found.plan_ends_on, found.tier) == ("2027-01-31", "gold")


def test_of_two_dumps_the_later_one_counts_in_whatever_order_they_come(service: Service, s3: Any) -> None:
    new, old = service.now - timedelta(hours=1), service.now - timedelta(days=2)
    put(service, s3, "subscribers/new.csv", b"subscriber_id,tier\ns-1,gold\n", **{"as-of": new.isoformat()})
    put(service, s3, "subscribers/old.csv", b"subscriber_id,tier\ns-1,silver\n", **{"as-of": old.isoformat()})
    event = {"id": "e", "time": old.isoformat(), "subscriber_id": "s-1", "tier": "diamond"}
    service.feed(intake.intake, [json.dumps({"detail-type": "subscriber.changed", "detail": event})])
    found = subscribers.get("s-1")
    assert found is not None
    assert found.tier == "gold"


def outage(service: Service, region: str) -> str:
    at = service.now.isoformat()
    times = {"starts_at": at, "expected_end": at.replace("2026", "2027")}
    detail = {"id": region, "time": at, "region": region, "what": "4G", **times}
    return json.dumps({"detail-type": "outage.announced", "detail": detail})


@pytest.mark.parametrize("region", ["湖南", "湖南省长沙市", "Hunan/长沙"])
def test_an_outage_finds_its_region_in_any_spelling(service: Service, region: str) -> None:
    service.feed(intake.intake, [outage(service, region)])
    assert service.aws.messages("intake-dead") == []
    assert len(service.aws.messages("runs")) >= 1


@pytest.mark.parametrize("region", ["广东/深圳", "火星"])
def test_an_outage_where_nobody_lives_is_a_dead_letter(service: Service, region: str) -> None:
    service.feed(intake.intake, [outage(service, region)])
    assert len(service.aws.messages("intake-dead")) == 1


def test_the_operators_own_cities_are_known_to_files_events_and_outages(
    service: Service, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = regions.gazetteer({"湖南": {"长沙": {"also": ["Changsha"], "counties": {"岳麓": ["Yuelu"]}}}})
    monkeypatch.setattr(regions, "own_places", lambda: own)
    regions.region_of.cache_clear()
    try:
        put(
            service,
            s3,
            "subscribers/a.csv",
            b"subscriber_id,msisdn,region\nR-1,+8613900007701,Hunan/Changsha/Yuelu\n",
        )
        found = subscribers.get("R-1")
        assert found is not None
        assert found.region == "湖南/长沙/岳麓"
        service.feed(intake.intake, [outage(service, "Changsha/Yuelu")])
        assert service.aws.messages("intake-dead") == []
        assert json.loads(service.aws.messages("runs")[0])["parts"][0]["region"] == "湖南/长沙/岳麓"
    finally:
        regions.region_of.cache_clear()
