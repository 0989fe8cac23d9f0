"""The rules of the house, asserted: who may import whom, and that everything named has somebody behind it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Iterator
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
    "deadline",
    "events_out",
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


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the package by its path below it, parsed once."""
    return {name_of(path): ast.parse(path.read_text()) for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def imports() -> dict[str, frozenset[str]]:
    """Every module that a module imports, inside functions too."""
    return {name: frozenset(_imported(tree)) for name, tree in modules().items()}


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(of: Collection[str], but: Collection[str] = ()) -> list[str]:
    """Who imports one of these packages, and what; without modules whose names begin with one of `but`."""
    return [
        f"{name} imports {one}"
        for name, found in imports().items()
        for one in sorted(found)
        if one.split(".")[0] in of and not name.startswith(tuple(but))
    ]


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if parts[0] == "chalicelib" and len(parts) > 1 else ""


def allowed_in(room: str) -> set[str]:
    """The rooms that a room may import, and itself."""
    return set(ROOMS[: ROOMS.index(room) + 1]) | SHARED | {""} | ({"i18n"} if room in AT_PEOPLE else set())


def test_a_room_imports_only_what_is_left_of_it_or_below() -> None:
    rooms = {name: name.split("/")[0].removesuffix(".py") for name in modules()}
    assert set(rooms.values()) >= set(ROOMS)
    wrong = [
        f"{name} is in {room} and may not import {one}"
        for name, room in rooms.items()
        if room in ROOMS
        for one in sorted(imports()[name])
        if room_of(one) not in allowed_in(room)
    ]
    assert wrong == []


def test_aws_is_touched_at_the_edges_only() -> None:
    # urllib.parse and http.cookies are text in, text out: they open nothing
    wrong = [
        line
        for line in importers(AWS | FORBIDDEN_IN_RULES, but=AT_THE_EDGE)
        if not line.partition(" imports ")[2].startswith(("urllib.parse", "http.cookies"))
    ]
    assert wrong == []


def test_chalice_is_imported_by_the_entry_points_only() -> None:
    assert importers({"chalice"}, but=("functions/",)) == []
    assert importers({"chalice"}) != []


def test_only_the_clock_reads_the_clock() -> None:
    reads = re.compile(r"\b(?:datetime\.(?:utc)?now|date\.today|time\.time)\(")
    wrong = [
        name
        for name in modules()
        if not name.startswith(("clock.py", "commands/", "functions/"))
        and reads.search((PACKAGE / name).read_text())
    ]
    assert wrong == [], "take `now` as an argument"


def test_only_the_log_writes_log_lines() -> None:
    assert importers({"logging"}, but=("log.py",)) == [], "`chalicelib.log` leaves out what exceptions quote"


CODEC = {"plain_from", "wire_from", "to_wire", "from_wire", "dynamodb"}  # what items are on the wire
ON_PYNAMODB = {"store/models.py", "store/queries.py", "store/transactions.py"}
NO_ITEMS = {
    "console/campaign_form.py",  # rows of a form
}
_ITEM_NAMES = {"row", "rows", "item", "items", "head", "saved", "stored", "survey", "reply"}
_ATTRIBUTES = {name for kind in KINDS for name in kind.attributes}
_PARTIQL = re.compile(r'"(\w+)" (?:=|<>|<|>|IN\b|IS\b)')


def attributes_by_literal(tree: ast.Module) -> list[int]:
    """Lines that name an attribute of an item by a string: `row["status"]`, `item.get("status")`, PartiQL."""
    found = []
    for node in ast.walk(tree):
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
    assert attributes_by_literal(ast.parse(code)) == lines


def test_attributes_are_named_by_the_schema_only() -> None:
    wrong = [
        f"{name} names an attribute by a string in line {line}: take the record's"
        for name, tree in modules().items()
        if not name.startswith("store/schema/") and name not in NO_ITEMS
        for line in attributes_by_literal(tree)
    ]
    assert wrong == []


def test_pynamodb_and_the_codec_stay_in_the_store() -> None:
    assert importers({"pynamodb"}, but=ON_PYNAMODB) == []
    codec = {f"chalicelib.store.dynamodb.{one}" for one in CODEC}
    wrong = [
        f"{name} imports {one}: the store gives and takes records"
        for name, found in imports().items()
        if not name.startswith("store/")
        for one in sorted(codec & found)
    ]
    assert wrong == []


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


def test_every_queue_has_a_function_and_dead_letters() -> None:
    queues = [one for one in of_type("AWS::SQS::Queue") if not one.endswith("DeadQueue")]
    assert "OutboxUrgentQueue" in queues
    text = functions_text()
    assert [one for one in queues if f'queue="{queue_of(one)}"' not in text] == [], "nothing reads them"
    redrive = {one: template()[one]["Properties"]["RedrivePolicy"] for one in queues}  # type: ignore[index]
    assert {one: policy["deadLetterTargetArn"] for one, policy in redrive.items()} == {
        one: {"Fn::GetAtt": [one.replace("Queue", "DeadQueue"), "Arn"]} for one in queues
    }


def test_every_topic_feeds_a_queue_or_tells_a_person() -> None:
    protocols = {
        one["Properties"]["TopicArn"]["Ref"]: one["Properties"]["Protocol"]  # type: ignore[index]
        for one in template().values()
        if one.get("Type") == "AWS::SNS::Subscription"
    }
    topics = of_type("AWS::SNS::Topic")
    assert "AlarmTopic" in topics
    assert protocols == {one: "email" if one == "AlarmTopic" else "sqs" for one in topics}


def entry_points() -> list[str]:
    """The functions that AWS calls, but for those behind the API."""
    feeds = {"on_sqs_message", "on_dynamodb_record", "schedule"}
    return [
        node.name
        for name, tree in modules().items()
        if name.startswith("functions/")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for by in node.decorator_list
        if isinstance(by, ast.Call) and isinstance(by.func, ast.Attribute) and by.func.attr in feeds
    ]


def test_every_function_has_a_policy_a_line_in_app_and_a_test() -> None:
    config = json.loads((ROOT / ".chalice/config.json").read_text())
    assert config["autogen_policy"] is False
    behind_http = {"events_http", "api_handler"}
    assert set(entry_points()) | behind_http == set(config["lambda_functions"])
    policies = dict(rights.policies(template()))
    files = {name: one["iam_policy_file"] for name, one in config["lambda_functions"].items()}
    assert [name for name, file in files.items() if file not in policies] == []
    app, tests = (ROOT / "app.py").read_text(), text_of_tests()
    unlisted = [one for one in entry_points() if not re.search(rf"^ *{one}\b", app, re.MULTILINE)]
    assert unlisted == [], "app.py does not list them"
    assert [one for one in entry_points() if not re.search(rf"\b{one}\b", tests)] == [], (
        "no test mentions them"
    )


def test_no_file_is_longer_than_a_person_reads() -> None:
    long = {name: len((PACKAGE / name).read_text().splitlines()) for name in modules()}
    assert {name: lines for name, lines in long.items() if lines > 420} == {}


TABLES = {"conversations", "subscribers", "cases", "catalogue", "results"}
SHOWN_AS = {
    "console": {"batches", "inbox", "results", "settings", "topics"},  # the page of what a room holds
    "commands": {
        "campaigns",
        "care",
        "consent",
        "results",
        "subscribers",
        "templates",
    },  # `ringback campaigns`
    "i18n": {"problems"},  # their words
}


def test_a_module_name_stands_in_one_room() -> None:
    """But for a table's schema beside its access, and pages and commands that show what a room of that name
    holds."""
    rooms: dict[str, set[str]] = {}
    for path in modules():
        room, _, file = path.rpartition("/")
        if file != "__init__.py":
            rooms.setdefault(file.removesuffix(".py"), set()).add(room)
    for name, found in rooms.items():
        found -= {"store/schema"} if name in TABLES else set()
        found -= {edge for edge, names in SHOWN_AS.items() if name in names}
    assert {name: found for name, found in rooms.items() if len(found) > 1} == {}


TWICE = {
    "Said": "two stages of reading a reply",
    "Span": "two stages of reading a reply",
    "Survey": "replies: what a survey asks; store: one that was asked",
}


def test_a_type_is_defined_once() -> None:
    places: dict[str, set[str]] = {}
    for path, tree in modules().items():
        for one in tree.body:
            if isinstance(one, ast.ClassDef) and not one.name.startswith("_"):
                places.setdefault(one.name, set()).add(path)
            elif isinstance(one, ast.Assign) and isinstance(one.value, ast.Subscript | ast.BinOp):
                names = [name.id for name in one.targets if isinstance(name, ast.Name)]
                for name in names:
                    if re.match(r"[A-Z][a-z]", name):
                        places.setdefault(name, set()).add(path)
    assert {name: found for name, found in places.items() if len(found) > 1 and name not in TWICE} == {}
