"""`python -m local.handsets`: start the handset simulator on 127.0.0.1."""

from __future__ import annotations

import argparse
import asyncio
import functools
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from local.handsets import inputs, sns
from local.handsets.publisher import Publisher
from local.handsets.simulator import Connection, Simulator
from local.handsets.smsc import Smsc
from local.handsets.wall import Wall
from local.handsets.web import application

TEMPLATES = Path(__file__).parents[2] / "templates"
HOST = "127.0.0.1"


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = options()
    chosen = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        rates = read_rates(chosen.rates, chosen.rate)
        brands = inputs.brands(read_yaml(chosen.brands) or [])
        prices = read_yaml(chosen.prices) or {}
    except inputs.BadInput as error:
        parser.error(f"{error.field}: {error.error}")
    except (OSError, yaml.YAMLError) as error:
        parser.error(str(error))
    connection = Connection(
        aws_endpoint=chosen.endpoint,
        region=chosen.region,
        inbound_topic_arn=chosen.inbound_topic,
        receipts_topic_arn=chosen.receipts_topic,
    )

    async def serve() -> web.Application:
        simulator = make(connection, chosen.latency, prices)
        simulator.know(brands)
        for originator, rate in rates.items():
            simulator.traffic.set_rate(originator, rate)
        app = application(simulator)
        if chosen.smsc_port:
            smsc = Smsc(simulator, chosen.smsc_port)
            app.on_startup.append(lambda _: smsc.start())
            app.on_cleanup.append(lambda _: smsc.stop())
        return app

    web.run_app(
        serve(),
        host=HOST,
        port=chosen.port,
        access_log=None,
        shutdown_timeout=1,
        print=lambda _: print(f"handsets on http://{HOST}:{chosen.port}/", flush=True),
    )


def make(connection: Connection, latency: float, prices: dict[str, Any]) -> Simulator:
    """A simulator on the running loop that publishes to the SNS of whatever it is connected to."""

    def publish(topic: str, bodies: Sequence[str]) -> list[int]:
        where = simulator.connection
        return sns.publish_batch(where.aws_endpoint, where.region, topic, bodies)

    simulator = Simulator(
        later=asyncio.get_running_loop().call_later,
        utcnow=functools.partial(datetime.now, UTC),
        steady=time.monotonic,
        receipts=Publisher(publish),
        inbound=Publisher(publish),
        latency=latency,
        prices=prices,
        connection=connection,
        wall=Wall(first_revision=int(time.time() * 1000)),
    )
    return simulator


def options() -> argparse.ArgumentParser:
    """The command's options."""
    parser = argparse.ArgumentParser(prog="python -m local.handsets", description=__doc__)
    parser.add_argument("--port", type=int, default=4580)
    parser.add_argument(
        "--endpoint", default="http://127.0.0.1:4566", help="the AWS emulator (default %(default)s)"
    )
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument(
        "--inbound-topic", default="", metavar="ARN", help="where answers go; or POST /connect later"
    )
    parser.add_argument(
        "--receipts-topic", default="", metavar="ARN", help="where receipts go; or POST /connect later"
    )
    parser.add_argument(
        "--rates", type=Path, metavar="FILE", help="YAML or JSON: originator to message parts a second"
    )
    parser.add_argument(
        "--rate", action="append", default=[], metavar="ORIGINATOR=MPS", help="one of them; repeatable"
    )
    parser.add_argument(
        "--latency", type=float, default=0.15, help="seconds to a phone on a good day (default %(default)s)"
    )
    parser.add_argument(
        "--smsc-port", type=int, default=0, metavar="PORT", help="speak SMPP on it, too; 0: not"
    )
    parser.add_argument(
        "--brands",
        type=Path,
        default=TEMPLATES / "brands.yaml",
        help="names and paces of originators (default: the templates')",
    )
    parser.add_argument(
        "--prices",
        type=Path,
        default=TEMPLATES / "prices.yaml",
        help="what receipts say of money (default: the templates')",
    )
    return parser


def read_rates(file: Path | None, single: Sequence[str]) -> dict[str, float]:
    """Rates from a file and from `ORIGINATOR=MPS`; the latter win. Raises BadInput."""
    found = dict(read_yaml(file) or {}) if file else {}
    for one in single:
        originator, equals, rate = one.partition("=")
        try:
            found[originator] = float(rate if equals else "")
        except ValueError as error:
            raise inputs.BadInput("--rate", f"{one!r} is not like +8613900000000=10") from error
    return inputs.rates({str(originator): rate for originator, rate in found.items()})


def read_yaml(file: Path) -> Any:
    """What the file holds. The templates may not be there yet: then None."""
    if not file.exists() and file.parent == TEMPLATES:
        return None
    return yaml.safe_load(file.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
