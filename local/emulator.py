"""Start MiniStack, the local AWS emulator, with the settings a packaged Ringback needs.

It runs in `.emulator`, a virtual environment of its own, so it imports nothing of this project:

    .emulator/bin/python local/emulator.py --port 4566 --console-port 4570 --state .local/state

MiniStack is right where it matters, but for one thing: what PartiQL writes does not come out of a
table's stream. And it is slow in three places: event source mappings hand over at most ten records,
schedules tick every ten seconds, and an invocation that logs nothing waits 50 ms for a log line.
`adjust` sets those right, and lets no mapping run more batches side by side than there are
processors: each is a process that takes a second of one to start. It also serves one API Gateway
custom domain on a port of its own, so that the console has a plain address that every client can
open; the API's own address, `http://<api>.execute-api.localhost:PORT/<stage>/`, works beside it.
Each name it touches is looked up first: a MiniStack without it stops here with that name.
"""

from __future__ import annotations

import argparse
import asyncio
import contextvars
import importlib
import inspect
import os
import re
import signal
from collections.abc import Callable, Coroutine, Mapping, MutableMapping
from pathlib import Path
from typing import Any

CONSOLE_DOMAIN = "app.localhost"  # the custom domain that the console's port stands for
VERSION = "1.5.33"  # the release whose names are touched below
TICK_SECONDS = 1
SIDE_BY_SIDE = max(2, os.cpu_count() or 2)  # batches of one mapping; never one, so that races do happen
# The API's own host. MiniStack takes one ending only, that of MINISTACK_HOST, and no browser opens a name
# that ends in an IP address.
OWN_ADDRESS = re.compile(r"^([a-f0-9]{8})\.execute-api\.(?:localhost|127\.0\.0\.1)(?::\d+)?$")
QUIET_SECONDS = 0.002  # how long to wait for a log line of an invocation that wrote none

Scope = MutableMapping[str, Any]
Handler = Callable[[Scope, Any, Any], Coroutine[Any, Any, None]]
# Types that MiniStack does not have and no test needs: they take part in the stack by name.
# Type -> the property that is its name ("" where it has none).
IN_NAME_ONLY = {
    "AWS::Budgets::Budget": "",
    "AWS::CloudWatch::Alarm": "AlarmName",  # the ones with metric math
    "AWS::CodeDeploy::Application": "ApplicationName",  # an update moves the aliases at once
    "AWS::CodeDeploy::DeploymentGroup": "DeploymentGroupName",
    "AWS::Events::EventBusPolicy": "",
    "AWS::SMSVOICE::ConfigurationSet": "ConfigurationSetName",
    "AWS::WAFv2::WebACLAssociation": "",
}

# module, name (dotted inside a class), and for a function the parameters it is called with
TOUCHED: tuple[tuple[str, str, tuple[str, ...] | None], ...] = (
    ("ministack.services.sqs", "_receive_messages_for_esm", ("queue_url", "max_number")),
    ("ministack.services.lambda_svc", "_sqs_esm_concurrency", ("esm", "func_rec", "config", "queue")),
    ("ministack.services.scheduler", "_SCHEDULE_TICK_INTERVAL", None),
    ("ministack.services.eventbridge", "_SCHEDULER_TICK_INTERVAL", None),
    (
        "ministack.core.lambda_runtime",
        "Worker._drain_stderr_bounded",
        ("self", "first_line_wait", "idle_confirm", "hard_cap"),
    ),
    ("ministack.services.dynamodb", "_partiql_insert", ("table", "parsed")),
    ("ministack.services.dynamodb", "_partiql_update", ("table", "parsed", "data")),
    ("ministack.services.dynamodb", "_partiql_delete", ("table", "parsed", "data")),
    ("ministack.services.dynamodb", "_partiql_key_target", ("table", "parsed")),
    ("ministack.services.dynamodb", "_extract_key_val", ("attr",)),
    (
        "ministack.services.dynamodb",
        "_emit_stream_event",
        ("table_name", "event_name", "old_item", "new_item", "replicate"),
    ),
    ("ministack.services.cloudformation.provisioners", "_RESOURCE_HANDLERS", None),
    ("ministack.app", "_resolve_custom_domain_request", ("host", "path")),
    ("ministack.app", "_EXECUTE_API_RE", None),
    ("ministack.app", "app", None),
)

_on_console_port: contextvars.ContextVar[bool] = contextvars.ContextVar("on_console_port", default=False)


