"""Where the console is reached: at a domain, at the API's own address below its stage, or on this machine.

Pages, redirects and forms are written as if the console were at the root; `placed` puts what stands before
that into an answer as it leaves. Cookies are as strict as the address allows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

# Where one signs in: the start page, the way to the issuer and the way back.
START, TO_ISSUER, FROM_ISSUER = "/sign-in", "/sign-in/go", "/signed-in"
SIGN_IN = (START, TO_ISSUER, FROM_ISSUER)
SECOND_FACTOR = "/second-factor"
KEPT_CLOSE = frozenset({"session", "said", "typed", "signing", "way"})  # no script may read these
_LINK = re.compile(r'(\b(?:href|src|action|formaction|data-[a-z]+)=")/(?!/)')
_OWN_MACHINE = re.compile(r"(127\.\d+\.\d+\.\d+|\[::1\]|([a-z0-9-]+\.)*localhost)(:\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """`host` with its port, and the path that everything stands under: "" or `/<stage>`."""

    host: str = ""
    base: str = ""
    secure: bool = True  # over TLS: everywhere but on somebody's own machine

    @property
    def root(self) -> str:
        """The absolute address, without a slash at its end."""
        return f"http{'s' if self.secure else ''}://{self.host}{self.base}"


def address(headers: Mapping[str, str], stage: str = "") -> Address:
    """Where a request came in. `stage` is API Gateway's, which stands in the path of its own hosts
    (`<api>.execute-api...`) and of no domain."""
    host = headers.get("host", "")
    own = bool(_OWN_MACHINE.fullmatch(host))
    base = f"/{stage}" if stage and ".execute-api." in host else ""
    return Address(host, base, not own or headers.get("x-forwarded-proto", "") == "https")


def placed_in(html: str, base: str) -> str:
    """A page whose own links stand under `base`. What people wrote cannot look like a link: its quotes are
    escaped."""
    return _LINK.sub(rf"\g<1>{base}/", html) if base else html


def cookies(headers: Mapping[str, str]) -> dict[str, str]:
    """The cookies of a request by name, without the prefix that `kept` gives them; none where they cannot be
    read."""
    try:
        jar = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def cookie_of(jar: Mapping[str, str], name: str, at: Address) -> str:
    """The value of one of our own cookies; over TLS only one that no other host can have set counts."""
    return jar.get(_name(name, at), "")


def kept(name: str, value: str, at: Address, seconds: int) -> str:
    """A Set-Cookie header: for this host alone, over TLS only where there is TLS, and hidden from scripts
    where none needs it. `__Host-` says so to the browser, which then holds us to it (RFC 6265bis)."""
    flags = "; HttpOnly" if name in KEPT_CLOSE else ""
    secure = "; Secure" if at.secure else ""
    return f"{_name(name, at)}={value}; Path=/; Max-Age={seconds}; SameSite=Lax{flags}{secure}"


def dropped(name: str, at: Address) -> str:
    """A Set-Cookie header that removes a cookie."""
    return kept(name, "", at, 0)


def _name(name: str, at: Address) -> str:
    return f"__Host-{name}" if at.secure and name in KEPT_CLOSE else name
