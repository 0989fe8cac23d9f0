"""Whoever answers a byte at a time holds nobody longer than one whole exchange may take. Gateways are asked
in tests/sms/test_gateway_conformance.py."""

from __future__ import annotations

import ast
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import boto3
import pytest
import urllib3
from botocore.exceptions import BotoCoreError, ClientError
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from greenlet import getcurrent, greenlet

from chalicelib import deadline
from chalicelib.commands import doctor_kannel
from chalicelib.console import issuer
from chalicelib.console.openid import SignInFailed
from chalicelib.store import bedrock
from tests.sms.gateway_servers import serving
from tests.test_architecture import modules

SHORT = 0.25  # seconds; the answers of these servers take longer, and no byte of theirs does


def doctor(url: str) -> None:
    if not doctor_kannel._answers(url):
        raise TimeoutError


def sign_in(url: str) -> None:
    issuer._asked(url)


def proposal(_: str) -> None:
    bedrock.converse({"messages": [{"role": "user", "content": [{"text": "?"}]}]})


CALLERS: dict[str, tuple[Callable[[str], None], Any, str]] = {
    "doctor": (doctor, doctor_kannel, "PATIENCE"),
    "sign-in": (sign_in, issuer, "SECONDS"),
    "proposal": (proposal, bedrock, "ANSWERED_WITHIN"),
}
FAILS = (TimeoutError, SignInFailed, BotoCoreError, ClientError)


@pytest.mark.parametrize("since", ["status", "headers", "body"])
@pytest.mark.parametrize("name", CALLERS)
def test_every_caller_gives_up_an_answer_that_trickles(
    name: str, since: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, module, setting = CALLERS[name]
    monkeypatch.setattr(module, setting, SHORT)
    with serving({"accept": (200, b'{"output": {}, "usage": {}, "x": 1}')}) as (url, _, say, _):
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", url)
        monkeypatch.setenv("RINGBACK_BEDROCK_MODEL", "a-model")
        for one in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
            monkeypatch.setenv(one, "us-east-1")
        monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # which would keep these for whoever comes later
        bedrock._client.cache_clear()
        say(f"slow {since}")  # a whole answer in the end, and never long without a byte
        with pytest.raises(FAILS):
            call(url)
        bedrock._client.cache_clear()


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """What a server of this machine shows, and where those who trust it look."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    both, shown = folder / "both.pem", folder / "shown.pem"
    shown.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    both.write_bytes(private + shown.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return context, shown


@pytest.mark.parametrize("since", ["status", "body"])
def test_it_holds_over_tls(since: str, tmp_path: Path) -> None:
    context, shown = certified(tmp_path)
    pools = urllib3.PoolManager(retries=False, timeout=5.0, ca_certs=str(shown))
    pools.pool_classes_by_scheme = deadline.keeping(pools.pool_classes_by_scheme)
    with serving({"accept": (200, b"x" * 40)}, context) as (url, seen, say, _):
        for _ in range(2):  # the second by the same connection
            with deadline.within(60.0):
                assert pools.request("POST", url, body=b"?").data == b"x" * 40
        say(f"slow {since}")
        with deadline.within(SHORT), pytest.raises(urllib3.exceptions.ReadTimeoutError):
            pools.request("POST", url, body=b"?")
    assert len(seen.paths) == 3


def test_a_deadline_within_another_is_the_nearer_one() -> None:
    assert deadline._left() is None
    with deadline.within(1.0):
        with deadline.within(60.0):
            left = deadline._left()
            assert left is not None
            assert left <= 1.0
        with deadline.within(0.1):
            left = deadline._left()
            assert left is not None
            assert left <= 0.1
        left = deadline._left()
        assert left is not None
        assert left > 0.1
    assert deadline._left() is None


def test_no_module_opens_a_connection_without_a_deadline() -> None:
    opening = {"urlopen", "PoolManager", "HTTPConnection", "HTTPSConnection", "create_connection"}
    found = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) in opening
    }
    keeping = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "chalicelib.deadline"
    }
    assert found - keeping == set()
    assert found


def test_a_client_that_is_built_another_way_still_works(capsys: pytest.CaptureFixture[str]) -> None:
    deadline.keep(object())
    assert "no deadline for exchanges with AWS" in capsys.readouterr().out


def test_whoever_never_comes_back_leaves_no_deadline_behind() -> None:
    def dies() -> None:
        with deadline.within(1.0):
            getcurrent().parent.switch()

    greenlet(dies).switch()  # as the workers of the simulation are killed
    assert deadline._left() is None
