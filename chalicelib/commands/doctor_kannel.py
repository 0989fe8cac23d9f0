"""What `ringback doctor` asks of Kannel: is it set, is it there. Only where an originator goes through it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import urllib3

from chalicelib.campaigns.live import live
from chalicelib.commands.checkup import Finding
from chalicelib.commands.place import Place
from chalicelib.commands.shared import _
from chalicelib.deadline import keeping, within
from chalicelib.sms.gateways.kannel_settings import Settings, settings_from
from chalicelib.store import catalogue

PATIENCE = 6.0  # seconds for one smsbox, however its answer comes


def kannel(client: Callable[[str], Any], place: Place) -> Iterator[Finding]:
    """The parameter that names it, and each smsbox; nothing where nobody uses it."""
    brands = live(catalogue.control()).brands.values()
    if not any(one.gateway == "kannel" for brand in brands for one in brand.originators):
        return
    name = f"/ringback/{place.stage}/kannel"
    ssm = client("ssm")
    try:
        found = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        do = _("write it: docs/kannel.md, Setting it up")
        yield Finding("fail", _parameter(name), _("is missing"), do)
        return
    yield from set_up(name, found, _answers)


def set_up(name: str, value: str, answers: Callable[[str], bool]) -> Iterator[Finding]:
    """What the parameter says, and whether each smsbox `answers`."""
    try:
        known = settings_from(json.loads(value))
    except ValueError as error:
        yield Finding("fail", _parameter(name), str(error), _("docs/kannel.md, Setting it up"))
        return
    saw = _("smsbox: %(n)s, with a secret: %(boxes)s", n=len(known.urls), boxes=len(known.boxes))
    yield Finding("ok", _parameter(name), saw)
    yield from _thin(name, known)
    for url in known.urls:
        if answers(url):
            yield Finding("ok", f"smsbox {url}", _("answers"))
        else:
            do = _("start it, or run this inside its VPC")
            yield Finding("warn", f"smsbox {url}", _("no answer"), do)


def _parameter(name: str) -> str:
    return _("parameter %(name)s", name=name)


def _thin(name: str, known: Settings) -> Iterator[Finding]:
    what = _parameter(name)
    if not known.boxes:
        yield Finding("fail", what, _("no Kannel may bring answers"), _("name one in `boxes`"))
    if not known.sources:
        yield Finding("warn", what, _("calls from anywhere are taken"), _("name `sources`"))
    if not known.callback.startswith("https://") and "127.0.0.1" not in known.callback:
        yield Finding("fail", what, _("reports come without TLS"), _("make `callback` https"))


def _answers(url: str) -> bool:
    """Whether somebody is there; without credentials smsbox refuses, which is an answer."""
    pools = urllib3.PoolManager(retries=False, timeout=3.0)
    pools.pool_classes_by_scheme = keeping(pools.pool_classes_by_scheme)
    try:
        with within(PATIENCE):
            pools.request("GET", url)
    except urllib3.exceptions.HTTPError:
        return False
    return True
