"""What `ringback doctor` thinks of the SMS service: facts in, findings out. Nothing is read here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.commands.checkup import Facts, Finding

SMS = "aws pinpoint-sms-voice-v2"


def originators(
    wanted: Mapping[str, Facts], found: Mapping[str, Facts], topic: str, stage: str
) -> Iterator[Finding]:
    """`wanted`: identities in the live brands, with message_type (as the brand says it), marketing (whether
    its brand sends any) and brand; `found`: numbers, pools and sender IDs, with kind ("number" |
    "pool" | "sender"), status, types ("transactional", "promotional"), arns, the tags of those, and but for
    sender IDs two_way, two_way_to, self_managed. `topic` is where replies have to go."""
    for identity, asked in sorted(wanted.items()):
        what = f"originator {identity}"
        facts = found.get(identity)
        if facts is None:
            saw, do = (
                f"the brand {asked['brand']} names it and the account lacks it",
                "request it, or mend the brand",
            )
            yield Finding("fail", what, saw, do)
            continue
        if facts["status"] not in ("ACTIVE", ""):
            yield Finding("fail", what, f"is {facts['status']}", "finish its registration")
            continue
        wrong = [
            *_tagged(what, facts, stage),
            *_message_type(what, asked, facts),
            *_answers(what, facts, topic),
        ]
        yield from wrong
        if not wrong:
            answered = {
                "sender": "a sender ID: cannot be answered, so the opt-out hint has to name another way",
                "pool": "a pool: two-way to the inbound topic, self-managed opt-outs",
            }
            yield Finding(
                "ok", what, answered.get(facts["kind"], "two-way to the inbound topic, self-managed opt-outs")
            )


def _tagged(what: str, facts: Facts, stage: str) -> Iterator[Finding]:
    for arn, tag in zip(facts["arns"], facts["tags"], strict=True):
        if tag != stage:
            yield Finding(
                "fail",
                what,
                f"carries the tag ringback-stage={tag}: its texts are refused"
                if tag
                else "carries no tag ringback-stage: its texts are refused",
                f"{SMS} tag-resource --resource-arn {arn} --tags Key=ringback-stage,Value={stage}",
            )


def _message_type(what: str, asked: Facts, facts: Facts) -> Iterator[Finding]:
    said, types = asked["message_type"], set(facts["types"])
    if said and said not in types:
        yield Finding(
            "fail",
            what,
            f"the brand {asked['brand']} says {said}, it is registered as {', '.join(sorted(types))}",
            "mend message_type in the brand, or register another",
        )
    elif not said and len(types) == 1 and (asked["marketing"] or types == {"promotional"}):
        (only,) = types
        other = "marketing" if only == "transactional" else "what is not marketing"
        yield Finding(
            "warn",
            what,
            f"registered as {only}: {other} may be refused (MESSAGE_TYPE_MISMATCH)",
            f"say message_type: {only} in the brand {asked['brand']}, and name another for the rest",
        )


def _answers(what: str, facts: Facts, topic: str) -> Iterator[Finding]:
    if facts["kind"] == "sender":
        return
    update = "update-pool --pool-id" if facts["kind"] == "pool" else "update-phone-number --phone-number-id"
    mend = f"{SMS} {update} {facts['arns'][0]}"
    if not facts["two_way"] or facts["two_way_to"] != topic:
        saw = f"replies go to {facts['two_way_to']}" if facts["two_way"] else "two-way is off"
        yield Finding("fail", what, saw, f"{mend} --two-way-enabled --two-way-channel-arn {topic}")
    if not facts["self_managed"]:
        saw = "AWS answers STOP itself, in English and without telling us"
        yield Finding("fail", what, saw, f"{mend} --self-managed-opt-outs-enabled")


def configuration_set(name: str, destinations: Sequence[Facts] | None, topic: str) -> Finding:
    """`destinations`: topic, enabled, events of each event destination; None when there is no such set."""
    what = f"configuration set {name or '(none)'}"
    if not name or destinations is None:
        return Finding("fail", what, "no receipts will come", "deploy with the parameter ConfigurationSet")
    good = [one for one in destinations if one["topic"] == topic and one["enabled"]]
    if not good:
        return Finding(
            "fail", what, "does not tell the receipts topic", f"add an event destination to {topic}"
        )
    if not any({"TEXT_ALL", "ALL"} & set(one["events"]) for one in good):
        return Finding("warn", what, "leaves out some events", "choose TEXT_ALL")
    return Finding("ok", what, "its events go to the receipts topic")


def account(tier: str, limit: float, allowed: float) -> Iterator[Finding]:
    """The account's tier (SANDBOX | PRODUCTION) and this month's limit for texts, in US dollars."""
    if tier == "SANDBOX":
        yield Finding(
            "fail", "account", "in the SMS sandbox: only verified numbers get texts", "ask to leave it"
        )
    else:
        yield Finding("ok", "account", f"tier {tier}")
    saw = f"${limit:,.0f} a month, ${allowed:,.0f} allowed"
    if limit <= 1:
        yield Finding(
            "fail", "spend limit", saw, "aws pinpoint-sms-voice-v2 set-text-message-spend-limit-override"
        )
    else:
        yield Finding("ok", "spend limit", saw)
