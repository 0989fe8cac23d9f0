"""What the gateway's answer means for a text. The error codes and reasons are those of AWS End User
Messaging's SendTextMessage and of botocore; another gateway says the same things in these words.

Only an answer that surely came before the text was accepted leads to another try. Whatever may have
been accepted is a doubt: the API has no idempotency token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chalicelib.delivery.states import FailedReason


@dataclass(frozen=True, slots=True)
class Retry:
    """Not accepted, worth another try after so many seconds."""

    after_seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Not accepted and never will be: the text failed."""

    reason: FailedReason


@dataclass(frozen=True, slots=True)
class StopLane:
    """Not accepted, nor will be what follows: stop this originator's lane and raise an alarm. The text is
    put back."""

    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """It may have been accepted."""

    reason: str


Outcome = Retry | GiveUp | StopLane | Doubt

FIRST_DELAY = 1.0  # seconds; doubled with each try
LONGEST_DELAY = 300.0

_RETRY: Final = "retry"

# (code, reason) -> outcome; the reason "" stands for every reason that is not named.
OUTCOMES: Final[Mapping[tuple[str, str], GiveUp | StopLane | Doubt | str]] = {
    ("ThrottlingException", ""): _RETRY,
    ("ConflictException", "DESTINATION_PHONE_NUMBER_OPTED_OUT"): GiveUp("gateway_opted_out"),
    ("ConflictException", "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION"): GiveUp("country_blocked"),
    ("ConflictException", "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE"): GiveUp(
        "number_blocked"
    ),
    ("ConflictException", "DESTINATION_PHONE_NUMBER_NOT_VERIFIED"): GiveUp("not_verified"),
    # No originator can text this number's country: one text's trouble, others may go on.
    ("ConflictException", "NO_ORIGINATION_IDENTITIES_FOUND"): GiveUp("no_gateway_originator"),
    ("ConflictException", "PHONE_NUMBER_NOT_IN_REGISTRATION_REGION"): GiveUp("no_gateway_originator"),
    # Marketing from a transactional number, or the other way round: the other kind may go on.
    ("ConflictException", "MESSAGE_TYPE_MISMATCH"): GiveUp("message_type"),
    # The originator itself takes nothing, whoever the text is for.
    ("ConflictException", "RESOURCE_NOT_ACTIVE"): StopLane("originator_unusable"),
    ("ConflictException", "NUMBER_CAPABILITIES_MISMATCH"): StopLane("originator_unusable"),
    ("ConflictException", "PROTECT_CONFIGURATION_NOT_ASSOCIATED_WITH_CONFIGURATION_SET"): StopLane(
        "protect_configuration"
    ),
    # A reason that is new, or about something else than sending, says nothing of the texts that follow.
    ("ConflictException", ""): GiveUp("refused"),
    ("ServiceQuotaExceededException", "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"): StopLane("spend_limit"),
    ("ServiceQuotaExceededException", "DAILY_DESTINATION_CALL_LIMIT"): GiveUp("number_blocked"),
    ("ServiceQuotaExceededException", ""): StopLane("quota"),
    ("AccessDeniedException", "INSUFFICIENT_ACCOUNT_REPUTATION"): StopLane("account_reputation"),
    ("AccessDeniedException", "ACCOUNT_DISABLED"): StopLane("account_disabled"),
    ("AccessDeniedException", ""): StopLane("access_denied"),
    ("ResourceNotFoundException", ""): StopLane("originator_missing"),
    ("ValidationException", "DESTINATION_COUNTRY_BLOCKED"): GiveUp("country_blocked"),
    ("ValidationException", "COUNTRY_NOT_ENABLED"): GiveUp("country_blocked"),
    ("ValidationException", "INTERNATIONAL_SENDING_NOT_SUPPORTED"): GiveUp("country_blocked"),
    ("ValidationException", "INVALID_IDENTITY_FOR_DESTINATION_COUNTRY"): GiveUp("no_gateway_originator"),
    ("ValidationException", "SENDER_ID_NOT_SUPPORTED"): GiveUp("no_gateway_originator"),
    ("ValidationException", "PRICE_OVER_THRESHOLD"): GiveUp("price_over_limit"),
    ("ValidationException", "SENDER_ID_NOT_REGISTERED"): StopLane("originator_not_registered"),
    ("ValidationException", "SENDER_ID_REQUIRES_REGISTRATION"): StopLane("originator_not_registered"),
    ("ValidationException", "CHANNEL_NOT_ENABLED"): StopLane("originator_unusable"),
    ("ValidationException", ""): GiveUp("invalid_request"),
    # The service failed after it had the request: nobody knows how far it came.
    ("InternalServerException", ""): Doubt("server_error"),
    ("ReadTimeoutError", ""): Doubt("timeout"),
    ("ConnectionClosedError", ""): Doubt("connection_lost"),
    # The request never left: no connection, no credentials, or refused before it was read.
    ("ConnectTimeoutError", ""): _RETRY,
    ("EndpointConnectionError", ""): _RETRY,
    ("ServiceUnavailableException", ""): Doubt("server_error"),
    ("UnrecognizedClientException", ""): StopLane("access_denied"),
    ("InvalidSignatureException", ""): StopLane("access_denied"),
    ("ExpiredTokenException", ""): StopLane("access_denied"),
    ("NoCredentialsError", ""): StopLane("access_denied"),
    ("ParamValidationError", ""): GiveUp("invalid_request"),
}


def outcome_of(code: str, reason: str = "", attempt: int = 0, jitter: float = 0.5) -> Outcome:
    """What an error means. `code` is the error code, or the exception's class name where there was no
    answer; `reason` the error's Reason; `attempt` counts from 0; `jitter` is from 0 to 1, drawn by the
    caller. A code nobody knows is a doubt.
    """
    found = OUTCOMES.get((code, reason)) or OUTCOMES.get((code, ""))
    if found is None:
        return Doubt("unknown_error")
    if isinstance(found, str):
        return Retry(back_off(attempt, jitter))
    return found


def back_off(attempt: int, jitter: float) -> float:
    """Seconds to wait before try `attempt` + 1: doubling from one second to five minutes, and of that
    between a half and all, so that those who failed together do not come back together."""
    whole: float = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempt, 16))
    return whole * (0.5 + 0.5 * jitter)
