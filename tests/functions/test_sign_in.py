"""Signing in by OpenID Connect: the way there and back, and what each thing that is wrong gets."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
import time
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import boto3
import pytest

from chalicelib import clock
from chalicelib.console import openid, session
from chalicelib.store import access, audit
from local.processes import free_ports
from tests.support.console import HOST, Browser, stage
from tests.support.issuer import CLIENT, OTHER_KEY, TestIssuer, encoded, issuer, jwk, signed, vouch

__all__ = ["issuer", "stage"]
CARE: dict[str, Any] = {"groups": ["care"], "preferred_username": "li.na"}


def come_back(browser: Browser, found: TestIssuer, start: str = "/sign-in/go", **claims: Any) -> Any:
    """Go to the issuer and come back with a token that says `claims`."""
    found.claims = claims
    gone = browser.open(start)
    assert gone.status_code == 302
    return browser.open(found.sends_back(str(gone.headers["Location"])))


def actions() -> list[tuple[str, str, Any]]:
    """What the audit trail of today has: who, what and the details."""
    page = audit.of_day(clock.now().date().isoformat())
    return [(one.by, one.action, one.after) for one in page.records]


def test_the_issuer_is_asked_as_the_standards_say(issuer: TestIssuer) -> None:
    browser = Browser()
    there = str(browser.open("/sign-in/go?next=/queue").headers["Location"])
    asked = {name: value[0] for name, value in parse_qs(urlsplit(there).query).items()}
    assert there.startswith(f"{issuer.root}/authorize?")
    assert asked["client_id"] == CLIENT
    assert asked["redirect_uri"] == f"https://{HOST}/signed-in"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert {"openid", "email"} <= set(asked["scope"].split())
    again = str(browser.open("/sign-in/go?next=/queue").headers["Location"])
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) >= 43
        assert asked[name] not in again


def test_whoever_signs_in_gets_where_they_were_going(issuer: TestIssuer) -> None:
    browser = Browser()
    back = come_back(browser, issuer, "/sign-in/go?next=/queue%3Ftab%3Dall", **CARE)
    assert (back.status_code, back.headers["Location"]) == (303, "/queue?tab=all")
    assert browser.open("/queue?tab=all").status_code == 200
    assert ("li.na", "sign_in", {"second_factor": False}) in actions()
    assert [one.who for one in access.everybody()] == ["li.na"]


@pytest.mark.usefixtures("issuer")
def test_below_a_stage_the_way_back_is_below_it() -> None:
    browser = Browser(host="a1b2.execute-api.eu-west-1.amazonaws.com", stage="live")
    there = str(browser.open("/sign-in/go").headers["Location"])
    asked = parse_qs(urlsplit(there).query)
    assert asked["redirect_uri"] == ["https://a1b2.execute-api.eu-west-1.amazonaws.com/live/signed-in"]


def test_signing_in_leads_to_no_other_site(issuer: TestIssuer) -> None:
    for there in (
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:x",
    ):
        back = come_back(Browser(), issuer, f"/sign-in/go?next={quote(there)}", **CARE)
        assert back.headers["Location"] == "/", there
    assert Browser().open(f"/sign-in/go?next={quote(chr(9).join(('/', '/evil.example')))}").status_code == 400


NOW = int(time.time())
HOUR = 3600
BAD_TOKENS: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "another-client"},
    "several audiences and not for us": {"aud": [CLIENT, "other"], "azp": "other"},
    "several audiences and for nobody": {"aud": [CLIENT, "other"]},
    "no audience": {"aud": None},
    "expired": {"exp": NOW - HOUR},
    "never expires": {"exp": None},
    "expires in words": {"exp": "tomorrow"},
    "of the future": {"iat": NOW + HOUR},
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another issuer": {"iss": "https://evil.example"},
    "no subject": {"sub": ""},
}


def test_a_token_that_is_not_for_this_sign_in_lets_nobody_in(issuer: TestIssuer) -> None:
    got: dict[str, Any] = {}
    for name, claims in BAD_TOKENS.items():
        browser = Browser()
        back = come_back(browser, issuer, **CARE | claims)
        told = "could not be verified" in str(back.body)
        got[name] = (back.status_code, told, "__Host-session" in browser.jar)
    assert got == dict.fromkeys(BAD_TOKENS, (400, True, False))
    assert access.everybody() == []


NONE, HS256 = b'{"alg": "none"}', b'{"alg": "HS256", "kid": "k1"}'


def none_at_all(claims: dict[str, Any]) -> str:
    return f"{encoded(NONE)}.{signed(claims).split('.')[1]}."


def by_somebody_else(claims: dict[str, Any]) -> str:
    return signed(claims, OTHER_KEY)


def by_a_key_of_another_name(claims: dict[str, Any]) -> str:
    return signed(claims, kid="k9")


def changed(claims: dict[str, Any]) -> str:
    head, _, seal = signed(claims).split(".")
    return f"{head}.{encoded(json.dumps(claims | {'groups': ['admin']}).encode())}.{seal}"


def by_the_public_key_as_a_password(claims: dict[str, Any]) -> str:
    body = f"{encoded(HS256)}.{encoded(json.dumps(claims).encode())}"
    return f"{body}.{encoded(hmac.new(jwk()['n'].encode(), body.encode(), hashlib.sha256).digest())}"


def nonsense(claims: dict[str, Any]) -> str:
    del claims
    return "a.b"


FORGED = (none_at_all, by_somebody_else, by_a_key_of_another_name, changed, by_the_public_key_as_a_password)


def test_a_forged_token_lets_nobody_in(issuer: TestIssuer) -> None:
    for forge in (*FORGED, nonsense):
        browser = Browser()
        back = issuer.sends_back(str(browser.open("/sign-in/go").headers["Location"]))
        usual = {"iss": issuer.root, "aud": CLIENT, "sub": "s", "exp": NOW + HOUR, "nonce": issuer.nonce}
        issuer.token = forge(usual | CARE)
        assert browser.open(back).status_code == 400, forge.__name__
        assert "__Host-session" not in browser.jar, forge.__name__


def test_a_key_that_was_changed_meanwhile_is_found(issuer: TestIssuer) -> None:
    assert come_back(Browser(), issuer, **CARE).status_code == 303
    issuer.keys = [jwk(OTHER_KEY, "k2")]
    browser = Browser()
    back = issuer.sends_back(str(browser.open("/sign-in/go").headers["Location"]), "c2")
    usual = {"iss": issuer.root, "aud": CLIENT, "sub": "s", "exp": NOW + HOUR, "nonce": issuer.nonce}
    issuer.token = signed(usual | CARE, OTHER_KEY, kid="k2")
    assert browser.open(back).status_code == 303


def test_a_code_is_good_once_and_only_in_its_own_browser(issuer: TestIssuer) -> None:
    browser, thief = Browser(), Browser()
    issuer.claims = CARE
    back = issuer.sends_back(str(browser.open("/sign-in/go").headers["Location"]))
    kept = dict(browser.jar)
    stolen = thief.open(back)
    assert stolen.status_code == 400
    assert "not begun in this browser" in str(stolen.body)
    assert issuer.asked == []
    assert browser.open(back).status_code == 303
    browser.jar = kept
    again = browser.open(back)
    assert again.status_code == 400
    assert "used already" in str(again.body)
    assert [len(one["code_verifier"]) >= 43 for one in issuer.asked] == [True, True]


def test_an_answer_that_nobody_asked_for_lets_nobody_in(issuer: TestIssuer) -> None:
    begun = Browser()
    begun.open("/sign-in/go")
    for query in ("", "code=c1", "code=c1&state=x", "code=c1&state=%ff", "state="):
        for browser in (Browser(), begun):
            assert browser.open(f"/signed-in?{query}").status_code == 400, query
    assert issuer.asked == []


@pytest.mark.usefixtures("issuer")
def test_who_says_no_at_the_issuer_is_told_so() -> None:
    browser = Browser()
    state = parse_qs(urlsplit(str(browser.open("/sign-in/go").headers["Location"])).query)["state"][0]
    back = browser.open(f"/signed-in?error=access_denied&state={state}")
    assert back.status_code == 400
    assert "did not let you in" in str(back.body)


def test_somebody_without_a_role_is_told_so_and_written_down(issuer: TestIssuer) -> None:
    for groups in ([], ["Care"], "everybody", {"care": True}, None):
        issuer.codes.clear()
        back = come_back(Browser(), issuer, groups=groups, preferred_username="wu")
        assert back.status_code == 403
        assert "no role here yet" in str(back.body)
    assert actions().count(("wu", "sign_in_refused", {"why": "role"})) == 5


@pytest.mark.usefixtures("issuer")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_an_issuer_that_does_not_answer_is_said_to(monkeypatch: pytest.MonkeyPatch, language: str) -> None:
    (port,) = free_ports(1)
    vouch(monkeypatch, f"http://127.0.0.1:{port}/.well-known/openid-configuration")
    answer = Browser(language).open("/sign-in/go")
    assert answer.status_code == 503
    assert ("does not answer" if language == "en" else "没有响应") in str(answer.body)


@pytest.mark.parametrize("setting", ["http://issuer.example/x", "file:///etc/passwd", "ftp://127.0.0.1/"])
@pytest.mark.usefixtures("issuer")
def test_no_issuer_is_asked_over_anything_but_tls(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    vouch(monkeypatch, setting)
    assert Browser().open("/sign-in/go").status_code == 503


ROLES: dict[str, tuple[dict[str, Any], dict[str, Any], str | None]] = {
    "a list": ({"groups": ["care", "admin"]}, {}, "admin"),
    "one word": ({"groups": "marketing"}, {}, "marketing"),
    "a map": ({"groups": ["SG-42"]}, {"roles": {"SG-42": "supervisor"}}, "supervisor"),
    "a group called like a role, with a map": ({"groups": ["admin"]}, {"roles": {"SG-42": "care"}}, None),
    "inside": ({"realm_access": {"roles": ["care"]}}, {"role_claim": "realm_access.roles"}, "care"),
    "a name with dots": ({"https://x.example/r": ["care"]}, {"role_claim": "https://x.example/r"}, "care"),
    "a map to no role of ours": ({"groups": ["g"]}, {"roles": {"g": "root"}}, None),
}


@pytest.mark.parametrize(("claims", "more", "role"), ROLES.values(), ids=ROLES.keys())
def test_a_role_comes_from_a_claim(claims: dict[str, Any], more: dict[str, Any], role: str | None) -> None:
    who = openid.Issuer("https://x", "c", **{"role_claim": "groups", **more})
    if role is None:
        with pytest.raises(openid.SignInFailed):
            openid.identity_from({"sub": "s", **claims}, who)
    else:
        assert openid.identity_from({"sub": "s", **claims}, who).role == role


def test_an_address_that_nobody_confirmed_is_nobodys() -> None:
    who = openid.Issuer("https://x", "c", role_claim="groups")
    for verified, email in ((True, "li@x.example"), ("true", "li@x.example"), (False, ""), (None, "")):
        claims = {"sub": "s", "groups": ["care"], "email": "Li@X.example", "email_verified": verified}
        assert openid.identity_from(claims, who).email == email


@pytest.mark.usefixtures("issuer")
def test_after_signing_out_the_issuer_is_to_ask_again() -> None:
    browser = Browser()
    page = str(browser.open(f"/sign-in?why={session.OUT}").body)
    assert "/sign-in/go?next=&amp;why=out" in page
    assert "prompt=login" in str(browser.open("/sign-in/go?why=out").headers["Location"])
    assert "prompt=login" not in str(browser.open("/sign-in/go?why=idle").headers["Location"])


def test_the_secret_goes_to_the_issuer_and_nowhere_else(
    issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    vouch(monkeypatch, f"{issuer.root}/.well-known/openid-configuration", "s3cr:t", role_claim="groups")
    browser = Browser()
    gone = browser.open("/sign-in/go")
    assert "s3cr" not in f"{gone.headers}{gone.body}"
    assert come_back(browser, issuer, **CARE).status_code == 303


def test_with_another_issuer_a_second_factor_is_what_its_token_says(
    issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    discovery = f"{issuer.root}/.well-known/openid-configuration"
    vouch(monkeypatch, discovery, role_claim="groups", factor_for="admin,marketing", acr=["gold"])
    admin: dict[str, Any] = {"groups": ["admin"], "preferred_username": "li.na"}
    for more, status in (
        ({}, 403),
        ({"amr": ["pwd"]}, 403),
        ({"amr": "otp"}, 403),
        ({"acr": "silver"}, 403),
        ({"amr": ["pwd", "otp"]}, 303),
        ({"acr": "gold"}, 303),
    ):
        assert come_back(Browser(), issuer, **admin | more).status_code == status, more
    assert come_back(Browser(), issuer, **CARE).status_code == 303  # a role that wants none


@pytest.mark.usefixtures("stage")
def test_an_approver_without_a_second_factor_sets_one_up_and_is_let_in(
    issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    cognito = boto3.client("cognito-idp")
    pool = cognito.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="c", ExplicitAuthFlows=["ALLOW_ADMIN_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    cognito.admin_set_user_password(
        UserPoolId=pool, Username="marketing", Password="Abc-123-def", Permanent=True
    )
    about = {"USERNAME": "marketing", "PASSWORD": "Abc-123-def"}
    token = cognito.admin_initiate_auth(
        UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=about
    )["AuthenticationResult"]["AccessToken"]
    found = cognito.admin_get_user(UserPoolId=pool, Username="marketing")["UserAttributes"]
    subject = next(one["Value"] for one in found if one["Name"] == "sub")
    discovery = f"{issuer.root}/.well-known/openid-configuration"
    vouch(monkeypatch, discovery, pool=True, factor_for="admin,marketing")
    monkeypatch.setenv("RINGBACK_USER_POOL", pool)
    issuer.access_token = token
    who: dict[str, Any] = {"sub": subject, "cognito:username": "marketing", "cognito:groups": ["marketing"]}
    browser = Browser()
    refused = come_back(browser, issuer, **who)
    assert refused.headers["Location"] == "/second-factor"
    assert "__Host-session" not in browser.jar
    page = str(browser.open("/second-factor").body)
    assert "<svg" in page
    form = {"code": "12 34", "secret": "x"}
    assert browser.send("/second-factor", form).status_code == 422
    confirmed = browser.send("/second-factor", form | {"code": "123 456"})
    assert (confirmed.status_code, confirmed.headers["Location"]) == (303, "/sign-in")
    back = come_back(browser, issuer, **who)
    assert back.status_code == 303
    assert browser.open("/campaigns").status_code == 200
    assert [(one.who, one.second_factor) for one in access.everybody()] == [("marketing", True)]


def test_without_a_sign_in_nobody_sets_up_anything(tables: object) -> None:
    del tables
    for method in ("open", "send"):
        answer = (
            Browser().open("/second-factor") if method == "open" else Browser().send("/second-factor", {})
        )
        assert answer.headers["Location"] == "/sign-in"


def test_what_only_signing_in_needs_is_not_imported_before() -> None:
    code = "import sys, chalicelib.functions.api, chalicelib.console.routes; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = set(said.split())
    assert {"jwt", "segno", "cryptography"} & loaded == set()
    assert "chalicelib.replies.reading" not in loaded  # a quarter of a second that no page needs to open
