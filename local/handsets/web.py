"""HTTP: the SMS API, the JSON interface of INTERFACES, the page. One loop, no locks.

aiohttp, because its one loop holds hundreds of open event streams and long-withheld answers for nothing and
still answers a thousand requests a second on one core.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import mimetypes
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from chalicelib.i18n.translations import languages
from local.handsets import aws, design, feed, inputs, network
from local.handsets.inputs import BadInput
from local.handsets.simulator import EVERYONE, Simulator
from local.handsets.wall import MOST_ENTRIES

STATIC = Path(__file__).parent / "static"
CONSOLE = Path(__file__).parents[2] / "templates" / "console"
OF_THE_CONSOLE = [CONSOLE / name for name in ("tokens.css", "ui.css", "console.js", "writing.js")]
SIMULATOR = web.AppKey("simulator", Simulator)
CLOSING = web.AppKey("closing", asyncio.Event)
CREATED = web.AppKey("created", float)
UPDATE_SECONDS = 0.2
PING_SECONDS = 15.0
AMZ_JSON = "application/x-amz-json-1.0"
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(simulator: Simulator) -> web.Application:
    """The server around a simulator that lives on the same loop."""
    app = web.Application(middlewares=[_answer])
    app[SIMULATOR] = simulator
    app[CLOSING] = asyncio.Event()
    app[CREATED] = simulator.utcnow().timestamp()
    app.add_routes(
        [
            web.post("/", _sms_api),
            web.get("/", _static_file(STATIC / "index.html")),
            *(
                web.get(f"/static/{file.name}", _static_file(file))
                for file in (*STATIC.iterdir(), *OF_THE_CONSOLE)
                if file.is_file()
            ),
            web.get("/design", _design),
            web.get("/messages", _messages),
            web.get("/replies", _replies),
            web.post("/reply", _reply),
            web.get("/network", _get_network),
            web.post("/network", _set_network),
            web.post("/people", _people),
            web.get("/rates", _get_rates),
            web.post("/rates", _set_rates),
            web.get("/connect", _get_connection),
            web.post("/connect", _connect),
            web.post("/reset", _reset),
            web.get("/stats", _stats),
            web.get("/health", _health),
            web.get("/wall", _wall),
            web.get("/changes", _changes),
            web.get("/events", _events),
        ]
    )
    app.on_shutdown.append(_close)
    return app


@web.middleware
async def _answer(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Mistakes as JSON, and nothing from pages of other origins."""
    origin = request.headers.get("Origin")
    try:
        if origin and urlsplit(origin).netloc != request.host:
            return _json({"error": f"requests from pages of {origin} are not answered"}, 403)
        response = await handler(request)
    except BadInput as error:
        return _json({"error": error.error, **({"field": error.field} if error.field else {})}, 400)
    except web.HTTPException as error:
        return _json({"error": f"{request.method} {request.path}: {error.reason}"}, error.status)
    if not response.prepared:
        response.headers.update(SECURITY_HEADERS)
    return response


# --- the SMS API


async def _sms_api(request: web.Request) -> web.StreamResponse:
    simulator = request.app[SIMULATOR]
    operation = request.headers.get("X-Amz-Target", "").removeprefix(aws.TARGET)
    try:
        raw = aws.parse(await request.read())
        if operation == "SendTextMessage":
            accepted = simulator.send(aws.read_send(raw))
            if accepted.answer_withheld is not None:
                return await _say_nothing(request, accepted.answer_withheld)
            found: dict[str, Any] = {"MessageId": accepted.message_id}
        else:
            found = _describe(simulator, operation, raw, request.app[CREATED])
    except aws.Refusal as refusal:
        return web.Response(
            body=refusal.body(),
            status=refusal.status,
            content_type=AMZ_JSON,
            headers={"x-amzn-ErrorType": refusal.code},
        )
    return web.Response(body=json.dumps(found).encode(), content_type=AMZ_JSON)


def _describe(simulator: Simulator, operation: str, raw: dict[str, Any], created: float) -> dict[str, Any]:
    connection = simulator.connection
    originators = list(simulator.traffic.originators)
    if operation == "DescribeSenderIds":
        return aws.describe_sender_ids(originators, connection.region)
    if operation == "DescribePools":
        return {"Pools": []}
    if operation == "ListTagsForResource":
        return aws.list_tags(str(raw.get("ResourceArn", "")), connection.stage)
    if operation == "DescribeAccountAttributes":
        return aws.describe_account()
    if operation == "DescribeSpendLimits":
        return aws.describe_spend_limits()
    if operation == "DescribePhoneNumbers":
        return aws.describe_phone_numbers(
            originators, connection.region, connection.inbound_topic_arn, created
        )
    if operation == "DescribeConfigurationSets":
        there = simulator.configuration_sets | {f"ringback-{connection.stage}"}  # which the template makes
        names = raw.get("ConfigurationSetNames") or sorted(there)
        missing = [name for name in names if name not in there]
        if missing:
            raise aws.Refusal(
                "ResourceNotFoundException",
                f"the configuration set {missing[0]} does not exist",
                ResourceType="configuration-set",
                ResourceId=missing[0],
            )
        return aws.describe_configuration_sets(
            names, connection.region, connection.receipts_topic_arn, created
        )
    if operation == "DescribeOptOutLists":
        return aws.describe_opt_out_lists(connection.region, created)
    raise aws.Refusal(
        "UnknownOperationException", f"{operation or 'no X-Amz-Target'}: not an operation of this simulator"
    )


