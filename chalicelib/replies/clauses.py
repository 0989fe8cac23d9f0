"""Finds the clauses and sentences of a reply, and what is asked or supposed in them, for every detector."""

from __future__ import annotations

from chalicelib.replies.candidates import Doubt
from chalicelib.replies.lexicon import patterns

says = patterns("clauses")

Span = tuple[int, int]


def clause(text: str, span: Span) -> Span:
    """Where the clause begins and ends that holds the beginning of `span`, and at least all of it."""
    start = max((edge.end() for edge in says.edge.finditer(text, 0, span[0])), default=0)
    edge = says.edge.search(text, span[0] + 1)
    return start, max(edge.start() if edge else len(text), span[1])


def sentence(text: str, span: Span) -> str:
    """The sentence that holds the beginning of `span`, with the stop behind it."""
    every = says.sentence.finditer(text)
    return next(one[0] for one in every if one.start() <= span[0] < one.end())


def circumstances(text: str, span: Span) -> set[Doubt]:
    """Whether what stands at `span` is asked about or on a condition, by its sentence."""
    around = sentence(text, span)
    asked = {Doubt.QUESTION} if says.question.search(around) else set()
    return asked | ({Doubt.CONDITION} if says.condition.search(around) else set())


def supposed(text: str, span: Span) -> bool:
    """Whether what stands at `span` is only supposed or asked, by its clause and the stop behind it."""
    start, end = clause(text, span)
    return says.perhaps.search(text[start : end + 1]) is not None
