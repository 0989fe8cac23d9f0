"""What the gateway's errors mean."""

from __future__ import annotations

from typing import get_args

import botocore.exceptions
import botocore.session
import pytest
from botocore.model import StringShape, StructureShape
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.delivery.outcomes import (
    LONGEST_DELAY,
    OUTCOMES,
    GiveUp,
    InDoubt,
    Outcome,
    Retry,
    StopLane,
    back_off,
    outcome_of,
)
from chalicelib.delivery.states import FailedReason

ERRORS = {
    "throttled": ("ThrottlingException", "", Retry(0.75)),
    "the number opted out at the service": (
        "ConflictException",
        "DESTINATION_PHONE_NUMBER_OPTED_OUT",
        GiveUp("gateway_opted_out"),
    ),
    "the country is blocked": (
        "ConflictException",
        "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
        GiveUp("country_blocked"),
    ),
    "no originator for this country": (
        "ConflictException",
        "NO_ORIGINATION_IDENTITIES_FOUND",
        GiveUp("no_gateway_originator"),
    ),
    "the originator is not usable": (
        "ConflictException",
        "RESOURCE_NOT_ACTIVE",
        StopLane("originator_unusable"),
    ),
    "the month's money is spent": (
        "ServiceQuotaExceededException",
        "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT",
        StopLane("spend_limit"),
    ),
    "not allowed": ("AccessDeniedException", "", StopLane("access_denied")),
    "the originator is gone": ("ResourceNotFoundException", "", StopLane("originator_missing")),
    "a malformed request": ("ValidationException", "FIELD_VALIDATION_FAILED", GiveUp("invalid_request")),
    "dearer than MaxPrice": ("ValidationException", "PRICE_OVER_THRESHOLD", GiveUp("price_over_limit")),
    "the service broke": ("InternalServerException", "", InDoubt("server_error")),
    "no answer in time": ("ReadTimeoutError", "", InDoubt("timeout")),
    "the line broke": ("ConnectionClosedError", "", InDoubt("connection_lost")),
    "no connection": ("ConnectTimeoutError", "", Retry(0.75, silent=True)),
    "no way to a proxy": ("ProxyConnectionError", "", Retry(0.75, silent=True)),
    "half a credential": ("PartialCredentialsError", "", StopLane("access_denied")),
    "nowhere to go": ("NoRegionError", "", StopLane("no_such_gateway")),
    "an SMSC is throttling": ("SMPP", "0x00000058", Retry(0.75)),
    "an SMSC's queue is full": ("SMPP", "0x14", Retry(0.75)),
    "an SMSC does not know the sender": ("SMPP", "0x0000000a", StopLane("originator_unusable")),
    "an SMSC does not know the number": ("SMPP", "0x0000000b", GiveUp("invalid_request")),
    "an SMSC's own number": ("SMPP", "0x00000401", GiveUp("invalid_request")),
    "an SMSC that says no number": ("SMPP", "no", InDoubt("unknown_error")),
    "nobody at Kannel": ("Kannel", "unreachable", Retry(0.75, silent=True)),
    "Kannel gave up trying": ("Kannel", "retries", Retry(0.75)),
    "it expired at Kannel": ("Kannel", "expired", Retry(0.75)),
    "no SMSC of Kannel's takes the number": ("Kannel", "not routable", GiveUp("no_gateway_originator")),
    "a sender that no call can name": ("Kannel", "sender refused", StopLane("originator_unusable")),
    "an answer of Kannel nobody knows": ("Kannel", "HTTP 418", InDoubt("unknown_error")),
    "something new": ("TeapotException", "", InDoubt("unknown_error")),
    "a new reason for a known error": ("ConflictException", "SOMETHING_NEW", GiveUp("refused")),
    "marketing from a transactional number": (
        "ConflictException",
        "MESSAGE_TYPE_MISMATCH",
        GiveUp("message_type"),
    ),
}


@pytest.mark.parametrize(("code", "reason", "expected"), ERRORS.values(), ids=ERRORS.keys())
def test_outcome_of_a_gateway_error(code: str, reason: str, expected: Outcome) -> None:
    assert outcome_of(code, reason) == expected


SENDING_STOPS = {  # of ConflictException: nothing goes out from that originator, whoever it is for
    "RESOURCE_NOT_ACTIVE",
    "NUMBER_CAPABILITIES_MISMATCH",
    "PROTECT_CONFIGURATION_NOT_ASSOCIATED_WITH_CONFIGURATION_SET",
}


@given(
    st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ_", max_size=60).filter(lambda one: one not in SENDING_STOPS)
)
def test_a_conflict_of_another_reason_gives_up_one_text_and_never_the_lane(reason: str) -> None:
    assert isinstance(outcome_of("ConflictException", reason), GiveUp)


def test_of_every_conflict_that_the_api_knows_only_three_stop_an_originator() -> None:
    model = botocore.session.get_session().get_service_model("pinpoint-sms-voice-v2")
    shape = model.shape_for("ConflictExceptionReason")
    assert isinstance(shape, StringShape)
    stops = {one for one in shape.enum if isinstance(outcome_of("ConflictException", one), StopLane)}
    assert stops == SENDING_STOPS


def test_every_error_of_the_api_is_in_the_table() -> None:
    model = botocore.session.get_session().get_service_model("pinpoint-sms-voice-v2")
    errors = {shape.name for shape in model.operation_model("SendTextMessage").error_shapes}
    assert errors <= {code for code, reason in OUTCOMES if not reason}


def test_every_name_in_the_table_exists() -> None:
    model = botocore.session.get_session().get_service_model("pinpoint-sms-voice-v2")
    reasons: dict[str, list[str]] = {}
    for shape in model.operation_model("SendTextMessage").error_shapes:
        why = shape.members.get("Reason") if isinstance(shape, StructureShape) else None
        reasons[shape.name] = why.enum if isinstance(why, StringShape) else []
    for code, reason in OUTCOMES:
        assert not reason or reason in reasons[code]
        assert not code.endswith("Error") or hasattr(botocore.exceptions, code)


def test_every_giving_up_has_a_listed_reason() -> None:
    given_up = {found.reason for found in OUTCOMES.values() if isinstance(found, GiveUp)}
    assert given_up <= set(get_args(FailedReason))


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_the_back_off_grows_within_bounds(attempt: int, jitter: float) -> None:
    delay = back_off(attempt, jitter)
    assert 0.5 <= delay <= LONGEST_DELAY
    assert back_off(attempt + 1, jitter) >= delay
    assert back_off(attempt, 1.0) == 2 * back_off(attempt, 0.0)


def test_the_back_off_doubles_from_a_second_to_five_minutes() -> None:
    assert [back_off(attempt, 1.0) for attempt in range(11)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
