"""Nothing is left untranslated: every page in a language that nobody speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.campaigns import lifecycle
from chalicelib.campaigns.lifecycle import Who
from chalicelib.console.routes import ROUTES
from tests.i18n.pseudo import LANGUAGE, spoken, untranslated, words_of
from tests.support.console import as_role, stage
from tests.support.factories import (
    CARE_BRAND,
    NOW,
    care_document,
    care_ready,
    complain,
    policy_document,
)

__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")

NAMES = [
    "Ringback",
    "CSV",
    "UTC",
    "OpenAPI",
    "AsyncAPI",
    "GSM-",
    "UCS-",
    "SMS",
    "MB",
    "English",
    "admin",
    "supervisor",
    "marketing",
    "care",
    "test",
    "campaign",
    "brand",
    "policy",
]
IDS = re.compile(r"K-[0-9A-Z]+|C-\d|[0-9a-f]{8}-[0-9a-f-]+|v\d+\b|post-complaint-survey")


def data() -> frozenset[str]:
    """What is no message: the product's name, formats, and what the settings and the policy hold."""
    return frozenset(NAMES) | words_of(care_document(), CARE_BRAND, policy_document())


@pytest.fixture
def nobodys(tmp_path: Path) -> Iterator[None]:
    with spoken(tmp_path):
        yield


@pytest.mark.usefixtures("nobodys")
def test_every_page_says_nothing_that_is_not_translated() -> None:
    care_ready()
    case, known = complain(), data()
    lifecycle.save("policy", policy_document() | {"confirm_from": 5}, Who("test", "admin"), NOW)
    browser = as_role("admin", LANGUAGE)
    paths = [one.path for one in ROUTES if "{" not in one.path and one.method == "GET"]
    left = {}
    for path in [*paths, f"/cases/{case.case_id}", "/nowhere"]:
        page = browser.open(path)
        if "text/html" in str(page.headers.get("Content-Type")):
            found = untranslated(IDS.sub("", str(page.body)), known)
            if found:
                left[path] = found
    assert left == {}, "\n".join(f"{path}: {one}" for path, found in left.items() for one in found)