def check() -> list[str]:
    """What of `TOUCHED` this MiniStack lacks or has with other parameters; empty when all is well."""
    problems = []
    for module_name, dotted, parameters in TOUCHED:
        thing: Any = importlib.import_module(module_name)
        for part in dotted.split("."):
            thing = getattr(thing, part, None)
        if thing is None:
            problems.append(f"{module_name}.{dotted} does not exist")
        elif parameters is not None and tuple(inspect.signature(thing).parameters) != parameters:
            problems.append(f"{module_name}.{dotted} no longer takes {', '.join(parameters)}")
    return problems


def adjust() -> None:
    """Change MiniStack in this process. Raises RuntimeError when a name it touches is not there."""
    problems = check()
    if problems:
        raise RuntimeError(f"this is not MiniStack {VERSION}: {'; '.join(problems)}. Run `make setup` again.")
    sqs: Any = importlib.import_module("ministack.services.sqs")
    functions: Any = importlib.import_module("ministack.services.lambda_svc")
    scheduler: Any = importlib.import_module("ministack.services.scheduler")
    eventbridge: Any = importlib.import_module("ministack.services.eventbridge")
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    dynamodb: Any = importlib.import_module("ministack.services.dynamodb")
    provisioners: Any = importlib.import_module("ministack.services.cloudformation.provisioners")
    gateway: Any = importlib.import_module("ministack.app")

    handlers = provisioners._RESOURCE_HANDLERS
    alarm = handlers["AWS::CloudWatch::Alarm"]
    handlers.update({kind: in_name_only(kind) for kind in IN_NAME_ONLY})
    handlers["AWS::CloudWatch::Alarm"] = without_metric_math(alarm)
    for name in ("_partiql_insert", "_partiql_update", "_partiql_delete"):
        setattr(dynamodb, name, streamed(getattr(dynamodb, name), dynamodb))
    sqs._receive_messages_for_esm = full_batches(sqs._receive_messages_for_esm)
    functions._sqs_esm_concurrency = at_most(SIDE_BY_SIDE, functions._sqs_esm_concurrency)
    scheduler._SCHEDULE_TICK_INTERVAL = TICK_SECONDS
    eventbridge._SCHEDULER_TICK_INTERVAL = TICK_SECONDS
    runtime.Worker._drain_stderr_bounded.__defaults__ = (QUIET_SECONDS, 0.001, 0.1)
    gateway._resolve_custom_domain_request = console_by_port(gateway._resolve_custom_domain_request)
    gateway._EXECUTE_API_RE = OWN_ADDRESS


def in_name_only(kind: str) -> dict[str, Callable[..., Any]]:
    """How CloudFormation makes a resource of `kind`: a name and nothing else."""

    def create(logical_id: str, properties: Mapping[str, Any], stack: str) -> tuple[str, dict[str, str]]:
        name = str(properties.get(IN_NAME_ONLY[kind]) or f"{stack}-{logical_id}")
        return name, {"Arn": f"arn:aws:{kind.split('::')[1].lower()}:::{name}"}

    def update(
        physical_id: str, _old: Mapping[str, Any], _new: Mapping[str, Any], _stack: str, *_more: Any
    ) -> tuple[str, dict[str, str]]:
        return physical_id, {}

    def delete(_physical_id: str, _properties: Mapping[str, Any]) -> None:
        return None

    return {"create": create, "update": update, "delete": delete}


