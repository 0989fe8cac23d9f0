"""What changed in `conversations`, counted for the results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice import Blueprint

from chalicelib import log
from chalicelib.campaigns.measures import measures
from chalicelib.campaigns.results_stream import Changed
from chalicelib.campaigns.results_stream import count as count_changes
from chalicelib.care.reply_counters import gone, reply_counts
from chalicelib.functions.guard import guarded
from chalicelib.store.schema.conversations import Reply, Survey, Text
from chalicelib.store.stream import image

if TYPE_CHECKING:
    from chalicelib.care.figures import Counts

counting = Blueprint(__name__)
# Chalice wants the stream's address here; .chalice/resources/functions.json puts the real one in.
STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/conversations/stream/0"


@counting.on_dynamodb_record(
    stream_arn=STREAM, batch_size=200, starting_position="TRIM_HORIZON", maximum_batching_window_in_seconds=2
)
@guarded
def count(event: Any) -> dict[str, int]:
    """Add a batch of changes to the counters, each once. A batch that fails is brought again."""
    changes = [
        Changed(record["eventID"], int(record["dynamodb"]["ApproximateCreationDateTime"]), old, new)
        for record in event.to_dict()["Records"]
        for old in [image(record, "OldImage")]
        # What expires or is erased was counted all the same.
        if (new := image(record, "NewImage") or gone(old))
    ]
    counted = count_changes(changes, _for_care)
    for (campaign, lane, minute), values in measures(changes).items():
        log.measure(values, campaign=campaign, lane=lane, at=minute)
    return {"counted": counted}


def _for_care(change: Changed, text: Text | None) -> Counts:
    """The part of the satisfaction board and of the inbox. Only surveys are counted by care's settings."""
    match change.new, change.old:
        case Text() as new, (Text() | None) as old if new.category == "survey":
            from chalicelib.care.current import current
            from chalicelib.care.survey_counters import text_counts

            return text_counts(old, new, current())
        case Survey() as new, (Survey() | None) as old if text:
            from chalicelib.care.current import current
            from chalicelib.care.survey_counters import score_counts

            return score_counts(old, new, text, current())
        case Reply() as new, (Reply() | None) as old:
            return reply_counts(old, new)
    return {}
