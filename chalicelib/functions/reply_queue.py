"""What subscribers write."""

from __future__ import annotations

from typing import Any

from chalice import Blueprint

from chalicelib import clock, log, queues
from chalicelib.care.follow import follow_up
from chalicelib.functions.guard import guarded
from chalicelib.functions.sqs_batch import Message, failures, from_sns, messages, not_json
from chalicelib.letter_codes import LetterCode
from chalicelib.problems import Problem
from chalicelib.replies.handle import handle
from chalicelib.replies.inbound import inbound_from

inbound = Blueprint(__name__)


@inbound.on_sqs_message(queue="replies", batch_size=10)
@guarded
def reply(event: Any) -> dict[str, Any]:
    """Store each reply, understand it, act on it; one that cannot be handled comes back alone."""
    failed: list[Message] = []
    unreadable = []
    for message in messages(event.to_dict()):
        try:
            payload = from_sns(message.body)
            inbound_from(payload)
        except ValueError as error:
            unreadable.append((message.body, not_json(error)))
            continue
        except (KeyError, TypeError) as error:
            unreadable.append((message.body, Problem(LetterCode.NOT_A_REPLY, {"field": error.args[0]})))
            continue
        try:
            handle(payload, clock.now(), follow_up)
        except Exception as error:  # the others of the batch are independent of this one
            log.failed("reply will be tried again", error, message=message.id)
            failed.append(message)
    queues.dead_letter("replies", unreadable)
    queues.put_back("replies", [(one.handle, again_in(one.receives)) for one in failed])
    return failures(one.id for one in failed)


def again_in(receives: int) -> int:
    """Seconds until a reply that failed is seen again. Soon at first, for it may be a STOP and most often two
    replies of one number met; then ever later, so that the queue gives it up only after an hour of trying."""
    return min(360, 5 << 2 * (receives - 1))
