"""Who may sign in: invited, changed, disabled, removed; and everybody's page about themselves."""

from __future__ import annotations

import os
import re

import boto3
import pytest

from chalicelib import clock
from chalicelib.console import session
from chalicelib.store import access, audit
from tests.functions.test_sessions import why
from tests.support.console import Browser, as_role, identity, mark_of, stage

__all__ = ["stage"]
BUTTON = re.compile(r'<button ([^>]*name="what")')


def change(browser: Browser, **form: str) -> str:
    """Send a form of the page; what was said, or the page."""
    name = form.pop("name", "")
    if form["what"] == "role":
        form[f"role|{name}"] = form.pop("role")
    form["what"] += f" {name}" if name else ""
    answer = browser.send("/people", {"mark": mark_of(browser.open("/people")), **form})
    if answer.status_code == 303:
        return str(browser.open("/people").body)
    return f"{answer.status_code} {answer.body}"


def subject_of(name: str) -> str:
    pool = os.environ["RINGBACK_USER_POOL"]
    found = boto3.client("cognito-idp").admin_get_user(UserPoolId=pool, Username=name)["UserAttributes"]
    return next(one["Value"] for one in found if one["Name"] == "sub")


def signed_in(name: str, role: str) -> Browser:
    """Somebody of the pool, signed in with the subject that the pool gave them."""
    browser = Browser()
    browser.sign_in(session.Identity(subject_of(name), name, role))
    return browser


@pytest.mark.usefixtures("stage")
def test_a_life_in_the_pool_from_the_invitation_to_the_end() -> None:
    admin = as_role("admin")
    assert "422" in change(admin, what="invite", email="no address", role="care")
    change(admin, what="invite", email="Wu@Operator.example", role="care")
    assert "422" in change(admin, what="invite", email="wu@operator.example", role="care")
    page = str(admin.open("/people").body)
    assert "wu@operator.example" in page
    assert "has to set a password first" in page
    wu = "wu@operator.example"
    change(admin, what="resend", name=wu)
    browser = signed_in(wu, "care")
    assert browser.open("/queue").status_code == 200
    change(admin, what="role", name=wu, role="marketing")
    assert why(browser.open("/queue")) == session.CHANGED
    browser = signed_in(wu, "marketing")
    change(admin, what="disable", name=wu)
    assert why(browser.open("/campaigns")) == session.DISABLED
    assert "may not sign in" in str(admin.open("/people").body)
    change(admin, what="enable", name=wu)
    browser = signed_in(wu, "marketing")
    change(admin, what="end", name=wu)
    assert why(browser.open("/campaigns")) == session.EVERYWHERE
    browser = signed_in(wu, "marketing")
    change(admin, what="remove", name=wu)
    assert why(browser.open("/campaigns")) == session.REMOVED
    assert f">{wu}<" not in str(admin.open("/people").body)
    done = [one.action for one in audit.of_day(clock.now().date().isoformat()).records if wu in one.what]
    wanted = ["invite_user", "resend_invitation", "set_role", "disable_user", "enable_user", "end_sessions"]
    assert sorted(done) == sorted([*wanted, "remove_user"])


@pytest.mark.usefixtures("stage")
def test_an_address_that_is_half_typed_holds_no_other_button_back_and_stays() -> None:
    admin = as_role("admin")
    page = admin.open("/people?role=care")
    held = [one for one in BUTTON.findall(str(page.body)) if "formnovalidate" not in one]
    assert held == ['form="people" class="btn primary" name="what"']
    form = {"mark": mark_of(page), "what": "disable care", "email": "wu@", "role": "supervisor"}
    there = str(admin.send("/people", form).headers["Location"])
    after = str(admin.open(there).body)
    assert 'value="wu@"' in after
    assert '<option value="supervisor" selected>' in after
    assert 'value="wu@"' not in str(admin.open("/people").body)  # once is enough


@pytest.mark.usefixtures("stage")
def test_nobody_changes_themselves_and_nobody_who_is_not_there() -> None:
    admin = as_role("admin")
    for what in ("role", "disable", "remove", "end"):
        change(admin, what=what, name="admin", role="care")
    assert admin.open("/people").status_code == 200
    gone = change(admin, what="role", name="nobody", role="care")
    assert (gone[:3], "Nobody is called nobody any more" in gone) == ("409", True)
    assert change(admin, what="x", name="care").startswith("404")
    assert change(admin, what="role", name="care", role="root").startswith("404")


@pytest.mark.usefixtures("tables")
def test_with_another_issuer_people_are_seen_and_signed_out_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RINGBACK_USER_POOL", "")
    admin, care = as_role("admin"), as_role("care", name="li.na")
    page = str(admin.open("/people").body)
    assert "li.na" in page
    assert "where they sign in" in page
    assert 'value="invite"' not in page
    for what in ("invite", "disable", "remove", "role"):
        assert change(admin, what=what, name="li.na", role="care", email="x@y.example").startswith("404")
    change(admin, what="end", name="li.na")
    assert why(care.open("/queue")) == session.EVERYWHERE


@pytest.mark.usefixtures("tables")
def test_ones_own_page_keeps_name_and_language_and_signs_out_everywhere() -> None:
    one, other = as_role("care"), as_role("care")
    mark = mark_of(one.open("/me"))
    assert one.send("/me", {"mark": mark, "shown": "x" * 61}).status_code == 422
    assert one.send("/me", {"mark": mark, "shown": "李娜", "language": "zh-CN"}).status_code == 303
    assert "李娜" in str(one.open("/queue").body)
    del other.jar["language"]
    assert '<html lang="zh-CN"' in str(other.open("/queue").body)
    one.sign_in(identity("care"))  # what one chose outlasts the session
    found = access.person("care")
    assert found
    assert (found.shown, found.language) == ("李娜", "zh-CN")
    one.send("/me", {"mark": mark_of(one.open("/me")), "what": "out"})
    assert [why(each.open("/queue")) for each in (one, other)] == [session.EVERYWHERE] * 2
