"""What `ringback doctor` asks of an OpenID issuer that is no user pool of ours: is it set, is it there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from chalicelib.commands.checkup import Finding
from chalicelib.commands.shared import _
from chalicelib.console import issuer as asked
from chalicelib.console.openid import Issuer, SignInFailed, issuer_from


def issuer(client: Callable[[str], Any], stage: str) -> Iterator[Finding]:
    """The setting that the stack wrote, the secret beside it, and whether the issuer answers."""
    name, secret = (f"/ringback/{stage}/{one}" for one in ("sign-in", "sign-in-secret"))
    found = client("ssm").get_parameters(Names=[name, secret], WithDecryption=True)["Parameters"]
    values = {one["Name"]: one["Value"] for one in found}
    yield from set_up(name, values.get(name, ""), secret, secret in values, _answers)


def set_up(
    name: str, setting: str, secret: str, secret_there: bool, answers: Callable[[Issuer], bool]
) -> Iterator[Finding]:
    """What the `setting` in the parameter `name` says, and whether the issuer `answers`."""
    try:
        known = issuer_from(setting, "")
    except SignInFailed:
        said = _("not set, or no JSON with discovery and client")
        what = _("parameter %(name)s", name=name)
        yield Finding("fail", what, said, _("deploy the stack with SignInDiscovery and SignInClient"))
        return
    what = _("sign-in by %(issuer)s", issuer=urlsplit(known.discovery).netloc)
    if answers(known):
        yield Finding("ok", what, _("answers"))
    else:
        yield Finding("warn", what, _("no answer"), _("nobody can sign in until the console reaches it"))
    if not secret_there:
        do = _("write it, unless the client has none: docs/deploy.md")
        yield Finding("warn", _("parameter %(name)s", name=secret), _("is missing"), do)


def _answers(known: Issuer) -> bool:
    try:
        return bool(asked.keys(asked.discovered(known), None))
    except SignInFailed:
        return False
