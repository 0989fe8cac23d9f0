"""Whether what the console answers stays at the address it was asked at: links, forms, redirects, cookies."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from chalicelib.console.address import Address

KINDS = {  # of address -> its host
    "below the API's stage": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
    "at a domain": "console.operator.example",
    "on this machine": "127.0.0.1:4570",
}
NO_ADDRESS = {"value", "title", "placeholder", "aria-label", "content", "pattern"}
ATTRIBUTE = re.compile(r'\b([a-z-]+)="(/[^"]*)"')
FOR_SCRIPTS = {"language", "theme", "zone"}  # cookies that a page's script may read


def headers_of(answer: dict[str, Any]) -> dict[str, list[str]]:
    """Every header of an answer of the API's function, with all its values."""
    one = {name: [value] for name, value in answer["headers"].items()}
    return one | {name: list(values) for name, values in answer["multiValueHeaders"].items()}


def strays(answer: dict[str, Any], at: Address) -> list[str]:
    """What of an answer leaves `at`, or is kept less closely than it allows; empty when all is well."""
    headers = headers_of(answer)
    found = [there for there in headers.get("Location", []) if not _leads_back(there, at)]
    if "html" in str(headers.get("Content-Type")):
        links = ATTRIBUTE.findall(answer["body"])
        found += [f"{n}={there}" for n, there in links if n not in NO_ADDRESS and not _is_below(there, at)]
    return found + [cookie for cookie in headers.get("Set-Cookie", []) if _is_loose(cookie, at)]


def _is_below(there: str, at: Address) -> bool:
    return there.startswith(f"{at.base}/") and not there.startswith(f"{at.base}//")


def _leads_back(there: str, at: Address) -> bool:
    """Within the console, or to an issuer that is told to send people back to it."""
    return _is_below(there, at) or f"redirect_uri={quote(at.root + '/', safe='')}" in there


def _is_loose(cookie: str, at: Address) -> bool:
    name, *flags = cookie.split("; ")
    name = name.partition("=")[0]
    close = name.removeprefix("__Host-") not in FOR_SCRIPTS
    wanted = {"Path=/", "SameSite=Lax", *(["Secure"] if at.secure else []), *(["HttpOnly"] if close else [])}
    return not wanted <= set(flags) or name.startswith("__Host-") != (at.secure and close)
