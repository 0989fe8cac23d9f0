"""Which page an address leads to."""

from __future__ import annotations

import re

from chalicelib.console.routes import ROUTES, match


def test_a_fixed_address_goes_before_a_pattern() -> None:
    for route in ROUTES:
        path = re.sub(r"\{\w+\}", "x", route.path)
        found = match(route.method, path)
        assert found is not None
        assert found[0].path == route.path or found[1] != {}
    assert match("GET", "/queue/") is None
    assert match("GET", "/nowhere") is None
