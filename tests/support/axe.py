"""What axe, the checker of accessibility, finds on a page that a browser shows.

Only violations are worked out, with the element itself and without the ways to it: half of what axe would
do else. Of what it fetches beforehand it needs media alone; style sheets are for a rule that is off.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[1] / "browser/node_modules/axe-core/axe.min.js"
RUN = """
axe.run({ resultTypes: ["violations"], selectors: false, preload: { assets: ["media"] } }).then((found) =>
  found.violations.flatMap((one) => one.nodes.map((node) => [one.id, one.impact, node.html])))
"""


@dataclass(frozen=True)
class Violation:
    """A rule that an element breaks; `impact` is axe's: minor, moderate, serious or critical."""

    rule: str
    impact: str
    html: str


def violations(page: Page) -> list[Violation]:
    """All that axe finds, rule by rule."""
    # The page's own policy lets no script in; what the test brings goes through the debugger.
    page.evaluate(SOURCE.read_text(encoding="utf-8"))
    return [Violation(rule, impact or "", html) for rule, impact, html in page.evaluate(RUN)]
