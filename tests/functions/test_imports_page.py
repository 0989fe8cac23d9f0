"""Subscriber files on the console: looked at, then stored or thrown away, and their report."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re
from collections import Counter
from typing import Any

import boto3
import pytest

from chalicelib import clock
from chalicelib.console import subscriber_files
from chalicelib.functions import drops
from chalicelib.store import audit, drop_bucket, subscribers
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.service import Service

__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")
BUCKET = "drops"
ROWS = "用户编号,手机号,姓名,鞋码\nI-1,+86 13900008801,林夏,38\nI-2,+86139000,陈默,41\n"


@pytest.fixture
def s3(service: Service, monkeypatch: pytest.MonkeyPatch) -> Any:
    del service
    monkeypatch.setenv("RINGBACK_DROP_BUCKET", BUCKET)
    drop_bucket._s3.cache_clear()
    client = boto3.client("s3", region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    yield client
    drop_bucket._s3.cache_clear()


def keys(s3: Any) -> list[str]:
    return [one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET).get("Contents", ())]


def words(body: object) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(body))))


def kept(browser: Browser, **form: str) -> str:
    """Send a file; where its look is."""
    answer = browser.send("/imports", {"mark": mark_of(browser.open("/imports")), **form})
    assert answer.status_code == 303, answer.body
    return str(answer.headers["Location"])


def act(browser: Browser, there: str, what: str, **form: str) -> str:
    page = browser.open(there)
    answer = browser.send(
        "/imports/look", {"mark": mark_of(page), "file": there.partition("file=")[2], "what": what, **form}
    )
    return str(answer.headers.get("Location", answer.status_code))


def test_a_file_without_ids_is_told_in_the_page_s_own_terms(s3: Any) -> None:
    del s3
    browser = as_role("admin")
    body = base64.b64encode(b"phone,name\n+8613900008801,Lin\n").decode()
    page = words(browser.open(kept(browser, file=body, name="people.csv")).body)
    assert "no column says which subscriber a row is of: call one subscriber_id or 用户编号" in page
    assert "Columns: phone, name" in page
    assert "--" not in page


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (ROWS.encode("gb18030"), "GB18030"),
        (ROWS.encode("utf-16"), "UTF-16-LE"),
        (gzip.compress(ROWS.encode()), "UTF-8"),
    ],
    ids=["GBK", "UTF-16", "gzip"],
)
def test_a_file_is_seen_as_it_would_be_read_and_nothing_is_stored(
    s3: Any, body: bytes, encoding: str
) -> None:
    browser = as_role("admin")
    there = kept(browser, name="crm export.csv", file=base64.b64encode(body).decode())
    page = words(browser.open(there).body)
    for said in (encoding, "林夏", "鞋码", "rejected", "crm-export.csv"):
        assert said in page
    assert "13900008801" not in page, "numbers are masked"
    assert subscribers.get("I-1") is None
    drops.take_file(BUCKET, keys(s3)[0])
    assert subscribers.get("I-1") is None, "what waits is read by nobody"


def test_what_is_stored_is_reported_and_what_is_thrown_away_is_gone(service: Service, s3: Any) -> None:
    browser = as_role("admin")
    assert act(browser, kept(browser, name="a.csv", rows=ROWS), "drop") == "/imports"
    assert keys(s3) == []
    there = kept(browser, name="b.csv", rows=ROWS)
    assert act(browser, there, "store", as_of="yesterday") == "422"
    assert act(browser, there, "store", as_of="2026-11-20T09:30") == "/imports"
    (key,) = keys(s3)
    assert key.startswith("subscribers/")
    assert s3.head_object(Bucket=BUCKET, Key=key)["Metadata"] == {"as-of": "2026-11-20T01:30:00.000Z"}
    detail = {"detail": {"bucket": {"name": BUCKET}, "object": {"key": key}}}
    service.feed(drops.drop, [json.dumps(detail)])
    assert subscribers.get("I-1") is not None
    report = words(browser.open(f"/imports/report?file={key.partition('/')[2]}").body)
    for said in ("added 1", "rejected 1", "鞋码", "11 digits"):
        assert said in report
    done = Counter(one.action for one in audit.of_day(clock.now().date().isoformat()).records)
    assert (done["keep_file"], done["drop_file"], done["store_file"]) == (2, 1, 1)


def test_of_a_large_file_the_beginning_is_looked_at(service: Service) -> None:
    head, row = "subscriber_id,msisdn\n", "B-{},+861390000{:04}\n"
    body = (head + "".join(row.format(n, n) for n in range(400))).encode()
    for begun in (body[:3000], gzip.compress(body, 0)[:3000]):
        seen = subscriber_files.read(begun, len(body), service.now)
        assert seen.found is not None
        assert 100 < seen.found.rows < 400
        assert not seen.whole
        assert seen.preview is not None
        assert not any(hasattr(one, "problem") for one in seen.preview.rows)


@pytest.mark.parametrize(
    "body",
    [b"PK\x03\x04 a workbook", b"\x1f\x8b\x08 cut", b"\x00\x01\x02" * 500, b"name\nLin\n"],
    ids=["workbook", "broken gzip", "no text", "no id"],
)
def test_what_cannot_be_read_says_why_and_cannot_be_stored(s3: Any, body: bytes) -> None:
    del s3
    browser = as_role("admin", "zh-CN")
    page = browser.open(kept(browser, name="x", file=base64.b64encode(body).decode()))
    assert page.status_code == 200
    assert 'role="alert"' in str(page.body)
    assert 'value="store"' not in str(page.body)


def test_nothing_else_of_the_bucket_can_be_reached(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="events/a.jsonl", Body=b"{}")
    browser = as_role("admin")
    for there in ("events/a.jsonl", "waiting/", "waiting/none", "", "waiting/../events/a.jsonl"):
        assert browser.open(f"/imports/look?file={there}").status_code == 404
    mark = mark_of(browser.open("/imports"))
    form = {"mark": mark, "file": "events/a.jsonl", "what": "drop"}
    assert browser.send("/imports/look", form).status_code == 404
    assert keys(s3) == ["events/a.jsonl"]
    assert as_role("care").open("/imports").status_code == 403


@pytest.mark.parametrize(
    "form",
    [{}, {"rows": "  "}, {"file": base64.b64encode(bytes(4 << 20)).decode()}],
    ids=["nothing", "blank", "too large"],
)
def test_what_is_no_file_is_said_at_the_form(s3: Any, form: dict[str, str]) -> None:
    browser = as_role("admin")
    answer = browser.send("/imports", {"mark": mark_of(browser.open("/imports")), **form})
    assert answer.status_code == 422
    assert keys(s3) == []
