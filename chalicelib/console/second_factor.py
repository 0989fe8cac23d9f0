"""A second factor for those who decide what goes out: asked of the issuer, set up here with the user pool.

A pool cannot ask by role, so it asks whoever has set one up, and the console lets nobody else in whose role
wants one. Setting up needs the access token of a sign-in that was refused for it: the browser keeps that, and
nothing here trusts it, for Cognito does the work and the next sign-in is looked at anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from chalicelib.console import user_pool
from chalicelib.console.frame import Page
from chalicelib.console.openid import Issuer, SignInFailed
from chalicelib.console.session import Identity
from chalicelib.i18n.translations import say

_SECRET = re.compile(r"[A-Z2-7]{16,128}")
MINUTES = 15  # that somebody may take to set one up


def looked_at(who: Identity, issuer: Issuer) -> Identity:
    """Who signs in, with what is known of their second factor. Raises SignInFailed for a role that wants one
    where there is none."""
    if issuer.pool and not who.second_factor and who.role in issuer.factor_for:
        who = replace(who, second_factor=user_pool.second_factor(who.name))
    if who.role in issuer.factor_for and not who.second_factor:
        raise SignInFailed("factor", "no second factor", who)
    return who


def page(token: str, name: str) -> Page:
    """A secret to be scanned, and the field for the code that the app shows. Raises Unknown."""
    return _page(user_pool.new_factor(token), name)


def again(form: Mapping[str, str], name: str, language: str) -> Page:
    """The same secret once more, after a code that was not the app's."""
    secret = form.get("secret", "")
    wrong = say("This is not what the app shows now. Wait for the next code, then type that.", language)
    return _page(secret if _SECRET.fullmatch(secret) else "", name, wrong, 422)


def _page(secret: str, name: str, error: str = "", status: int = 200) -> Page:
    address = f"otpauth://totp/{quote(f'Ringback:{name}')}?secret={secret}&issuer=Ringback"
    shown = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    data = {"secret": secret, "shown": shown, "error": error, "square": square(address)}
    return Page("second_factor.html", "Set up a second factor", data, status)


def confirmed(token: str, form: Mapping[str, str]) -> bool:
    """Whether the code in the form is the app's; then the factor is set up. Raises Unknown."""
    code = "".join(one for one in form.get("code", "") if one.isdigit() and one.isascii())
    return len(code) == 6 and user_pool.confirm_factor(token, code)


def square(text: str) -> tuple[int, str]:
    """A QR code: its size in modules, with four of margin, and its dark ones as the path of an SVG."""
    import segno  # pure Python; only who sets up a factor needs it

    rows = list(segno.make(text, error="m", micro=False).matrix)
    dark = (f"M{x + 4} {y + 4}h1v1h-1z" for y, row in enumerate(rows) for x, bit in enumerate(row) if bit)
    return len(rows) + 8, "".join(dark)
