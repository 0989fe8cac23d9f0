"""AWS End User Messaging: `SendTextMessage` of pinpoint-sms-voice-v2.

The API has no idempotency token, so the SDK's own retries are off: a repeat is decided by
delivery, never by a library.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import deadline
from chalicelib.sms.gateways import NotSent, Outgoing

if TYPE_CHECKING:
    from mypy_boto3_pinpoint_sms_voice_v2 import PinpointSMSVoiceV2Client

TTL_BOUNDS = (5, 259_200)  # seconds, API page of SendTextMessage
INDIA = "+91"  # the one country whose registration goes with each text, as `<entity id>/<template id>`


@cache
def client() -> PinpointSMSVoiceV2Client:
    """The client of this process: one attempt, short patience. What is wrong with a request the gateway
    says itself, as a ValidationException."""
    made = boto3.client(
        "pinpoint-sms-voice-v2",
        config=Config(
            retries={"total_max_attempts": 1},
            connect_timeout=2,
            read_timeout=5,
            max_pool_connections=64,
            parameter_validation=False,
            user_agent="ringback",  # a fixed one; botocore would put one together twice for each request
        ),
    )
    deadline.keep(made)
    return made


def send(text: Outgoing) -> str:
    """Hand one text over; returns the gateway's message id. Raises `NotSent`."""
    try:
        return client().send_text_message(**request(text, os.environ))["MessageId"]
    except ClientError as error:
        answer: dict[str, Any] = dict(error.response)
        raise NotSent(answer.get("Error", {}).get("Code", "Unknown"), answer.get("Reason", "")) from error
    except BotoCoreError as error:
        raise NotSent(type(error).__name__, str(error)) from error


def request(text: Outgoing, settings: Mapping[str, str]) -> dict[str, Any]:
    """What SendTextMessage is asked. `settings`: RINGBACK_CONFIGURATION_SET, RINGBACK_PROTECT_CONFIGURATION
    (an id, "" for the account's own) and RINGBACK_MESSAGE_FEEDBACK ("on" or not)."""
    low, high = TTL_BOUNDS
    asked: dict[str, Any] = {
        "DestinationPhoneNumber": text.to,
        "OriginationIdentity": text.originator,
        "MessageBody": text.body,
        "MessageType": "PROMOTIONAL" if text.promotional else "TRANSACTIONAL",
        "TimeToLive": max(low, min(high, text.seconds_to_live)),
        "Context": dict(text.context),
    }
    if name := settings.get("RINGBACK_CONFIGURATION_SET"):
        asked["ConfigurationSetName"] = name
    if protection := settings.get("RINGBACK_PROTECT_CONFIGURATION"):
        asked["ProtectConfigurationId"] = protection
    if settings.get("RINGBACK_MESSAGE_FEEDBACK") == "on":
        asked["MessageFeedbackEnabled"] = True
    entity, slash, template = text.registration.partition("/")
    if slash and text.to.startswith(INDIA):
        asked["DestinationCountryParameters"] = {"IN_ENTITY_ID": entity, "IN_TEMPLATE_ID": template}
    return asked
