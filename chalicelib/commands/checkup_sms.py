"""What `ringback doctor` thinks of the SMS service: facts in, findings out. Nothing is read here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.commands.checkup import Finding, SeenFacts, listed
from chalicelib.commands.shared import _

SMS = "aws pinpoint-sms-voice-v2"


def originators(
    wanted: Mapping[str, SeenFacts], found: Mapping[str, SeenFacts], topic: str, stage: str
) -> Iterator[Finding]:
    """`wanted`: identities in the live brands, with message_type (as the brand says it), marketing (whether
    its brand sends any) and brand; `found`: numbers, pools and sender IDs, with kind ("number" |
    "pool" | "sender"), status, types ("transactional", "promotional"), arns, the tags of those, and but for
    sender IDs two_way, two_way_to, self_managed. `topic` is where replies have to go."""
    for identity, asked in sorted(wanted.items()):
        what = _("originator %(identity)s", identity=identity)
        facts = found.get(identity)
        if facts is None:
            saw = _("the brand %(brand)s names it and the account lacks it", brand=asked["brand"])
            yield Finding("fail", what, saw, _("request it, or mend the brand"))
            continue
        if facts["status"] not in ("ACTIVE", ""):
            saw = _("is %(status)s", status=facts["status"])
            yield Finding("fail", what, saw, _("finish its registration"))
            continue
        wrong = [
            *_tagged(what, facts, stage),
            *_message_type(what, asked, facts),
            *_answers(what, facts, topic),
        ]
        yield from wrong
        if not wrong:
            answered = {
                "sender": _("a sender ID: cannot be answered, so the opt-out hint has to name another way"),
                "pool": _("a pool: two-way to the inbound topic, self-managed opt-outs"),
                "number": _("two-way to the inbound topic, self-managed opt-outs"),
            }
            yield Finding("ok", what, answered[facts["kind"]])


def _tagged(what: str, facts: SeenFacts, stage: str) -> Iterator[Finding]:
    for arn, tag in zip(facts["arns"], facts["tags"], strict=True):
        if tag != stage:
            saw = _("carries no tag ringback-stage: its texts are refused")
            if tag:
                saw = _("carries the tag ringback-stage=%(tag)s: its texts are refused", tag=tag)
            do = f"{SMS} tag-resource --resource-arn {arn} --tags Key=ringback-stage,Value={stage}"
            yield Finding("fail", what, saw, do)


def _message_type(what: str, asked: SeenFacts, facts: SeenFacts) -> Iterator[Finding]:
    said, types = asked["message_type"], set(facts["types"])
    if said and said not in types:
        saw = _(
            "the brand %(brand)s says %(said)s, it is registered as %(types)s",
            brand=asked["brand"],
            said=said,
            types=listed(types),
        )
        yield Finding("fail", what, saw, _("mend message_type in the brand, or register another"))
    elif not said and len(types) == 1 and (asked["marketing"] or types == {"promotional"}):
        (only,) = types
        saw = _("registered as promotional: what is not marketing may be refused (MESSAGE_TYPE_MISMATCH)")
        if only == "transactional":
            saw = _("registered as transactional: marketing may be refused (MESSAGE_TYPE_MISMATCH)")
        do = _(
            "say message_type: %(type)s in the brand %(brand)s, and name another for the rest",
            type=only,
            brand=asked["brand"],
        )
        yield Finding("warn", what, saw, do)


def _answers(what: str, facts: SeenFacts, topic: str) -> Iterator[Finding]:
    if facts["kind"] == "sender":
        return
    update = "update-pool --pool-id" if facts["kind"] == "pool" else "update-phone-number --phone-number-id"
    mend = f"{SMS} {update} {facts['arns'][0]}"
    if not facts["two_way"] or facts["two_way_to"] != topic:
        saw = _("two-way is off")
        if facts["two_way"]:
            saw = _("replies go to %(topic)s", topic=facts["two_way_to"])
        yield Finding("fail", what, saw, f"{mend} --two-way-enabled --two-way-channel-arn {topic}")
    if not facts["self_managed"]:
        saw = _("AWS answers STOP itself, in English and without telling us")
        yield Finding("fail", what, saw, f"{mend} --self-managed-opt-outs-enabled")


def configuration_set(name: str, destinations: Sequence[SeenFacts] | None, topic: str) -> Finding:
    """`destinations`: topic, enabled, events of each event destination; None when there is no such set."""
    what = _("configuration set %(name)s", name=name or "-")
    if not name or destinations is None:
        do = _("deploy with the parameter ConfigurationSet")
        return Finding("fail", what, _("no receipts will come"), do)
    good = [one for one in destinations if one["topic"] == topic and one["enabled"]]
    if not good:
        do = _("add an event destination to %(topic)s", topic=topic)
        return Finding("fail", what, _("does not tell the receipts topic"), do)
    if not any({"TEXT_ALL", "ALL"} & set(one["events"]) for one in good):
        return Finding("warn", what, _("leaves out some events"), _("choose TEXT_ALL"))
    return Finding("ok", what, _("its events go to the receipts topic"))


def account(tier: str, limit: float, allowed: float) -> Iterator[Finding]:
    """The account's tier (SANDBOX | PRODUCTION) and this month's limit for texts, in US dollars."""
    if tier == "SANDBOX":
        saw = _("in the SMS sandbox: only verified numbers get texts")
        yield Finding("fail", _("account"), saw, _("ask AWS to move it to production"))
    else:
        yield Finding("ok", _("account"), _("tier %(tier)s", tier=tier))
    what = _("spend limit")
    saw = _(
        "USD %(limit)s a month, USD %(allowed)s allowed", limit=f"{limit:,.0f}", allowed=f"{allowed:,.0f}"
    )
    if limit <= 1:
        yield Finding("fail", what, saw, f"{SMS} set-text-message-spend-limit-override")
    else:
        yield Finding("ok", what, saw)
