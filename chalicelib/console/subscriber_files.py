"""The administrator's page of subscriber files: each is looked at before anything of it is stored.

A file waits in the drop bucket under `waiting/`. Here it is seen as an import would read it; only moving
it to `subscribers/` stores it, by the function that reads every dropped file, whose report is shown here too.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.campaigns.live import live
from chalicelib.clock import in_utc, iso
from chalicelib.console.frame import ADMIN, NotHere, Page, Redirect, Route, Visit
from chalicelib.console.trail import noted
from chalicelib.i18n.translations import N_, say
from chalicelib.intake.cells import CellRules, homes
from chalicelib.intake.dropped import report_key
from chalicelib.intake.imports import (
    BadMap,
    ImportPreview,
    Options,
    SheetProfile,
    positions,
    preview,
    profile,
)
from chalicelib.intake.sheet import BadSheet, open_sheet
from chalicelib.problems import Problem
from chalicelib.store import catalogue, drop_bucket
from chalicelib.store.drop_bucket import SUBSCRIBERS, WAITING

LOOKED_AT = 4 << 20  # bytes of a file that a page reads: what a function can in a few seconds
MOST = 3 << 20  # bytes that a browser may send: a request to a function holds six megabytes
GZIP = b"\x1f\x8b"
_NAME = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,200}").fullmatch


@dataclass(frozen=True, slots=True)
class FileLook:
    """How a file would be read, or why it cannot be."""

    preview: ImportPreview | None = None
    found: SheetProfile | None = None
    problem: Problem | None = None
    whole: bool = True  # False: only its beginning was looked at


def files(visit: Visit) -> Page:
    """The files that wait, those that were stored, and where to put another."""
    return _files(visit)


def _files(visit: Visit, error: str = "", status: int = 200) -> Page:
    data: dict[str, Any] = {
        "waiting": drop_bucket.files(WAITING),
        "stored": drop_bucket.files(SUBSCRIBERS),
        "bucket": drop_bucket.name(),
        "error": error,
        "typed": visit.form,
    }
    return Page("imports.html", "Subscriber files", data, status)


def keep(visit: Visit) -> Page | Redirect:
    """Take a file, or rows that somebody typed, and let it wait."""
    if not drop_bucket.name():
        raise NotHere
    try:
        body = base64.b64decode(visit.form.get("file", ""), validate=True)
    except ValueError:
        raise NotHere from None
    body = body or visit.form.get("rows", "").strip().encode()
    if not body:
        return _files(visit, say("Choose a file, or paste its rows.", visit.language), 422)
    if len(body) > MOST:
        words = "A browser can send %(n)s MB: put a larger file into the bucket, in the folder %(folder)s."
        return _files(visit, say(words, visit.language, n=MOST >> 20, folder=WAITING), 422)
    plain = re.sub(r"[^\w.-]+", "-", visit.form.get("name", "")).strip("-.")[-80:] or "rows.csv"
    key = f"{WAITING}{visit.now:%Y%m%dT%H%M%SZ}-{plain}"
    drop_bucket.put(key, body)
    noted(visit, "keep_file", f"file#{key}", after={"bytes": len(body)})
    return Redirect(f"/imports/look?file={key}")


def look(visit: Visit) -> Page:
    """One file as an import would read it; nothing is stored."""
    return _look(visit, _named(visit.query))


def _look(visit: Visit, key: str, error: str = "", status: int = 200) -> Page:
    body = drop_bucket.beginning(key, LOOKED_AT)
    if body is None:
        raise NotHere
    begun, size = body
    seen = read(begun, size, visit.now)
    name = key.removeprefix(WAITING)
    return Page(
        "imports_look.html", "%(id)s", {"seen": seen, "key": key, "size": size, "error": error}, status, name
    )


def read(begun: bytes, size: int, now: datetime) -> FileLook:
    """What a file that begins so is taken for; `size` is all of it, in bytes."""
    whole = len(begun) >= size
    if begun.startswith(GZIP):
        unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            begun = unpacked.decompress(begun, LOOKED_AT)
        except zlib.error:
            whole = True  # open_sheet says what is wrong
        else:
            whole = whole and unpacked.eof
    if not whole:
        begun = begun[: max(begun.rfind(b"\n"), begun.rfind(b"\r")) + 1] or begun
    try:
        sheet = open_sheet(io.BytesIO(begun))
        current = live(catalogue.control())
        own = current.vocabulary.attributes
        how = CellRules(homes=homes(current.brands), today=now.date(), own=own)
        options = Options(positions(sheet.header, {}, own), how)
        found = profile(sheet, options)
        return FileLook(preview(sheet, options, found), found, whole=whole)
    except (BadSheet, BadMap) as error:
        return FileLook(problem=error.problem, whole=whole)


def act(visit: Visit) -> Page | Redirect:
    """Store the file that was looked at, or throw it away."""
    key, what = _named(visit.form), visit.form.get("what", "")
    name = key.removeprefix(WAITING)
    if drop_bucket.beginning(key, 1) is None:
        raise NotHere
    if what == "drop":
        drop_bucket.drop(key)
        noted(visit, "drop_file", f"file#{key}")
        return Redirect("/imports", N_("Discarded. Nothing was stored."))
    if what != "store":
        raise NotHere
    metadata = {}
    if written := visit.form.get("as_of", ""):
        try:
            at = in_utc(datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(visit.zone)))
        except ValueError:
            words = say("Write when the file was made as a day and a time.", visit.language)
            return _look(visit, key, words, 422)
        metadata = {"as-of": iso(at)}
    drop_bucket.move(key, SUBSCRIBERS + name, metadata)
    noted(visit, "store_file", f"file#{SUBSCRIBERS}{name}", after=metadata)
    return Redirect("/imports", N_("It is being stored: its report is here in a minute or two."))


def report(visit: Visit) -> Page:
    """What came of a file that was stored."""
    name = visit.query.get("file", "")
    if not _NAME(name) or not drop_bucket.name():
        raise NotHere
    found = drop_bucket.beginning(report_key(SUBSCRIBERS + name), LOOKED_AT)
    if found is None:
        raise NotHere
    return Page("imports_report.html", "%(id)s", {"report": json.loads(found[0])}, name=name)


def _named(given: Any) -> str:
    key = str(given.get("file", ""))
    if not key.startswith(WAITING) or not _NAME(key.removeprefix(WAITING)) or not drop_bucket.name():
        raise NotHere
    return key


ROUTES = (
    Route("GET", "/imports", ADMIN, files),
    Route("POST", "/imports", ADMIN, keep),
    Route("GET", "/imports/look", ADMIN, look),
    Route("POST", "/imports/look", ADMIN, act),
    Route("GET", "/imports/report", ADMIN, report),
)
