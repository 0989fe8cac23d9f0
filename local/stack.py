"""The whole service on this machine, as a context: emulator, handsets, the deployed package, samples.

    with running_stack(Options()) as stack:
        stack.client("events").put_events(...)

`make run`, `make demo` and the emulator tests all start it here.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local import people
from local.deploy import Deployed, client_for, deploy
from local.emulator import CONSOLE_DOMAIN
from local.kannel import kannel, put_settings
from local.package import ROOT, Package, build
from local.processes import LocalRunError, require_free, running, wait_for
from local.schedules import scheduled_event, ticking, warming

REGION = "us-east-1"
STACK_NAME = "ringback"
CODE_BUCKET = "ringback-packages"
STARTING = "stack.starting.json"  # stack.json for the programs that fill a stack which is not ready yet
SCHEDULES: Mapping[str, float] = {  # function -> seconds between its runs
    "sweep": 1.5,  # on AWS once a minute; here somebody is watching
    "plan": 15.0,  # on AWS every 15 minutes
}
FED_BY_QUEUES = ("intake", "deliver_urgent", "receipt", "reply", "run", "deliver_bulk")
EMULATOR_PYTHON = ROOT / ".emulator" / "bin" / "python"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """What a run may choose. `folder` holds everything it writes; two runs need two folders."""

    port_emulator: int = 4566
    port_console: int = 4570
    port_handsets: int = 4580
    port_smsc: int = 4590  # with `gateway: kannel`
    samples: int = 50  # believable subscribers to begin with
    keep: bool = False  # keep the data of the run before, and of this one
    seed: bool = True  # publish templates, brands and plans; make users and the key
    stage: str = "dev"
    gateway: str = "aws"  # or kannel, with a real one between service and phones
    folder: Path = ROOT / ".local"
    package: Package | None = None  # made already; else it is made here
    schedules: Mapping[str, float] = field(default_factory=lambda: SCHEDULES)  # none where hours are played

    @property
    def ports(self) -> dict[str, int]:
        """Port by the Makefile variable that chooses it."""
        return {
            "PORT_EMULATOR": self.port_emulator,
            "PORT_CONSOLE": self.port_console,
            "PORT_HANDSETS": self.port_handsets,
            **({"PORT_SMSC": self.port_smsc} if self.gateway == "kannel" else {}),
        }


@dataclass(frozen=True)
class Stack:
    """A service that is up. `document` is what `.local/stack.json` holds (INTERFACES, "The local run")."""

    options: Options
    document: Mapping[str, Any]
    deployed: Deployed
    client: Callable[[str], Any]  # service name -> boto3 client of the emulator
    timings: Mapping[str, float] = field(default_factory=dict)  # step -> seconds

    @property
    def file(self) -> Path:
        """Where `document` is written."""
        return self.options.folder / "stack.json"

    @property
    def clock_file(self) -> Path:
        """The functions' clock: an offset in seconds (see `chalicelib.clock`)."""
        return self.options.folder / "clock"

    def function(self, name: str) -> str:
        """The deployed name of a function of app.py, such as `sweep` or `deliver_bulk`."""
        return self.deployed.of_type("AWS::Lambda::Function")[logical(name)]

    def invoke(self, name: str, payload: Mapping[str, Any] | None = None) -> Any:
        """Run a function of app.py, as published, now; what it answered. RuntimeError when it failed."""
        answer = self.client("lambda").invoke(
            FunctionName=self.function(name), Qualifier="live", Payload=json.dumps(payload or {}).encode()
        )
        result = json.loads(answer["Payload"].read() or b"null")
        if answer.get("FunctionError"):
            raise RuntimeError(f"{name} failed: {result}")
        return result

    def shift_clock(self, seconds: float) -> None:
        """Let the functions believe it is so many seconds later than it is. Data on AWS clocks stays."""
        write_whole(self.clock_file, str(seconds))


