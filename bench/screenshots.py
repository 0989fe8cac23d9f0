"""Pictures of every page of a running stack, to be looked at: `make run`, then `make screenshots`.

Each language, theme and width is a folder with a picture a page, and contact sheets of a few each.
"""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / ".local" / "screenshots"
TALLEST = 2400  # pixels of a page that are kept
ON_A_SHEET = 8
PAGES = {
    "marketing": (
        "/campaigns",
        "/campaigns?state=ended",
        "/campaigns/new",
        "/campaigns/renewal-reminder",
        "/campaigns/renewal-reminder/edit",
        "/campaigns/post-complaint-survey/edit",
        "/campaigns/renewal-reminder/audience",
        "/batches",
        "/batches/new",
        "/batches/new?campaign=renewal-offer",
        "/templates",
        "/templates?q=nothing-has-this",
        "/results",
        "/results/usage-alert",
        "/results/usage-alert/texts?step=planned",
        "/results/birthday-greeting",
    ),
    "supervisor": (
        "/queue",
        "/queue?tab=all",
        "/cases",
        "/cases?q=C-1",
        "/board",
        "/topics",
        "/teams",
        "/deadlines",
        "/results",
    ),
    "admin": ("/audit", "/dead-letters", "/service", "/people", "/policy", "/nothing-here"),
}
FIRST = {  # pages with a name that only the running stack knows: the first link of a list
    "marketing": {"/batches": "tbody a[href^='/batches/']"},
    "supervisor": {"/queue?tab=all": "tbody a[href^='/cases/']"},
}


def main() -> None:
    """Take them all; prints where the contact sheets are."""
    stack = json.loads((ROOT / ".local" / "stack.json").read_text(encoding="utf-8"))
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for language, theme, width in itertools.product(("en", "zh-CN"), ("light", "dark"), (1280, 390)):
            folder = OUT / f"{language}-{theme}-{width}"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            taken = [
                picture
                for role in PAGES
                for picture in _pages(_signed_in(browser, stack, role, language, theme, width), role, folder)
            ]
            for n in range(0, len(taken), ON_A_SHEET):
                print(_sheet(browser, folder, taken[n : n + ON_A_SHEET], width, n // ON_A_SHEET + 1))
        browser.close()


def _signed_in(
    browser: Browser, stack: dict[str, Any], role: str, language: str, theme: str, width: int
) -> Page:
    base = stack["console_url"].rstrip("/")
    user = next(one for one in stack["users"] if one["role"] == role)
    context = browser.new_context(base_url=base, viewport={"width": width, "height": 900})
    chosen = {"language": language, "theme": theme}
    context.add_cookies([{"name": name, "value": value, "url": base} for name, value in chosen.items()])
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("a.primary").click()
    page.fill("[name=username]", user["username"])
    page.fill("[name=password]", user["password"])
    page.press("[name=password]", "Enter")
    page.wait_for_selector("form[action='/sign-out']")
    return page


def _pages(page: Page, role: str, folder: Path) -> list[Path]:
    found = list(PAGES[role])
    for listing, link in FIRST.get(role, {}).items():
        page.goto(listing)
        if page.locator(link).count():
            found.append(str(page.locator(link).first.get_attribute("href")))
    taken = []
    for path in found:
        answer = page.goto(path)
        for section in page.locator("form details.card").all():
            section.evaluate("one => one.open = true")
        name = path.strip("/").replace("/", "_").replace("?", "_")
        picture = folder / f"{role}-{name}.png"
        tall = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": page.viewport_size["width"], "height": min(tall, TALLEST)})  # type: ignore[index]
        page.screenshot(path=picture)
        page.set_viewport_size({"width": page.viewport_size["width"], "height": 900})  # type: ignore[index]
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if answer is None or not answer.ok or wide:
            print(f"  {folder.name} {path}: {answer and answer.status}{', too wide' if wide else ''}")
        taken.append(picture)
    page.context.close()
    return taken


def _sheet(browser: Browser, folder: Path, pictures: list[Path], width: int, number: int) -> Path:
    """Some pictures of a folder in one, with their names."""
    page = browser.new_page(viewport={"width": 2000, "height": 800})
    wide = 480 if width > 600 else 240
    figures = "".join(
        f"<figure><img src='{one.name}' width={wide}><figcaption>{one.stem}</figcaption></figure>"
        for one in pictures
    )
    style = "body{display:flex;flex-wrap:wrap;gap:8px;font:12px sans-serif}figure{margin:0}"
    index = folder / f"sheet-{number}.html"
    index.write_text(f"<meta charset=utf-8><style>{style}</style>{figures}", encoding="utf-8")
    page.goto(index.as_uri())
    sheet = OUT / f"{folder.name}-{number}.png"
    page.screenshot(path=sheet, full_page=True)
    page.close()
    return sheet.relative_to(ROOT)


if __name__ == "__main__":
    main()
