"""The rules of the house, asserted: who may import whom, and that everything named has somebody behind it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from local.resources import rights
from local.template import resources
from tests.store.kinds import KINDS

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "chalicelib"

# From the left of the picture to the right: a room may import itself and every room before it.
ROOMS = ["store", "sms", "privacy", "intake", "campaigns", "delivery", "replies", "care", "console"]
SHARED = {
    "problems",
    "letter_codes",
    "document",
    "document_codes",
    "job",
    "clock",
    "queues",
    "log",
    "parts",
    "retries",
}  # what every room may use
AT_PEOPLE = {"console", "functions", "commands", "cli"}  # where words are made for people
AWS = {"boto3", "botocore", "pynamodb"}
AT_THE_EDGE = (
    "store/",
    "sms/gateways/",
    "functions/",
    "queues.py",
    "commands/",
    "console/user_pool.py",  # Cognito
    "console/issuer.py",  # who signs people in, over HTTP
    "privacy/drop_files.py",  # S3
    "privacy/digests.py",  # the key of the hashes, in the parameter store
)
FORBIDDEN_IN_RULES = {"requests", "socket", "urllib", "http"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "chalicelib" and len(parts) > 1 else ""


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_room_imports_only_what_is_left_of_it_or_below(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if room not in ROOMS:
        return
    allowed = set(ROOMS[: ROOMS.index(room) + 1]) | SHARED | {""} | ({"i18n"} if room in AT_PEOPLE else set())
    wrong = {one for one in imports(path) if room_of(one) not in allowed}
    assert not wrong, f"{name_of(path)} is in {room} and may not import {sorted(wrong)}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_aws_is_touched_at_the_edges_only(path: Path) -> None:
    if name_of(path).startswith(AT_THE_EDGE):
        return
    # urllib.parse and http.cookies are text in, text out: they open nothing
    wrong = {
        one
        for one in imports(path)
        if one.split(".")[0] in AWS | FORBIDDEN_IN_RULES
        and not one.startswith(("urllib.parse", "http.cookies"))
    }
    assert not wrong, f"{name_of(path)} imports {sorted(wrong)}: that belongs in {AT_THE_EDGE}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_chalice_is_imported_by_the_entry_points_only(path: Path) -> None:
    if name_of(path).startswith("functions/"):
        return
    assert not [one for one in imports(path) if one.split(".")[0] == "chalice"]


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_the_clock_reads_the_clock(path: Path) -> None:
    if name_of(path) == "clock.py" or name_of(path).startswith(("commands/", "functions/")):
        return
    calls = re.findall(r"\b(?:datetime\.(?:utc)?now|date\.today|time\.time)\(", path.read_text())
    assert not calls, f"{name_of(path)} reads the clock: take `now` as an argument"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_the_log_writes_log_lines(path: Path) -> None:
    if name_of(path) == "log.py":
        return
    wrong = [one for one in imports(path) if one.split(".")[0] == "logging"]
    assert not wrong, f"{name_of(path)} imports logging: `chalicelib.log` leaves out what an exception quotes"


CODEC = {"plain_from", "wire_from", "to_wire", "from_wire", "dynamodb"}  # what items are on the wire
ON_PYNAMODB = {"store/models.py", "store/queries.py", "store/transactions.py"}
NO_ITEMS = {
    "console/campaign_form.py",  # rows of a form
}
_ITEM_NAMES = {"row", "rows", "item", "items", "head", "saved", "stored", "survey", "reply"}
_ATTRIBUTES = {name for kind in KINDS for name in kind.attributes}
_PARTIQL = re.compile(r'"(\w+)" (?:=|<>|<|>|IN\b|IS\b)')


def attributes_by_literal(code: str) -> list[int]:
    """Lines that name an attribute of an item by a string: `row["status"]`, `item.get("status")`, PartiQL."""
    found = []
    for node in ast.walk(ast.parse(code)):
        named: ast.expr | None = None
        of: ast.expr | None = None
        match node:
            case ast.Subscript(value=of, slice=named):
                pass
            case ast.Call(func=ast.Attribute(value=of, attr="get"), args=[named, *_]):
                pass
            case ast.Constant(value=str(text)) if _ATTRIBUTES & set(_PARTIQL.findall(text)):
                found.append(node.lineno)
        if (
            isinstance(node, ast.expr)
            and isinstance(of, ast.Name)
            and of.id in _ITEM_NAMES
            and isinstance(named, ast.Constant)
            and named.value in _ATTRIBUTES
        ):
            found.append(node.lineno)
    return sorted(found)


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ('row["status"]', [1]),
        ('x = 1\nitem.get("due", "")', [2]),
        ("""where = '"revision" = ?'""", [1]),
        ('row["not an attribute"]', []),
        ('form["status"]', []),
        ("text.status", []),
        ('"status: sent"', []),
    ],
)
def test_an_attribute_named_by_a_string_is_seen(code: str, lines: list[int]) -> None:
    assert attributes_by_literal(code) == lines


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_attributes_are_named_by_the_schema_only(path: Path) -> None:
    if name_of(path).startswith("store/schema/") or name_of(path) in NO_ITEMS:
        return
    lines = attributes_by_literal(path.read_text())
    assert not lines, f"{name_of(path)} names attributes by strings in lines {lines}: take the record's"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_pynamodb_and_the_codec_stay_in_the_store(path: Path) -> None:
    named = set(imports(path))
    if name_of(path) not in ON_PYNAMODB:
        wrong = {one for one in named if one.split(".")[0] == "pynamodb"}
        assert not wrong, f"{name_of(path)} imports {sorted(wrong)}: that belongs in {sorted(ON_PYNAMODB)}"
    if not name_of(path).startswith("store/"):
        wrong = {f"chalicelib.store.dynamodb.{one}" for one in CODEC} & named
        assert not wrong, f"{name_of(path)} imports {sorted(wrong)}: the store gives and takes records"


@cache
def template() -> dict[str, dict[str, object]]:
    return resources(ROOT)


def of_type(kind: str) -> list[str]:
    return sorted(name for name, one in template().items() if one.get("Type") == kind)


def functions_text() -> str:
    return "\n".join(path.read_text() for path in (PACKAGE / "functions").glob("*.py"))


def text_of_tests() -> str:
    return "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__))


def queue_of(resource: str) -> str:
    """`OutboxUrgentQueue` -> `outbox-urgent`."""
    return re.sub(r"(?<!^)([A-Z])", r"-\1", resource.removesuffix("Queue")).lower()


@pytest.mark.parametrize(
    "queue", [one for one in of_type("AWS::SQS::Queue") if not one.endswith("DeadQueue")]
)
def test_every_queue_has_a_function_and_dead_letters(queue: str) -> None:
    assert f'queue="{queue_of(queue)}"' in functions_text(), f"nothing reads {queue_of(queue)}"
    redrive = template()[queue]["Properties"]["RedrivePolicy"]  # type: ignore[index]
    assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": [queue.replace("Queue", "DeadQueue"), "Arn"]}


@pytest.mark.parametrize("topic", of_type("AWS::SNS::Topic"))
def test_every_topic_feeds_a_queue_or_tells_a_person(topic: str) -> None:
    protocols = {
        one["Properties"]["TopicArn"]["Ref"]: one["Properties"]["Protocol"]  # type: ignore[index]
        for one in template().values()
        if one.get("Type") == "AWS::SNS::Subscription"
    }
    assert protocols[topic] == ("email" if topic == "AlarmTopic" else "sqs")


ENTRY_POINTS = re.findall(
    r"\.(?:on_sqs_message|on_dynamodb_record|schedule)\([^@]*?\n?def (\w+)\(", functions_text()
)


@pytest.mark.parametrize("function", ENTRY_POINTS)
def test_every_function_has_a_policy_a_line_in_app_and_a_test(function: str) -> None:
    config = json.loads((ROOT / ".chalice/config.json").read_text())
    assert config["autogen_policy"] is False
    assert config["lambda_functions"][function]["iam_policy_file"] in dict(rights.policies(template()))
    assert re.search(rf"^ *{function}\b", (ROOT / "app.py").read_text(), re.MULTILINE), (
        "app.py does not list it"
    )
    assert re.search(rf"\b{function}\b", text_of_tests()), f"no test mentions {function}"


def test_no_file_is_longer_than_a_person_reads() -> None:
    long = {name_of(path): len(path.read_text().splitlines()) for path in modules()}
    assert {name: lines for name, lines in long.items() if lines > 420} == {}
