"""`ringback subscribers export` and `forget`: everything of one person, and nothing but their no."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from chalicelib import queues
from chalicelib.campaigns import batches
from chalicelib.cli import cli
from chalicelib.intake import subscriber_changes
from chalicelib.job import QUEUES
from chalicelib.privacy import digests, erasures
from chalicelib.privacy.data_subject import DataSubject
from chalicelib.problems import Problem
from chalicelib.store import audit, conversations, results, subscribers
from chalicelib.store.relationship import relationship, texts_to
from chalicelib.store.schema.subscribers import Subscriber
from tests.support import rows
from tests.support.dynamodb import TABLES
from tests.support.factories import WANG
from tests.support.rows import Row
from tests.support.service import NOON, Service

ODD = Problem("as_written", {"words": "odd"})
OLD = "+8613900000008"  # a number that Wang had before
LI = Subscriber(
    "s-2-li", msisdn="+8613900000002", name="李雷", brand="yuntong", previous_msisdns=(WANG.msisdn,)
)
ZHAO = Subscriber("s-30", msisdn="+8613900000003", name="赵敏", brand="yuntong")
TRACES = re.compile(r"139\D*0000\D*000[18]|欧阳芳菲|\bs-1\b")
PARAMETER = "/ringback/test/erasure-key"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("RINGBACK_STACK", "")
    monkeypatch.setenv("RINGBACK_ERASURE_KEY_PARAMETER", PARAMETER)
    _forget_clients()
    yield
    _forget_clients()


def _forget_clients() -> None:
    digests.ssm.cache_clear()
    digests._secret.cache_clear()


def ringback(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["subscribers", *arguments])


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def forget() -> dict[str, Any]:
    return answer(ringback("forget", WANG.msisdn, "--yes"))


def traces(service: Service) -> list[str]:
    """Whatever still names Wang: in a row of any table, keys included."""
    texts = [
        f"{table}: {json.dumps(row, ensure_ascii=False, default=sorted)}"
        for table in sorted(TABLES)
        for row in service.aws.rows(table)
    ]
    return [text for text in texts if TRACES.search(text)]


def a_life(service: Service) -> None:
    """Texts, replies, a case, an opt-out, a list, an audit entry, rows of others, dead letters."""
    wang = Subscriber(**{**_fields(WANG), "name": "欧阳芳菲", "previous_msisdns": (OLD,)})
    subscriber_changes.put_many([wang, LI, ZHAO])
    rows.put(
        "conversations",
        {"msisdn": OLD, "item": "mt#usage-alert/s-1/2025-11/data/80/text", "status": "delivered"},
    )
    rows.put(
        "conversations",
        {"msisdn": "subscriber#s-1", "item": "mt#x/s-1/1/text", "status": "suppressed"},
    )
    rows.put(
        "conversations",
        {
            "msisdn": LI.msisdn,
            "item": "mt#x/s-2-li/1/text",
            "status": "held",
            "job": json.dumps({"snapshot": LI.as_dict()}),
        },
    )
    service.usage(85)
    service.settle()
    service.complain()
    service.settle()
    service.now += timedelta(minutes=31)
    service.settle()
    service.write("1 没人管，太差了", "in-1")
    service.settle()
    service.write("退订", "in-2")
    service.settle()
    batches.save_list([WANG.msisdn, "s-1", ZHAO.subscriber_id], "engineer", NOON, "vip")
    audit.record(
        by="lin",
        role="care",
        action="shown",
        what=f"number {WANG.msisdn}",
        before="",
        after="",
        at="2026-11-24",
    )
    results.add_once("x", {("named", WANG.msisdn): {"n": 1}}, expires=0)
    queues.dead_letter("intake", [(json.dumps({"detail": {"subscriber_id": "s-1"}}), ODD)])
    queues.dead_letter("intake", [(json.dumps({"detail": {"subscriber_id": "s-30"}}), ODD)])
    queues.dead_letter(
        "replies",
        [
            (
                json.dumps({"Message": json.dumps({"from": WANG.msisdn})}),
                ODD,
            )
        ],
    )
    queues.dead_letter("runs", [(json.dumps({"who": [WANG.msisdn, ZHAO.msisdn]}), ODD)])


def _fields(subscriber: Subscriber) -> dict[str, Any]:
    return {name: getattr(subscriber, name) for name in subscriber.attributes}


def test_export_holds_everything_of_the_person_and_nothing_of_others(service: Service) -> None:
    a_life(service)
    found = answer(ringback("export", "+86 139 0000 0001"))
    assert [one["name"] for one in found["subscribers"]] == ["欧阳芳菲"]
    assert set(found["numbers"]) == {WANG.msisdn, OLD}
    kinds = {row["item"].partition("#")[0] for row in found["conversations"]}
    assert kinds == {"mt", "mo", "state", "survey", "consent"}
    assert "没人管，太差了" in {row.get("body", "").removeprefix("1 ") for row in found["conversations"]}
    assert {row["part"].partition("#")[0] for row in found["cases"]} >= {"case", "log"}
    assert [row["action"] for row in found["audit"]] == ["shown"]
    assert {one["queue"] for one in found["dead_letters"]} == {"intake", "replies", "runs"}
    assert "赵敏" not in json.dumps(found, ensure_ascii=False)
    assert len(answer(ringback("export", WANG.msisdn))["dead_letters"]) == 3  # a look takes none away


def test_nothing_that_names_the_person_is_left_and_others_keep_theirs(service: Service) -> None:
    a_life(service)
    assert {one.partition(":")[0] for one in traces(service)} == TABLES
    counts = forget()
    assert counts["subscribers"] == 1
    assert min(counts["conversations"], counts["cases"], counts["rewritten"]) > 2
    assert counts["dead_letters"] == 3
    assert traces(service) == []
    entries = audit.of_day(service.now.date().isoformat()).records
    assert [(one.what, one.role) for one in entries if one.action == "forget"] == [("person", "engineer")]
    kept = [(one.queue, one.body) for queue in QUEUES for one in queues.letters(queue, hold=30)]
    assert not [body for _, body in kept if TRACES.search(body)]
    assert [queue for queue, _ in kept] == ["intake", "runs"]
    assert ZHAO.msisdn in kept[1][1]
    others = {row["subscriber_id"]: row for row in service.aws.rows("subscribers")}
    assert others["s-2-li"]["name"] == "李雷"
    assert texts_to(LI.msisdn)[0].status == "held"
    assert next(row["entries"] for row in service.aws.rows("catalogue") if row["name"] == "list#vip") == [
        "s-30"
    ]


def test_open_cases_that_are_erased_are_no_work_any_more(service: Service) -> None:
    a_life(service)
    forget()
    gauges = [
        amount
        for one in results.of_scope("care#now")
        if one.counter.partition(":")[0] in ("team", "owner")
        for name, amount in one.figures.items()
        if name in ("working", "unowned", "waiting", "overdue")
    ]
    assert gauges
    assert set(gauges) == {0}


def test_only_a_keyed_hash_is_kept_with_the_opt_outs(service: Service) -> None:
    a_life(service)
    before = set(conversations.state(WANG.msisdn).optouts)
    assert before
    assert set(forget()["opt_outs_kept"]) == before
    proof = erasures.of(WANG.msisdn)
    assert proof is not None
    assert set(proof.optouts) == before
    assert all(set(said) <= {"at", "how", "brand", "but"} for said in proof.optouts.values())
    key = boto3.client("ssm", region_name="us-east-1").get_parameter(Name=PARAMETER, WithDecryption=True)
    assert len(key["Parameter"]["Value"]) == 64
    assert key["Parameter"]["Type"] == "SecureString"


def test_who_is_imported_again_starts_with_the_opt_outs_of_then(service: Service, tmp_path: Path) -> None:
    a_life(service)
    kept = forget()["opt_outs_kept"]
    file = tmp_path / "people.csv"
    file.write_text(f"subscriber_id,msisdn,brand\nnew,{WANG.msisdn},yuntong\n")
    assert ringback("import", str(file)).exit_code == 0
    assert sorted(conversations.state(WANG.msisdn).optouts) == kept
    service.network.texts.clear()
    service.plan()
    service.settle()
    assert WANG.msisdn not in {text.to for text in service.network.texts}


def test_an_event_that_gives_the_number_brings_the_opt_outs_too(service: Service) -> None:
    a_life(service)
    kept = forget()["opt_outs_kept"]
    service.happen("subscriber.changed", subscriber_id="new", msisdn=WANG.msisdn, brand="yuntong")
    assert sorted(conversations.state(WANG.msisdn).optouts) == kept
    service.happen("subscriber.changed", subscriber_id="s-30", msisdn=OLD)
    assert conversations.state(OLD).optouts == {}


def test_a_later_yes_is_not_undone_by_the_next_import(service: Service) -> None:
    a_life(service)
    forget()
    subscriber_changes.put_many([WANG])
    service.write("START", "in-9")
    lifted = conversations.state(WANG.msisdn).optouts
    assert lifted == {}
    subscriber_changes.put_many([Subscriber(**{**_fields(WANG), "tier": "gold"})])
    assert conversations.state(WANG.msisdn).optouts == {}
    forget()
    proof = erasures.of(WANG.msisdn)
    assert proof is not None
    assert proof.optouts == {}


def test_a_yes_between_erasure_and_return_holds(service: Service) -> None:
    a_life(service)
    forget()
    service.now += timedelta(hours=1)
    rows.put(
        "conversations",
        {
            "msisdn": WANG.msisdn,
            "item": "consent#2026-11-24T09:00:00.000Z#x",
            "what": "opt_in",
            "scope": "*|all",
            "at": "2026-11-24T09:00:00.000Z",
        },
    )
    subscriber_changes.put_many([WANG])
    assert conversations.state(WANG.msisdn).optouts == {}


def test_after_a_restore_a_replay_erases_again(service: Service) -> None:
    a_life(service)
    backup = {table: service.aws.rows(table) for table in TABLES}
    kept = forget()["opt_outs_kept"]
    _restore({table: backup[table] for table in TABLES})
    assert traces(service)
    counts = answer(ringback("forget", "--replay", "--yes"))
    assert counts["erased"] > 0
    assert counts["subscribers"] == 1
    assert traces(service) == []
    assert answer(ringback("forget", "--replay", "--yes"))["erased"] == 0
    subscriber_changes.put_many([WANG])
    assert sorted(conversations.state(WANG.msisdn).optouts) == kept


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_restore_of_one_table_to_before_the_erasure_is_made_good(service: Service, table: str) -> None:
    a_life(service)
    backup = service.aws.rows(table)
    kept = forget()["opt_outs_kept"]
    for row in service.aws.rows(table):
        rows.delete(table, {name: row[name] for name in _KEYS[table]})
    _restore({table: backup})
    answer(ringback("forget", "--replay", "--yes"))
    assert traces(service) == []
    subscriber_changes.put_many([WANG])
    assert sorted(conversations.state(WANG.msisdn).optouts) == kept


_KEYS = {
    "conversations": ("msisdn", "item"),
    "subscribers": ("subscriber_id",),
    "cases": ("case_id", "part"),
    "catalogue": ("name", "version"),
    "results": ("scope", "counter"),
}


def _restore(backup: dict[str, list[Row]]) -> None:
    for table, kept in backup.items():
        rows.put_many(table, kept)


def test_a_replay_leaves_who_came_back(service: Service) -> None:
    a_life(service)
    forget()
    service.now += timedelta(days=1)
    subscriber_changes.put_many([WANG])
    service.write("hello", "in-7")
    before = relationship(WANG.msisdn)
    answer(ringback("forget", "--replay", "--yes"))
    assert relationship(WANG.msisdn) == before
    assert subscribers.get("s-1") == WANG


def test_it_asks_first_and_no_means_no(service: Service) -> None:
    a_life(service)
    before = traces(service)
    result = CliRunner().invoke(cli, ["subscribers", "forget", WANG.msisdn], input="n\n")
    assert result.exit_code == 1
    assert WANG.msisdn not in result.stderr
    assert "139 •••• 0001" in result.stderr
    assert traces(service) == before
    assert erasures.everybody() == {}
    assert ringback("forget").exit_code == 2
    assert ringback("forget", WANG.msisdn, "--replay").exit_code == 2


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("number +8613900000001", True),
        ("8613900000001,", True),
        ("mt#x/cust-77/1/text", True),
        ("+86139000000012", False),
        ("28613900000001", False),
        ("cust-770 and my-cust-77", False),
        ("v1 s1", False),  # an id as short as s1 is any word
    ],
)
def test_a_longer_number_or_id_is_somebody_else(text: str, named: bool) -> None:
    person = DataSubject((WANG.msisdn,), ("cust-77", "s1"))
    assert person.named_in(text) is named
    assert (person.left_out(text) != text) is named
    assert not person.named_in(person.left_out(text))


@pytest.mark.usefixtures("service")
def test_a_number_that_nobody_has_is_said_and_leaves_nothing() -> None:
    assert set(answer(ringback("forget", "+8613911111111")).values()) == {0}
    assert erasures.everybody() == {}
    assert "no digit" in ringback("forget", "nonsense").stderr


def test_a_lost_key_is_not_replaced_by_another(service: Service) -> None:
    a_life(service)
    forget()
    boto3.client("ssm", region_name="us-east-1").delete_parameter(Name=PARAMETER)
    _forget_clients()
    result = ringback("forget", ZHAO.msisdn, "--yes")
    assert result.exit_code == 1
    assert "restore that parameter" in result.stderr
    assert subscribers.get("s-30") == ZHAO