class Steps:
    """Prints what is being done, with how long it took, and remembers it."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self.timings: dict[str, float] = {}

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time the block under `name`."""
        begin = time.monotonic()
        yield
        self.timings[name] = time.monotonic() - begin
        self._say(f"  {self.timings[name]:6.1f} s  {name}")


@contextlib.contextmanager
def running_stack(options: Options, say: Say = lambda _: None) -> Iterator[Stack]:
    """The service is up while the block runs; `stack.json` exists exactly then.

    Raises LocalRunError when it cannot be started; everything that was started is stopped first.
    """
    steps = Steps(say)
    with contextlib.ExitStack() as held:
        held.enter_context(only_one(options.folder))
        require_free(options.ports)
        prepare(options)
        endpoint = f"http://127.0.0.1:{options.port_emulator}"
        handsets_url = f"http://127.0.0.1:{options.port_handsets}/"
        logs = options.folder / "logs"
        emulator = held.enter_context(
            running(
                "the emulator",
                emulator_command(options),
                logs / "emulator.log",
                emulator_environment(options),
                ROOT,
            )
        )
        handsets = held.enter_context(
            running(
                "the handset simulator",
                handsets_command(options),
                logs / "handsets.log",
                plain_environment(),
                ROOT,
            )
        )
        with steps.step("packaged" if options.package is None else "package at hand"):
            package = options.package or build(options.stage)
        with steps.step("emulator and handsets started"):
            wait_for(emulator, f"{endpoint}/_ministack/health")
            wait_for(handsets, handsets_url)
        client = client_for(endpoint, REGION)
        with steps.step("deployed through CloudFormation"):
            deployed = deploy(client, package, STACK_NAME, CODE_BUCKET, {})
        with steps.step("connected the console and the handsets"):
            give_console_an_address(client, deployed)
            variables = variables_of(client, deployed)
            let_people_in_here(client, deployed, variables["RINGBACK_SIGN_IN_PARAMETER"], options)
            document = describe(options, deployed, variables)
            connect_handsets(document)
        document["gateway"] = options.gateway
        if options.gateway == "kannel":
            with steps.step("Kannel bound to the phones' SMSC"):
                callback = f"{document['console_url']}kannel"
                between = held.enter_context(
                    kannel(options.folder / "kannel", options.port_smsc, callback, keep=options.keep)
                )
                put_settings(client, variables["RINGBACK_KANNEL_PARAMETER"], between.settings)
                document["kannel"] = {"status_url": between.admin, "smsc_port": options.port_smsc}
        if options.seed:
            with steps.step("published templates, made people and the key"):
                document |= people.make(client, deployed, variables["RINGBACK_CATALOGUE"])
                fill("catalogue", document, options.folder)
            if options.samples:
                with steps.step(f"imported {options.samples} sample subscribers"):
                    fill("subscribers", document, options.folder, str(options.samples))
        stack = Stack(options, document, deployed, client, steps.timings)
        for name, seconds in options.schedules.items():
            log = logs / f"{name}.log"
            held.enter_context(ticking(stack.invoke, name, scheduled_event, seconds, log))
        with steps.step("console answered"):
            wait_for(emulator, document["console_url"])
        write_whole(stack.file, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
        held.callback(stack.file.unlink, missing_ok=True)
        reports = ("events_http",) if options.gateway == "kannel" else ()
        held.enter_context(warming(stack.invoke, (*reports, *FED_BY_QUEUES)))
        yield stack


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the lock of `folder`. Raises LocalRunError when another run holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise LocalRunError(
                f"a local run is up already (process {lock.read().strip() or '?'}). "
                "Use that one (ringback commands find it), or end it with Ctrl-C there or `make stop`."
            ) from error
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def prepare(options: Options) -> None:
    """Forget the run before (unless its data is kept) and set the functions' clock to the true time."""
    if not EMULATOR_PYTHON.exists():
        raise LocalRunError("the emulator is not installed: run `make setup`")
    folder = options.folder
    forget(folder)
    if not options.keep:
        shutil.rmtree(folder / "state", ignore_errors=True)
    write_whole(folder / "clock", "0")


def forget(folder: Path) -> None:
    """Remove what a run that was killed says about itself."""
    for name in ("stack.json", STARTING):
        (folder / name).unlink(missing_ok=True)


def emulator_command(options: Options) -> list[str]:
    """How the emulator is started, in its own environment."""
    command = [str(EMULATOR_PYTHON), str(ROOT / "local" / "emulator.py")]
    command += ["--port", str(options.port_emulator), "--console-port", str(options.port_console)]
    command += ["--state", str(options.folder / "state")]
    return [*command, "--keep"] if options.keep else command


def handsets_command(options: Options) -> list[str]:
    """How the handset simulator is started."""
    command = [sys.executable, "-m", "local.handsets", "--port", str(options.port_handsets)]
    return [*command, "--smsc-port", str(options.port_smsc)] if options.gateway == "kannel" else command


def plain_environment() -> dict[str, str]:
    """This environment without what would point a program at somebody's AWS account or other Python."""
    unwanted = ("AWS_", "RINGBACK_", "PYTHON", "VIRTUAL_ENV", "MAKE", "MFLAGS")
    return {k: v for k, v in os.environ.items() if not k.startswith(unwanted)}


def emulator_environment(options: Options) -> dict[str, str]:
    """What the functions inherit from the emulator, so that the template needs nothing of its own for it:
    where the mobile network is, and the clock that can be shifted."""
    return plain_environment() | {
        "TZ": "UTC",  # as on Lambda
        "AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2": f"http://127.0.0.1:{options.port_handsets}",
        "RINGBACK_CLOCK_FILE": str((options.folder / "clock").resolve()),
    }


def give_console_an_address(client: Callable[[str], Any], deployed: Deployed) -> None:
    """Map the API to the domain that the console's port stands for, with and without the stage's name."""
    gateway = client("apigateway")
    api = deployed.outputs["RestAPIId"]
    stage = next(iter(deployed.of_type("AWS::ApiGateway::Stage").values()))
    with contextlib.suppress(gateway.exceptions.NotFoundException):
        gateway.delete_domain_name(domainName=CONSOLE_DOMAIN)  # of a kept run: the API's id may differ
    gateway.create_domain_name(domainName=CONSOLE_DOMAIN)
    for path in ("(none)", stage):
        gateway.create_base_path_mapping(domainName=CONSOLE_DOMAIN, basePath=path, restApiId=api, stage=stage)


def let_people_in_here(
    client: Callable[[str], Any], deployed: Deployed, setting: str, options: Options
) -> None:
    """Let the emulator's managed login send people back to the console's port, and say where its keys are:
    its discovery names AWS's issuer, whose keys are others."""
    cognito, pool = client("cognito-idp"), deployed.outputs["UserPoolId"]
    about = {"UserPoolId": pool, "ClientId": deployed.outputs["UserPoolClientId"]}
    found = cognito.describe_user_pool_client(**about)["UserPoolClient"]
    kept = ["ClientName", "ExplicitAuthFlows", "SupportedIdentityProviders", "AllowedOAuthFlows"]
    kept += ["AllowedOAuthScopes", "AllowedOAuthFlowsUserPoolClient"]
    here = (f"http://127.0.0.1:{options.port_console}/", own_address(options, deployed))
    there = list(dict.fromkeys([*found.get("CallbackURLs", ()), *(f"{one}signed-in" for one in here)]))
    cognito.update_user_pool_client(
        **about, **{name: found[name] for name in kept if name in found}, CallbackURLs=there
    )
    ssm = client("ssm")
    said = json.loads(ssm.get_parameter(Name=setting)["Parameter"]["Value"])
    said["discovery"] = f"http://127.0.0.1:{options.port_emulator}/{pool}/.well-known/openid-configuration"
    said["factor_for"] = ""  # the emulator's managed login asks for no second factor
    ssm.put_parameter(Name=setting, Value=json.dumps(said), Type="String", Overwrite=True)


def own_address(options: Options, deployed: Deployed) -> str:
    """The API's own address with its stage, as on AWS: a browser finds such a host on this machine."""
    stage = next(iter(deployed.of_type("AWS::ApiGateway::Stage").values()))
    host = f"{deployed.outputs['RestAPIId']}.execute-api.localhost:{options.port_emulator}"
    return f"http://{host}/{stage}/"


def variables_of(client: Callable[[str], Any], deployed: Deployed) -> dict[str, str]:
    """The environment that the deployed functions share."""
    function = deployed.of_type("AWS::Lambda::Function")[logical("sweep")]
    found = client("lambda").get_function_configuration(FunctionName=function)
    return dict(found["Environment"]["Variables"])


def describe(options: Options, deployed: Deployed, variables: Mapping[str, str]) -> dict[str, Any]:
    """What `stack.json` promises, from the stack's outputs and the environment of its functions."""
    tables = set(deployed.of_type("AWS::DynamoDB::Table").values())
    queue = "RINGBACK_QUEUE_"
    return {
        "aws_endpoint": f"http://127.0.0.1:{options.port_emulator}",
        "region": REGION,
        "console_url": f"http://127.0.0.1:{options.port_console}/",
        "api_url": own_address(options, deployed),
        "handsets_url": f"http://127.0.0.1:{options.port_handsets}/",
        "event_bus": deployed.outputs["EventBusName"],
        "drop_bucket": deployed.outputs["DropBucketName"],
        "inbound_topic_arn": deployed.outputs["InboundTopicArn"],
        "receipts_topic_arn": deployed.outputs["ReceiptsTopicArn"],
        "queues": {
            name.removeprefix(queue).lower().replace("_", "-"): url
            for name, url in sorted(variables.items())
            if name.startswith(queue)
        },
        "tables": {
            name.removeprefix("RINGBACK_").lower(): value
            for name, value in sorted(variables.items())
            if value in tables
        },
        "api_key": "",
        "users": [],
        "user_pool_id": deployed.outputs["UserPoolId"],
        "user_pool_client_id": deployed.outputs["UserPoolClientId"],
        "stack_name": deployed.stack,
        "stage": options.stage,
        "erasure_key_parameter": variables.get("RINGBACK_ERASURE_KEY_PARAMETER", ""),
        "clock_file": str((options.folder / "clock").resolve()),
    }


def connect_handsets(document: Mapping[str, Any]) -> None:
    """Tell the simulator where its receipts and replies go."""
    body = {
        name: document[name]
        for name in ("aws_endpoint", "region", "inbound_topic_arn", "receipts_topic_arn", "stage")
    }
    request = urllib.request.Request(  # noqa: S310 - our own http address
        document["handsets_url"] + "connect", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        pass


def fill(what: str, document: Mapping[str, Any], folder: Path, *arguments: str) -> None:
    """Run `local.seed what` against the stack in a process of its own, so that no client outlives a stack."""
    draft = folder / STARTING
    write_whole(draft, json.dumps(document))
    try:
        done = subprocess.run(
            [sys.executable, "-m", "local.seed", what, *arguments],
            cwd=ROOT,
            env=plain_environment() | {"RINGBACK_STACK": str(draft)},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        draft.unlink(missing_ok=True)
    if done.returncode != 0:
        raise LocalRunError(f"filling in the {what} failed:\n{done.stdout}{done.stderr}".rstrip())


def logical(name: str) -> str:
    """The logical id Chalice gives a function: `deliver_bulk` is `DeliverBulk`."""
    return "".join(part.capitalize() for part in name.split("_"))


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old text or the new one, never half of it."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
