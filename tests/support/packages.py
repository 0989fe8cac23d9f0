"""The template as `make package` makes it, for each set of parts once in a process: it takes seconds."""

from __future__ import annotations

import copy
from functools import cache

from local.package import ROOT, chalices_part
from local.template import Template, finished, stage_values


def packaged(stage: str, without: tuple[str, ...] = ()) -> Template:
    """The template of a stage as it is packaged, without some parts and without the zip; the caller's own."""
    return copy.deepcopy(_packaged(stage, without))


@cache
def _packaged(stage: str, without: tuple[str, ...]) -> Template:
    made = chalices_part(ROOT, stage, without)[0]
    return finished(made, stage, "ringback/code.zip", stage_values(ROOT)[stage])
