"""Ways to send a text: the contract that each module of this folder keeps (docs/gateways.md).

A module has `send(text)`. It answers the network's message id when the network has the text, `Queued` when
only the gateway has it, and raises nothing but `NotSent`. `NAMES` are what an originator's `gateway` may say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from chalicelib.deadline import within

NAMES = ("aws", "kannel")
ANSWERED_WITHIN = 7.0  # seconds for one hand-off, from the name's look-up to the answer's last byte


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One rendered text for a gateway."""

    to: str  # E.164
    originator: str
    body: str
    promotional: bool
    seconds_to_live: int  # after that the network need not try any more
    turn: float = 0.0  # seconds after the first of its batch, so that a batch keeps its pace within
    context: Mapping[str, str] = field(default_factory=dict)  # comes back in receipts; 5 entries at most
    registration: str = ""  # the text's number with the authority of the recipient's country, if any
    counting: str = "network"  # the originator's, see `sms.segments.count`
    urgent: bool = False  # it comes from the urgent lane


@dataclass(frozen=True, slots=True)
class Queued:
    """The gateway has the text, the network not yet: a receipt of the kind TEXT_ACCEPTED or TEXT_REFUSED will
    say whether it took it. `stuck`: the gateway says that it cannot hand anything on now."""

    stuck: bool = False


class NotSent(Exception):
    """The gateway did not say yes. `code` and `reason` are its own words, or the exception's name where
    there was no answer; what they mean is `delivery.outcomes`."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code = str(code)
        self.reason = str(reason)


GatewaySend = Callable[[Outgoing], str | Queued]
GatewayAnswer = str | Queued | NotSent


def answer_of(send: GatewaySend, text: Outgoing) -> GatewayAnswer:
    """What a gateway says to one text. Whatever else it raises than `NotSent` comes back under the name of
    the exception alone, which is a doubt: nobody knows how far the text came, and the words may quote it. So
    does an answer that is none of the contract's. Gateways whose connections keep to a deadline have this one
    for the whole exchange. Nothing but the end of the process goes on from here, for
    the other texts of the batch have answers that have to be kept."""
    try:
        with within(ANSWERED_WITHIN):
            answer = send(text)
    except NotSent as error:
        return error
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return NotSent(type(error).__name__)
    if isinstance(answer, Queued) or (isinstance(answer, str) and answer):
        return answer
    return NotSent("NoAnswer", f"but {type(answer).__name__}")


def unknown(text: Outgoing) -> str:
    """The gateway of an originator whose gateway is none of ours: it refuses. Raises `NotSent`."""
    raise NotSent("NoSuchGateway", f"of {text.originator}")
