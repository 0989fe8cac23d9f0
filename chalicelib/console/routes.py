"""Every address of the console, and which one a request means."""

from __future__ import annotations

from chalicelib.console import (
    admin,
    batches,
    board,
    campaigns,
    canned_answers,
    care,
    case,
    case_drafts,
    drafts,
    editing,
    health,
    inbox,
    people,
    policy_page,
    results,
    saved_views,
    settings,
    shift,
    subscriber_files,
    subscriber_page,
    templates,
    topics,
    try_out,
    workbench,
)
from chalicelib.console.frame import Route

ROUTES: tuple[Route, ...] = (
    *care.ROUTES,
    *case.ROUTES,
    *case_drafts.ROUTES,
    *subscriber_page.ROUTES,
    *workbench.ROUTES,
    *saved_views.ROUTES,
    *inbox.ROUTES,
    *board.ROUTES,
    *topics.ROUTES,
    *campaigns.ROUTES,
    *try_out.ROUTES,
    *editing.ROUTES,
    *batches.ROUTES,
    *templates.ROUTES,
    *results.ROUTES,
    *settings.ROUTES,
    *canned_answers.ROUTES,
    *shift.ROUTES,
    *people.ROUTES,
    *policy_page.ROUTES,
    *admin.ROUTES,
    *health.ROUTES,
    *subscriber_files.ROUTES,
    *drafts.ROUTES,
)


def match(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a request with the values of its path; None when there is none.

    A route without a place in it is preferred: `/campaigns/new` to `/campaigns/{id}`.
    """
    found = [
        (args, route)
        for route in ROUTES
        if route.method == method and (args := _args(route.path, path)) is not None
    ]
    if not found:
        return None
    args, route = min(found, key=lambda one: len(one[0]))
    return route, args


def _args(pattern: str, path: str) -> dict[str, str] | None:
    wanted, given = pattern.split("/"), path.split("/")
    if len(wanted) != len(given):
        return None
    args = {}
    for want, got in zip(wanted, given, strict=True):
        if want.startswith("{"):
            if not got:
                return None
            args[want[1:-1]] = got
        elif want != got:
            return None
    return args
