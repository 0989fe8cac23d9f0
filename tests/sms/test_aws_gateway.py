"""What SendTextMessage is asked for a text, checked against the API's own model."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator

from chalicelib.sms.gateways import Outgoing
from chalicelib.sms.gateways.aws import request

SETTINGS = {
    "RINGBACK_CONFIGURATION_SET": "ringback-prod",
    "RINGBACK_PROTECT_CONFIGURATION": "protect-0123456789",
    "RINGBACK_MESSAGE_FEEDBACK": "on",
}


def text(**fields: Any) -> Outgoing:
    base: dict[str, Any] = {"to": "+14255550100", "originator": "72527", "body": "Hello"}
    return Outgoing(**base | {"promotional": False, "seconds_to_live": 3600} | fields)


@pytest.mark.parametrize("settings", [{}, SETTINGS], ids=["nothing set", "everything set"])
@pytest.mark.parametrize(
    "one", [text(), text(to="+919876543210", registration="1201159/1107161")], ids=["plain", "registered"]
)
def test_the_request_is_one_that_the_api_takes(one: Outgoing, settings: dict[str, str]) -> None:
    model = botocore.session.get_session().get_service_model("pinpoint-sms-voice-v2")
    shape = model.operation_model("SendTextMessage").input_shape
    assert shape is not None
    assert ParamValidator().validate(request(one, settings), shape).generate_report() == ""


def test_a_setting_that_is_not_made_is_not_said() -> None:
    empty = {**dict.fromkeys(SETTINGS, ""), "RINGBACK_MESSAGE_FEEDBACK": "off"}
    plain = request(text(), {})
    assert request(text(), empty) == plain
    assert not {"ConfigurationSetName", "ProtectConfigurationId", "MessageFeedbackEnabled"} & plain.keys()


def test_the_settings_go_with_every_text() -> None:
    asked = request(text(), SETTINGS)
    assert asked["ConfigurationSetName"] == "ringback-prod"
    assert asked["ProtectConfigurationId"] == "protect-0123456789"
    assert asked["MessageFeedbackEnabled"] is True


@pytest.mark.parametrize(
    ("to", "registration", "said"),
    [
        ("+919876543210", "1201159/1107161", {"IN_ENTITY_ID": "1201159", "IN_TEMPLATE_ID": "1107161"}),
        ("+919876543210", "", None),
        ("+8613900000001", "T-1001", None),
        ("+8613900000001", "1201159/1107161", None),
    ],
    ids=["India", "India, not registered", "a number of another country", "India's form elsewhere"],
)
def test_indias_registration_goes_with_the_text(
    to: str, registration: str, said: dict[str, str] | None
) -> None:
    assert request(text(to=to, registration=registration), {}).get("DestinationCountryParameters") == said


@pytest.mark.parametrize(
    ("promotional", "kind"), [(True, "PROMOTIONAL"), (False, "TRANSACTIONAL")], ids=["marketing", "the rest"]
)
def test_the_message_type(promotional: bool, kind: str) -> None:
    assert request(text(promotional=promotional), {})["MessageType"] == kind
