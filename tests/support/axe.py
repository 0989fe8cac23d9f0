"""What axe, the checker of accessibility, finds on a page that a browser shows.

Only violations are worked out, with the element itself and without the ways to it: half of what axe would
do else. Of what it fetches beforehand it needs media alone; style sheets are for a rule that is off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

SOURCE = Path(__file__).parents[1] / "browser/node_modules/axe-core/axe.min.js"
RUN = """
(without) => axe.run({
  resultTypes: ["violations"], selectors: false, preload: { assets: ["media"] },
  rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])),
}).then((found) =>
  found.violations.flatMap((one) => one.nodes.map((node) => [one.id, one.impact, node.html])))
"""
CONTRAST = "color-contrast"  # the rule that takes six times as long as all others together


@dataclass(frozen=True)
class Violation:
    """A rule that an element breaks; `impact` is axe's: minor, moderate, serious or critical."""

    rule: str
    impact: str
    html: str


def violations(page: Page, without: Sequence[str] = ()) -> list[Violation]:
    """All that axe finds, rule by rule, but for the rules in `without`."""
    # The page's own policy lets no script in; what the test brings goes through the debugger.
    page.evaluate(SOURCE.read_text(encoding="utf-8"))
    found = page.evaluate(RUN, list(without))
    return [Violation(rule, impact or "", html) for rule, impact, html in found]
