"""What an answer by SMS would become, before it is sent: its words, its segments and price, and when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.campaigns.meter import counted
from chalicelib.care import work
from chalicelib.care.current import Current
from chalicelib.clock import iso
from chalicelib.console.frame import Visit
from chalicelib.console.preview import prices
from chalicelib.console.rendering import exact
from chalicelib.delivery.decide import Hold, Suppress, decide
from chalicelib.delivery.drafting import Received, draft, policy_of
from chalicelib.document import zone_named
from chalicelib.i18n.codes import named
from chalicelib.i18n.formats import money
from chalicelib.i18n.translations import say, say_many
from chalicelib.sms.price import Price
from chalicelib.store import catalogue
from chalicelib.store.schema.cases import Case
from chalicelib.store.schema.conversations import NumberState
from chalicelib.store.schema.subscribers import Subscriber

EARLY, LATE = 8, 21  # hours on the subscriber's clock between which nobody minds a text


@dataclass(frozen=True, slots=True)
class AnswerPreview:
    """An answer as the subscriber would get it now. `held_until` (ISO) and `why_not` (a reason of the
    states of a text) are "" for one that goes out at once; `there` is HH:MM on the subscriber's clock when
    that is a time to sleep, else ""."""

    body: str = ""
    encoding: str = ""
    segments: int = 0
    left: int = 0  # units until the next segment begins
    price: Price | None = None
    held_until: str = ""
    why_not: str = ""
    there: str = ""

    def said(self, visit: Visit) -> list[str]:
        """The same in words, for who looks: what it costs, then what else there is to know."""

        found = []
        if self.segments:
            cost = ""
            if self.price:
                cost = f" · {money(self.price.amount, self.price.currency, visit.language)}"
            said = say_many(
                "%(n)s segment · %(left)s characters left · %(encoding)s",
                "%(n)s segments · %(left)s characters left · %(encoding)s",
                self.segments,
                visit.language,
                left=self.left,
                encoding=self.encoding,
            )
            found.append(said + cost)
        if self.held_until:
            found.append(say("Waits until %(time)s.", visit.language, time=exact(self.held_until, visit)))
        elif self.why_not:
            reason = named("answer_reason", self.why_not, visit.language)
            found.append(say("It would not go out: %(reason)s.", visit.language, reason=reason))
        if self.there:
            found.append(say("It is %(time)s where the subscriber is.", visit.language, time=self.there))
        return found


def preview(
    case: Case,
    text: str,
    by: str,
    subscriber: Subscriber | None,
    state: NumberState,
    now: Current,
    at: datetime,
) -> AnswerPreview:
    """What sending `text` at `at` comes to, by the rules that send it. Raises CaseRefused as `answered`."""
    (job,) = work.answered(case, text, by, at).jobs
    drafted = draft(Received(job, ""), subscriber, now.live, catalogue.control(), at)
    body = drafted.text.body
    found = AnswerPreview(why_not=drafted.text.reason)
    if body and drafted.originator:
        to = subscriber or Subscriber("-", case.msisdn)
        filled = counted(body, case.language, to, drafted.originator, prices())
        found = AnswerPreview(body, filled.encoding, filled.segments, filled.left, filled.price)
    zone = zone_named(subscriber.time_zone) if subscriber else None
    there = at.astimezone(zone) if zone else None
    asleep = there.strftime("%H:%M") if there and not EARLY <= there.hour < LATE else ""
    match decide(drafted.ask, state, policy_of(now.live), at):
        case Hold(until, why):
            return replace(found, held_until=iso(until) if until else "", why_not=why)
        case Suppress(reason):
            return replace(found, why_not=reason)
    return replace(found, there=asleep)
