"""Bad events among good ones, of ten ways by bus, POST and file: nothing is lost, nothing comes twice."""

from __future__ import annotations

from bench.messy import BAD, WAYS, make, through
from tests.support.service import Service


def test_a_bad_event_costs_its_neighbours_nothing(service: Service) -> None:
    sent = make(4 * len(BAD) * len(WAYS), 4, service.now)
    assert len(sent.bad) + sent.nameless == len(BAD) * len(WAYS)
    assert set(sent.bad_by) == set(WAYS)
    figures, wrong = through(service, sent)
    assert wrong == []
    assert figures["texts"]
