"""Ways to send a text. Each module has `send(text) -> message id` and raises only `NotSent`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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
    registration: str = (
        ""  # the text's number with the authority of the recipient's country, where it has one
    )


class NotSent(Exception):
    """The gateway did not say yes. `code` and `reason` are its own words, or the exception's name where
    there was no answer; what they mean is `delivery.outcomes`."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code = code
        self.reason = reason
