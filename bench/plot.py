"""A small line chart as SVG, for curves of a few points each."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from math import floor, log10

from bench.figure import Points

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 40, 60
MARKS = 13  # along the x axis, at most
COLOURS = ("#2563eb", "#d97706", "#059669", "#db2777", "#7c3aed")


def plot(title: str, axes: tuple[str, str], curves: Mapping[str, Points]) -> str:
    """The chart as a document. The y axis begins at 0, so that flat looks flat; the x axis is
    logarithmic when it spans more than a factor of 30."""
    everything = [point for points in curves.values() for point in points]
    high_y = _ceiling(max(y for _, y in everything))
    low_x, high_x = min(x for x, _ in everything), max(x for x, _ in everything)
    scaled = low_x > 0 and high_x / low_x > 30

    def across(x: float) -> float:
        share = log10(x / low_x) / log10(high_x / low_x) if scaled else (x - low_x) / ((high_x - low_x) or 1)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def down(y: float) -> float:
        return HEIGHT - BOTTOM - y / high_y * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        f'font-size="12" fill="#334155"><title>{escape(title)}</title>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>',
    ]
    for n in range(5):
        y = high_y * n / 4
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{down(y):.1f}" y2="{down(y):.1f}" stroke="#e2e8f0"/>'
            f'<text x="{LEFT - 6}" y="{down(y) + 4:.1f}" text-anchor="end">{_short(y)}</text>'
        )
    marks = sorted({x for x, _ in everything})
    for x in marks[:: -(-len(marks) // MARKS)]:
        parts.append(
            f'<text x="{across(x):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{_short(x)}</text>'
        )
    middle, centre = (LEFT + WIDTH - RIGHT) / 2, (HEIGHT - BOTTOM + TOP) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 20}" text-anchor="middle">{escape(axes[0])}</text>'
        f'<text x="16" y="{centre}" text-anchor="middle" transform="rotate(-90 16 {centre})">'
        f"{escape(axes[1])}</text>"
    )
    for n, (label, points) in enumerate(curves.items()):
        colour = COLOURS[n % len(COLOURS)]
        line = " ".join(f"{across(x):.1f},{down(y):.1f}" for x, y in points)
        dots = "".join(f'<circle cx="{across(x):.1f}" cy="{down(y):.1f}" r="3"/>' for x, y in points)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>'
            f'<g fill="{colour}">{dots}<text x="{WIDTH - RIGHT - 6}" y="{TOP + 16 * n}" '
            f'text-anchor="end">{escape(label)}</text></g>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


def _ceiling(value: float) -> float:
    """The next round number above."""
    if value <= 0:
        return 1.0
    step = 10.0 ** floor(log10(value))
    return next(step * n for n in (1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10) if step * n >= value)


def _short(value: float) -> str:
    for size, letter in ((1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{value:.3g}"
