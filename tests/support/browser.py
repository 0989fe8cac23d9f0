"""The browser that tests drive: Chromium without a screen, each module its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

CHROMIUM = os.environ.get("RINGBACK_CHROMIUM", "/usr/bin/chromium")
# No graphics card is imitated: it would take a third of what a page costs, and pages look the same.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-gpu-compositing",
    "--disable-software-rasterizer",
    "--disable-background-networking",
)
expect.set_options(timeout=30_000)  # ms that a page may take to show what is expected, on a busy machine


@contextmanager
def chromium_started() -> Iterator[Browser]:
    """Chromium runs while the block does."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()