async def _say_nothing(request: web.Request, seconds: float) -> web.StreamResponse:
    """Keep the caller waiting until it gives up, time is up or we stop; then break the connection."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end and not request.app[CLOSING].is_set():
        if request.transport is None or request.transport.is_closing():
            break
        await _wait(request.app[CLOSING], 0.1)
    if isinstance(request.transport, asyncio.Transport):
        request.transport.abort()
    return web.Response(status=504)  # goes nowhere


# --- the JSON interface


async def _messages(request: web.Request) -> web.StreamResponse:
    query = request.query
    to = inputs.msisdn(query["to"], "to") if query.get("to", "").strip() else None
    since = inputs.moment(query["since"], "since") if query.get("since") else None
    limit = inputs.whole(query.get("limit", MOST_ENTRIES), "limit", 1, MOST_ENTRIES)
    return _json({"messages": [one.as_json() for one in request.app[SIMULATOR].wall.texts(to, since, limit)]})


async def _replies(request: web.Request) -> web.StreamResponse:
    query = request.query
    sender = inputs.msisdn(query["from"], "from") if query.get("from", "").strip() else None
    since = inputs.moment(query["since"], "since") if query.get("since") else None
    limit = inputs.whole(query.get("limit", MOST_ENTRIES), "limit", 1, MOST_ENTRIES)
    return _json(
        {"replies": [one.as_json() for one in request.app[SIMULATOR].wall.answers(sender, since, limit)]}
    )


async def _reply(request: web.Request) -> web.StreamResponse:
    simulator = request.app[SIMULATOR]
    raw = inputs.mapping(inputs.document(await request.read()))
    sender = inputs.msisdn(raw.get("from"), "from")
    originator = inputs.optional_text(raw, "to")
    if not originator:
        last = simulator.wall.last_text(sender)
        if last is None:
            raise BadInput("to", f"nobody has written to {sender} yet: name the originator to answer")
        originator = last.sender
    body = inputs.text(raw.get("body"), "body", inputs.LONGEST_BODY)
    in_reply_to = inputs.optional_text(raw, "in_reply_to") if "in_reply_to" in raw else None
    times = inputs.whole(raw.get("times", 1), "times", 1, inputs.MOST_TIMES)
    new_ids = raw.get("new_ids", False)
    if not isinstance(new_ids, bool):
        raise BadInput("new_ids", "is neither true nor false")
    if simulator.link is None and not simulator.connection.inbound_topic_arn:
        return _json({"error": "answers go nowhere yet: POST /connect with inbound_topic_arn first"}, 409)
    answers = await simulator.reply(sender, originator, body, in_reply_to, times, new_ids=new_ids)
    if any(answer.state == "failed" for answer in answers):
        connection = simulator.connection
        error = (
            f"{connection.inbound_topic_arn} at {connection.aws_endpoint} did not take the answer: is it up?"
        )
        return _json({"error": error, "replies": [one.as_json() for one in answers]}, 502)
    return _json({"id": answers[0].id, "replies": [one.as_json() for one in answers]})


async def _get_network(request: web.Request) -> web.StreamResponse:
    return _json({to: one.as_json() for to, one in request.app[SIMULATOR].conditions.items()})


async def _set_network(request: web.Request) -> web.StreamResponse:
    raw = inputs.mapping(inputs.document(await request.read()))
    to = EVERYONE if raw.get("to") == EVERYONE else inputs.msisdn(raw.get("to"), "to")
    try:
        set_to = network.condition(raw)
    except ValueError as error:
        field, _, problem = str(error).partition(": ")
        raise BadInput(field, problem) from error
    request.app[SIMULATOR].set_condition(to, set_to)
    return _json({"to": to, **(set_to.as_json() if set_to else {"mode": network.INHERIT})})


async def _people(request: web.Request) -> web.StreamResponse:
    raw = inputs.document(await request.read())
    people = raw.get("people") if isinstance(raw, dict) else raw
    if not isinstance(people, list):
        raise BadInput("people", 'has to be a list of {"msisdn", "name", "language", "brand"}')
    read = [inputs.person(one, str(index)) for index, one in enumerate(people)]
    for one in read:
        request.app[SIMULATOR].wall.introduce(**one)
    return _json({"phones": len(read)})


async def _get_rates(request: web.Request) -> web.StreamResponse:
    return _json({one.identity: one.rate for one in request.app[SIMULATOR].traffic.originators.values()})


async def _set_rates(request: web.Request) -> web.StreamResponse:
    for originator, rate in inputs.rates(inputs.document(await request.read())).items():
        request.app[SIMULATOR].traffic.set_rate(originator, rate)
    return await _get_rates(request)


async def _get_connection(request: web.Request) -> web.StreamResponse:
    return _json(request.app[SIMULATOR].connection.as_json())


async def _connect(request: web.Request) -> web.StreamResponse:
    """Where receipts and answers go, and how fast originators are; whatever is not named stays as it is."""
    simulator = request.app[SIMULATOR]
    raw = inputs.mapping(inputs.document(await request.read()))
    given = {
        name: inputs.text(raw[name], name, 2048) for name in simulator.connection.as_json() if raw.get(name)
    }
    if not given.get("aws_endpoint", "http://").startswith(("http://", "https://")):
        raise BadInput("aws_endpoint", "has to begin with http://")
    rates = inputs.rates(raw.get("rates") or {})
    brands = inputs.brands(raw.get("brands") or [])
    simulator.connection = replace(simulator.connection, **given)
    simulator.know(brands)
    for originator, rate in rates.items():
        simulator.traffic.set_rate(originator, rate)
    return _json(simulator.connection.as_json())


async def _reset(request: web.Request) -> web.StreamResponse:
    request.app[SIMULATOR].reset()
    return _json({"reset": True})


async def _stats(request: web.Request) -> web.StreamResponse:
    simulator = request.app[SIMULATOR]
    found = simulator.traffic.as_json(simulator.steady())
    for name, one in (("receipts", simulator.receipts), ("inbound", simulator.inbound)):
        found[name] = {"published": one.published, "waiting": one.waiting, "lost": one.lost}
    return _json(found | {"phones": simulator.wall.phone_count, "held": len(simulator.wall)})


async def _health(request: web.Request) -> web.StreamResponse:
    connection = request.app[SIMULATOR].connection
    return _json(
        {"ok": True, "connected": bool(connection.inbound_topic_arn and connection.receipts_topic_arn)}
    )


# --- the page


async def _design(request: web.Request) -> web.StreamResponse:
    language, theme = (request.query.get(name, "") for name in ("language", "theme"))
    known = language if language in languages() else "en"
    html = design.page(known, theme if theme in ("light", "dark") else "auto")
    return web.Response(text=html, content_type="text/html")


def _static_file(file: Path) -> Handler:
    content = file.read_bytes()
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        charset = "utf-8" if kind.startswith("text/") else None
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        return web.Response(body=content, content_type=kind, charset=charset, headers=headers)

    return answer


async def _wall(request: web.Request) -> web.StreamResponse:
    query = request.query
    numbers = [inputs.msisdn(one, "numbers") for one in query.get("numbers", "").split(",") if one.strip()]
    limit = inputs.whole(query.get("limit", 60), "limit", 1, feed.MOST_PHONES)
    return _json(feed.wall(request.app[SIMULATOR], query.get("q", "")[:80], limit, numbers))


async def _changes(request: web.Request) -> web.StreamResponse:
    after = inputs.whole(request.query.get("after", 0), "after", 0, 2**53)
    return _json(feed.update(request.app[SIMULATOR], after))


async def _events(request: web.Request) -> web.StreamResponse:
    """Server-sent events: an update (see feed.update) whenever something has changed."""
    simulator, closing = request.app[SIMULATOR], request.app[CLOSING]
    begin = request.headers.get("Last-Event-ID") or request.query.get("after") or 0
    after = inputs.whole(begin, "after", 0, 2**53)
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", **SECURITY_HEADERS}
    )
    await response.prepare(request)
    await response.write(b"retry: 1000\n\n")
    told: dict[str, Any] = {}
    quiet_until = asyncio.get_running_loop().time() + PING_SECONDS
    while not closing.is_set():
        now = asyncio.get_running_loop().time()
        found = feed.update(simulator, after)
        if after != found["revision"] or found["status"] != told:
            after, told = found["revision"], found["status"]
            words = f"id: {after}\ndata: {json.dumps(found, ensure_ascii=False)}\n\n"
        elif now >= quiet_until:
            words = ": still here\n\n"
        else:
            words = ""
        if words:
            quiet_until = now + PING_SECONDS
            try:
                await response.write(words.encode())
            except ConnectionResetError:  # the page was closed
                break
        await _wait(closing, UPDATE_SECONDS)
    return response


async def _wait(closing: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(closing.wait(), seconds)
    except TimeoutError:
        return


async def _close(app: web.Application) -> None:
    app[CLOSING].set()
    for publisher in (app[SIMULATOR].receipts, app[SIMULATOR].inbound):
        await publisher.close()


def _json(found: Any, status: int = 200) -> web.Response:
    response = web.json_response(found, status=status, dumps=lambda one: json.dumps(one, ensure_ascii=False))
    response.headers["Cache-Control"] = "no-store"
    return response