def without_metric_math(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """The handlers of an `alarm`, with one that computes from several metrics made in name only: MiniStack
    refuses those, and no alarm goes off on a metric of its own here anyway."""
    named = in_name_only("AWS::CloudWatch::Alarm")

    def create(logical_id: str, properties: Mapping[str, Any], stack: str) -> Any:
        chosen = named if "Metrics" in properties else alarm
        return chosen["create"](logical_id, properties, stack)

    def update(physical_id: str, old: Any, new: Mapping[str, Any], *more: Any) -> Any:
        chosen = named if "Metrics" in new else alarm
        return chosen["update"](physical_id, old, new, *more)

    return {**alarm, "create": create, "update": update}


def streamed(write: Callable[..., Any], dynamodb: Any) -> Callable[..., Any]:
    """A PartiQL `write` that is followed by its record in the table's stream, as on AWS."""

    def key(table: Any, parsed: Any) -> tuple[Any, Any]:
        if parsed["op"] != "INSERT":
            found: tuple[Any, Any] = dynamodb._partiql_key_target(table, parsed)[:2]
            return found
        item = parsed.get("item") or {}
        item = item.get("M", item) if set(item) == {"M"} else item
        sort = table["sk_name"]
        value = dynamodb._extract_key_val
        return value(item.get(table["pk_name"])), value(item.get(sort)) if sort else "__no_sort__"

    def write_and_tell(table: Any, parsed: Any, *more: Any) -> Any:
        hash_value, range_value = key(table, parsed)
        before = table["items"].get(hash_value, {}).get(range_value)
        answer = write(table, parsed, *more)
        after = table["items"].get(hash_value, {}).get(range_value)
        if answer[0] == 200 and after is not before:
            kind = "INSERT" if before is None else "REMOVE" if after is None else "MODIFY"
            dynamodb._emit_stream_event(table["TableName"], kind, before, after)
        return answer

    return write_and_tell


def full_batches(receive: Callable[[str, int], list[Any]]) -> Callable[[str, int], list[Any]]:
    """`receive` (ten messages at most) called until the mapping's own batch size is full, as on AWS."""

    def receive_all(queue_url: str, max_number: int) -> list[Any]:
        wanted = int(max_number or 1)
        batch: list[Any] = []
        while len(batch) < wanted:
            more = receive(queue_url, min(10, wanted - len(batch)))
            if not more:
                break
            batch.extend(more)
        return batch

    return receive_all


def at_most(most: int, concurrency: Callable[..., int]) -> Callable[..., int]:
    """`concurrency` (how many batches of a mapping may run side by side), but never more than `most`."""

    def capped(*mapping: Any) -> int:
        return min(most, concurrency(*mapping))

    return capped


def console_by_port(resolve: Callable[[str, str], Any]) -> Callable[[str, str], Any]:
    """`resolve` (custom domain by Host header), with the console's port standing for its domain."""

    def resolve_by_port(host: str, path: str) -> Any:
        return resolve(CONSOLE_DOMAIN if _on_console_port.get() else host, path)

    return resolve_by_port


def mark_console_port(handler: Handler, port: int) -> Handler:
    """An ASGI handler that remembers, for the request at hand, whether it came in on `port`."""

    async def marked(scope: Scope, receive: Any, send: Any) -> None:
        server = scope.get("server") or (None, None)
        _on_console_port.set(server[1] == port)
        await handler(scope, receive, send)

    return marked


def settings(port: int, state: Path, temporary: Path, keep: bool) -> dict[str, str]:
    """MiniStack's environment variables. It reads most of them when it is imported."""
    return {
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "1" if keep else "0",
        "S3_PERSIST": "1" if keep else "0",
        "STATE_DIR": str(state),
        "S3_DATA_DIR": str(state / "s3"),
        "TMPDIR": str(temporary),
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "LOG_LEVEL": os.environ.get("LOG_LEVEL", "WARNING"),
        # Warm functions stay warm: the local run is used in bursts with pauses in between.
        "LAMBDA_WARM_TTL_SECONDS": "3600",
    }


async def serve(port: int, console_port: int) -> None:
    """Serve until SIGTERM or SIGINT, then let MiniStack stop its functions and save its state."""
    gateway: Any = importlib.import_module("ministack.app")
    hypercorn = importlib.import_module("hypercorn.asyncio")
    config = importlib.import_module("hypercorn.config").Config()
    config.bind = [f"127.0.0.1:{port}", f"127.0.0.1:{console_port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = os.environ["LOG_LEVEL"]
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await hypercorn.serve(mark_console_port(gateway.app, console_port), config, shutdown_trigger=stop.wait)


def main() -> None:
    """Parse the arguments, adjust MiniStack, serve."""
    parser = argparse.ArgumentParser(description="MiniStack, set up for Ringback")
    parser.add_argument("--port", type=int, default=4566, help="the AWS endpoint")
    parser.add_argument("--console-port", type=int, default=4570, help="the console")
    parser.add_argument("--state", type=Path, default=Path(".local/state"), help="where data is kept")
    parser.add_argument("--keep", action="store_true", help="save data at the end, load it at the start")
    parser.add_argument("--check", action="store_true", help="only say whether this MiniStack fits")
    arguments = parser.parse_args()
    if arguments.check:
        problems = check()
        print("\n".join(problems) or "fits")
        raise SystemExit(1 if problems else 0)
    state = arguments.state.resolve()
    temporary = state / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    os.environ.update(settings(arguments.port, state, temporary, arguments.keep))
    adjust()
    asyncio.run(serve(arguments.port, arguments.console_port))


if __name__ == "__main__":
    main()
