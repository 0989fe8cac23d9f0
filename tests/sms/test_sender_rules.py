"""What a gateway can put where a text comes from. What Kannel does with it was tried with 1.4.5 and an SMSC
that shows it (docs/kannel.md)."""

from __future__ import annotations

import string
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.brand_rules import SENDER_CODES, brand_from, check_brand
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.sms import sender_rules
from chalicelib.sms.gateways import NAMES
from chalicelib.sms.segments import count
from chalicelib.sms.sender_rules import SenderProblem, problem_of

GOOD = {
    "kannel": [
        *("1069012300", "72527", "1" * 20, "+8613800138000", "Yun Tong", "A&B 24/7", "ABCDEFGHI12"),
    ],
    "aws": [
        *("1069012300", "72527", "+18005550142", "YUNTONG", "EXAMPLE-CO", "My_Brand"),
        *("phone-0123456789abcdef0123456789abcdef", "pool-0123456789abcdef0123456789abcdef"),
        "arn:aws:sms-voice:us-east-1:111122223333:phone-number/phone-0123456789abcdef0123456789abcdef",
        "arn:aws-cn:sms-voice:cn-north-1:111122223333:sender-id/YUNTONG/HK",
    ],
}  # fmt: skip
BAD: dict[tuple[str, str], SenderProblem] = {
    ("kannel", "1" * 21): SenderProblem("number_too_long", 21, 20),
    ("kannel", "+" + "1" * 21): SenderProblem("number_too_long", 21, 20),
    ("kannel", "YUNTONGMOBIL"): SenderProblem("name_too_long", 12, 11),
    ("kannel", "A" * 21): SenderProblem("name_too_long", 21, 11),
    ("kannel", "云通"): SenderProblem("bad_letter", letter="云"),
    ("kannel", "Café"): SenderProblem("bad_letter", letter="é"),
    ("kannel", "My_Brand"): SenderProblem("bad_letter", letter="_"),
    ("kannel", "a@b"): SenderProblem("bad_letter", letter="@"),
    ("kannel", "a\nb"): SenderProblem("bad_letter", letter="\n"),
    ("kannel", "YUNTONG "): SenderProblem("bad_letter", letter=" "),
    ("kannel", "１０６９"): SenderProblem("bad_letter", letter="１"),
    ("kannel", "+1-800-5550"): SenderProblem("neither"),
    ("kannel", "1069-01230"): SenderProblem("neither"),
    ("kannel", "+YUNTONG"): SenderProblem("neither"),
    ("aws", "YUNTONGMOBIL"): SenderProblem("name_too_long", 12, 11),
    ("aws", "Yun Tong"): SenderProblem("bad_letter", letter=" "),
    ("aws", "云通"): SenderProblem("bad_letter", letter="云"),
    ("aws", "+1-800-5550"): SenderProblem("neither"),
    ("aws", "1" * 21): SenderProblem("number_too_long", 21, 20),
    ("aws", "arn:aws:" + "x" * 300): SenderProblem("name_too_long", 308, 256),
    ("aws", "pool-a b"): SenderProblem("bad_letter", letter=" "),
}


@pytest.mark.parametrize(("gateway", "identity"), [(one, who) for one, all in GOOD.items() for who in all])
def test_what_a_gateway_takes(gateway: str, identity: str) -> None:
    assert problem_of(gateway, identity) is None


@pytest.mark.parametrize(("gateway", "identity"), BAD, ids=str)
def test_what_a_gateway_does_not_take(gateway: str, identity: str) -> None:
    assert problem_of(gateway, identity) == BAD[gateway, identity]


def test_every_gateway_is_asked_about_senders() -> None:
    assert set(sender_rules._BESIDE) == set(NAMES) == set(GOOD)


@given(st.sampled_from(NAMES), st.text(max_size=30) | st.text(string.printable, max_size=30))
def test_what_passes_fits_the_field_of_every_network(gateway: str, identity: str) -> None:
    if not identity or problem_of(gateway, identity):
        return
    digits = identity.removeprefix("+")
    if digits.isdigit():
        assert len(digits) <= 20
    else:
        resource = gateway == "aws" and sender_rules._aws_resource(identity)
        assert len(identity) <= (256 if resource else 11)
        assert identity.isascii()
    if gateway == "kannel":
        assert count(identity).encoding == "GSM-7"
        assert count(identity).units == len(identity)


@pytest.mark.parametrize("gateway", [*NAMES, "", "another"])
def test_a_brand_is_refused_with_place_and_code(gateway: str) -> None:
    document = {
        "id": "yuntong",
        "title": {"en": "Yuntong"},
        "signature": {"en": "Yuntong:"},
        "default_language": "en",
        "originators": [
            {"identity": "72527", "countries": ["1"], "gateway": gateway},
            {"identity": "1" * 21, "countries": ["86"], "gateway": gateway},
        ],
    }
    found = [(one.place, one.code) for one in check_brand(document)]
    assert ("originators.1.identity", Code.SENDER_NUMBER_TOO_LONG) in found
    assert "originators.0.identity" not in [place for place, _ in found]


@pytest.mark.parametrize(("gateway", "identity"), BAD, ids=str)
def test_a_brand_that_went_live_under_older_rules_goes_on(gateway: str, identity: str) -> None:
    originator = {"identity": identity, "countries": ["1"], "gateway": gateway}
    document = {
        "id": "yuntong",
        "default_language": "en",
        "originators": [originator],
        "title": {"en": "Yuntong"},
        "signature": {"en": "Yuntong:"},
    }
    assert brand_from(document).originators[0].identity == identity


def test_each_objection_has_a_code() -> None:
    assert set(SENDER_CODES) == set(get_args(sender_rules.Objection))
