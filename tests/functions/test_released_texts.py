"""A held text that is due: its job takes it as the sweeper released it, and not once it was put off again."""

from __future__ import annotations

import json
from datetime import timedelta

from chalicelib.clock import iso
from chalicelib.functions import outbox, sweeping
from chalicelib.store import conversations
from chalicelib.store.schema.conversations import Text
from tests.support.service import Service


def held_survey(service: Service) -> Text:
    """An invitation that waits for half an hour after the complaint."""
    service.complain(ago=timedelta(0))
    service.deliver("bulk")
    (text,) = service.texts().values()
    assert text.status == "held"
    return text


def released(service: Service) -> list[str]:
    """The jobs of what is due half an hour later."""
    service.now += timedelta(minutes=31)
    service.schedule(sweeping.sweep)
    return service.aws.messages("outbox-bulk")


def parked_until(text: Text, due: str) -> None:
    conversations.write_surely(
        [conversations.update(text.key, Text.due_partition.to(text.due_partition), Text.due.to(due))]
    )


def test_a_job_that_is_faster_than_the_sweepers_bookkeeping_is_carried_out(service: Service) -> None:
    text = held_survey(service)
    jobs = released(service)
    parked_until(text, json.loads(jobs[0])["due"])
    assert service.feed(outbox.deliver_bulk, jobs) == []
    assert [one.status for one in service.texts().values()] == ["sent"]


def test_a_job_that_comes_twice_leaves_alone_what_was_put_off_after_the_first(service: Service) -> None:
    text = held_survey(service)
    jobs = released(service)
    later = iso(service.now + timedelta(hours=14))
    parked_until(text, later)
    assert service.feed(outbox.deliver_bulk, jobs) == []
    (still,) = service.texts().values()
    assert (still.status, still.due) == ("held", later)
    assert service.network.texts == []
