"""What a gateway's answer means for a text. AWS End User Messaging and botocore have their error codes and
reasons, an SMSC its SMPP numbers, Kannel its HTTP answers; each gateway's own words are in a table here.

Only an answer that surely came before the text was accepted leads to another try. Whatever may have
been accepted is a doubt: the API has no idempotency token.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from chalicelib.delivery.states import FailedReason


@dataclass(frozen=True, slots=True)
class Retry:
    """Not accepted, worth another try after so many seconds. `silent`: nobody was there to say so."""

    after_seconds: float
    silent: bool = False


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
class InDoubt:
    """It may have been accepted."""

    reason: str


Outcome = Retry | GiveUp | StopLane | InDoubt

DOUBT_WAIT = timedelta(minutes=15)  # longer than a worker can live, so that it cannot hand off later
STOPPED_FOR = timedelta(minutes=15)  # a stopped lane is tried again after that
SPARED_FOR = timedelta(minutes=5)  # then the first texts find out whether an originator works again
FIRST_DELAY = 1.0  # seconds; doubled with each try
LONGEST_DELAY = 300.0

_RETRY: Final = "retry"
_NOBODY: Final = "nobody was there"
Told = GiveUp | StopLane | InDoubt | str

# (code, reason) -> outcome; the reason "" stands for every reason that is not named.
OUTCOMES: Final[Mapping[tuple[str, str], Told]] = {
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
    ("InternalServerException", ""): InDoubt("server_error"),
    ("ReadTimeoutError", ""): InDoubt("timeout"),
    ("ConnectionClosedError", ""): InDoubt("connection_lost"),
    # The request never left: no connection, no credentials, or refused before it was read.
    ("ConnectTimeoutError", ""): _NOBODY,
    ("EndpointConnectionError", ""): _NOBODY,
    ("ProxyConnectionError", ""): _NOBODY,
    ("ServiceUnavailableException", ""): InDoubt("server_error"),
    ("UnrecognizedClientException", ""): StopLane("access_denied"),
    ("InvalidSignatureException", ""): StopLane("access_denied"),
    ("ExpiredTokenException", ""): StopLane("access_denied"),
    ("NoCredentialsError", ""): StopLane("access_denied"),
    ("PartialCredentialsError", ""): StopLane("access_denied"),
    ("CredentialRetrievalError", ""): StopLane("access_denied"),
    ("NoRegionError", ""): StopLane("no_such_gateway"),
    ("ParamValidationError", ""): GiveUp("invalid_request"),
}

PART_REFUSED: Final = ("Kannel", "part refused")
SENDER_REFUSED: Final = StopLane("originator_unusable")
# What Kannel answers over HTTP and in reports of its own, and where nothing of a gateway's own was asked.
KANNEL: Final[Mapping[tuple[str, str], Told]] = {
    ("NoSuchGateway", ""): StopLane("no_such_gateway"),
    ("Kannel", "not configured"): StopLane("no_such_gateway"),
    ("Kannel", "unreachable"): _NOBODY,
    ("Kannel", "busy"): _RETRY,
    ("Kannel", "no answer"): InDoubt("timeout"),
    ("Kannel", "connection lost"): InDoubt("connection_lost"),
    ("Kannel", "access denied"): StopLane("access_denied"),
    ("Kannel", "no such address"): StopLane("originator_missing"),
    ("Kannel", "refused"): GiveUp("invalid_request"),
    # Some of its parts: for now or for good is not said, so that it is tried again, a few times.
    PART_REFUSED: _RETRY,
    # Bearerbox gave up trying: the SMSC said each time that it could not take the text now.
    ("Kannel", "retries"): _RETRY,
    # Its time was over before the SMSC had it. If that of the text is, too, then the next try expires.
    ("Kannel", "expired"): _RETRY,
    ("Kannel", "not routable"): GiveUp("no_gateway_originator"),
    ("Kannel", "sender refused"): SENDER_REFUSED,
}
# command_status of submit_sm_resp, SMPP 3.4 section 5.1.3. Any of them says that the SMSC has not taken the
# text; those that are not here are about this one text, and it has failed.
SMPP: Final[Mapping[int, Told]] = {
    0x04: _RETRY,  # incorrect bind status for this command: the link has just changed
    0x08: _RETRY,  # system error
    0x0A: SENDER_REFUSED,  # source address
    0x0D: StopLane("access_denied"),  # bind failed
    0x0E: StopLane("access_denied"),  # password
    0x0F: StopLane("access_denied"),  # system id
    0x14: _RETRY,  # message queue full
    0x15: SENDER_REFUSED,  # service type
    0x48: SENDER_REFUSED,  # type of the source's number
    0x49: SENDER_REFUSED,  # numbering plan of the source
    0x53: StopLane("access_denied"),  # system type
    0x58: _RETRY,  # throttled
    0x64: _RETRY,  # the receiving application is away for now
    0xFE: _RETRY,  # delivery failure
}


def outcome_of(code: str, reason: str = "", attempt: int = 0, jitter: float = 0.5) -> Outcome:
    """What an error means. `code` is the error code, or the exception's class name where there was no
    answer, `SMPP` for an SMSC's; `reason` the error's Reason, an SMSC's number as `0x58`; `attempt`
    counts from 0; `jitter` is from 0 to 1, drawn by the
    caller. A code nobody knows is a doubt.
    """
    found = _told(code, reason)
    if isinstance(found, str):
        return Retry(back_off(attempt, jitter), silent=found == _NOBODY)
    return found


def _told(code: str, reason: str) -> Told:
    if code == "SMPP":
        try:
            return SMPP.get(int(reason, 16), GiveUp("invalid_request"))
        except ValueError:
            return InDoubt("unknown_error")
    for table in (OUTCOMES, KANNEL):
        found = table.get((code, reason)) or table.get((code, ""))
        if found is not None:
            return found
    return InDoubt("unknown_error")


def back_off(attempt: int, jitter: float) -> float:
    """Seconds to wait before try `attempt` + 1: doubling from one second to five minutes, and of that
    between a half and all, so that those who failed together do not come back together."""
    whole: float = min(LONGEST_DELAY, FIRST_DELAY * 2.0 ** min(attempt, 16))
    return whole * (0.5 + 0.5 * jitter)
