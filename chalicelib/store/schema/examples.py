"""An example of each kind of item, as docs/data-model.md shows it: the conversation, the case and the
counters of one subscriber, and the bookkeeping around them."""

from __future__ import annotations

from chalicelib.store.schema import cases, conversations
from chalicelib.store.schema.base import Record
from chalicelib.store.schema.cases import (
    CaseItem,
    LogEntry,
    OnceMark,
    Presence,
    ReadingLabel,
    SearchWord,
    TopicLabel,
)
from chalicelib.store.schema.catalogue import (
    AuditEntry,
    Batch,
    BatchPart,
    Control,
    Count,
    CountPart,
    Document,
    DryRun,
    DryRunPart,
    ErasureCopy,
    ListPiece,
    Names,
    RunHead,
    RunShard,
    Slot,
    Zones,
)
from chalicelib.store.schema.conversations import ConsentProof, Erasure, NumberState, Reply, Survey, Text
from chalicelib.store.schema.results import CountedCause, CountedChanges, Counter
from chalicelib.store.schema.subscribers import Subscriber, SubscriberItem

MSISDN = "+8613900000001"
CASE_ID = "K-7Q2M9XB4TA"
SURVEY = "survey#post-complaint-survey/s-1/C-20261123"
INBOUND = "mo#in-5f1c"
AT = "2026-11-24T02:10:00+00:00"
LATER = "2026-11-24T02:31:05+00:00"
EXPIRES = 1_830_000_000
DIGEST = "9f2b7c…"
_OUT = {"all": {"at": LATER, "how": "sms", "words": "TD", "brand": "yuntong", "by": INBOUND}}
_AUDIENCE = {"campaign": {"id": "plan-offer", "audience": "tier == 'gold'"}}

_TEXT = Text(
    msisdn=MSISDN,
    item="mt#post-complaint-survey/s-1/C-20261123/invitation",
    status="delivered",
    campaign="post-complaint-survey",
    version=3,
    lane="urgent",
    category="survey",
    brand="yuntong",
    region="湖南/长沙",
    tier="gold",
    at=AT,
    valid_until="2026-11-25T02:10:00+00:00",
    body="【云通】您的投诉已处理，满意请回5，不满意请回1。",
    language="zh-CN",
    segments=1,
    originator="10690001",
    token="w-3b1a",  # noqa: S106 (no secret: which worker it is)
    claimed_at=AT,
    lease_until="2026-11-24T02:11:00+00:00",
    message_id="m-77",
    sent_at=AT,
    receipt_at="2026-11-24T02:10:04+00:00",
    network_at="2026-11-24T02:10:03+00:00",
    parts=1,
    price=0.045,
    expires=EXPIRES,
)
_SURVEY = Survey(
    msisdn=MSISDN,
    item=SURVEY,
    status="open",
    campaign="post-complaint-survey",
    subscriber="s-1",
    occasion="C-20261123",
    version=3,
    brand="yuntong",
    language="zh-CN",
    asked_at=AT,
    expires_at="2026-11-27T02:10:00+00:00",
    question=1,
    score=2,
    scored_at=LATER,
    answered_by=INBOUND,
    then_question="reason",
    revision=2,
    due_partition=conversations.due_partition("time", SURVEY),
    due="2026-11-25T02:10:00+00:00",
    expires=EXPIRES,
)
_SUBSCRIBER = Subscriber(
    subscriber_id="s-1",
    msisdn=MSISDN,
    name="王芳",
    language="zh-CN",
    time_zone="Asia/Shanghai",
    brand="yuntong",
    region="湖南/长沙",
    tier="gold",
    plan="5g-80",
    plan_ends_on="2026-11-30",
    birthday="1990-08-15",
    since="2019-03-01",
    previous_msisdns=("+8613900000009",),
)

EXAMPLES: tuple[Record, ...] = (
    SubscriberItem.of(_SUBSCRIBER, "Asia/Shanghai", revision=4),
    _TEXT,
    Reply(
        msisdn=MSISDN,
        item=INBOUND,
        body="2 宽带还是断",
        to="10690001",
        previous_message_id="m-77",
        received_at=LATER,
        applied=True,
        reading={"kind": "answer", "score": 2},
        about=SURVEY,
        subscriber="s-1",
        expires=EXPIRES,
    ),
    _SURVEY,
    NumberState(
        msisdn=MSISDN,
        version=3,
        optouts=_OUT,
        recent=({"at": AT, "campaign": _TEXT.campaign, "category": "survey", "item": _TEXT.item},),
        roster="yellow",
        roster_why={"why": "bad_scores", "count": 2, "needed": 2},
    ),
    ConsentProof(
        msisdn=MSISDN,
        item=conversations.proof_item(LATER, "in-5f1c"),
        what="opt_out",
        scope="all",
        how="sms",
        at=LATER,
        words="TD",
        keep_until="2031-11-24T02:31:05+00:00",
    ),
    Erasure(msisdn=f"{conversations.ERASED}{DIGEST}", at=LATER, optouts=_OUT),
    Document(
        name="campaign#usage-alert",
        version="v00000012",
        document={"id": "usage-alert", "trigger": {"event": "usage.reported"}},
        status="live",
        by="li.na",
        at=AT,
        base=11,
        approved_by="zhao.lei",
        approved_at=AT,
        live_by="zhao.lei",
        live_at=LATER,
    ),
    Control(revision=41, stamp=12, live={"campaign#usage-alert": 12, "policy": 2}, paused=("plan-offer",)),
    Names(names=frozenset({"campaign#usage-alert", "policy"})),
    Zones(zones=frozenset({"solar#Asia/Shanghai", "lunar#Asia/Shanghai"})),
    AuditEntry(
        name="audit#2026-11-24",
        version=f"{LATER}#8c",
        by="zhao.lei",
        role="marketing",
        action="go_live",
        what="campaign#usage-alert v12",
        at=LATER,
        before="v11",
        after="v12",
    ),
    Slot(name="pace#10690001", version="urgent", free_at=1_795_486_200.25),
    RunHead(
        name="runs#2026-11-24",
        version="birthday-greeting/Asia/Shanghai",
        run="birthday-greeting/Asia/Shanghai/2026-11-24",
        status="started",
        shards=16,
        at=AT,
    ),
    RunShard(
        name="run#birthday-greeting/Asia/Shanghai/2026-11-24",
        version="11-24#Asia/Shanghai#3",
        jobs=1000,
        cursor={"subscriber_id": "s-88", "birthday_key": "11-24#Asia/Shanghai#3"},
        at=AT,
    ),
    Batch(
        name="batches",
        version=f"{AT}#b-1",
        id="b-1",
        campaign="plan-offer",
        at=AT,
        by="li.na",
        parts=8,
        status="started",
        started_at=AT,
    ),
    BatchPart(
        name="batch#b-1", version="0003", read=4000, jobs=1210, cursor={"subscriber_id": "s-88"}, at=AT
    ),
    ListPiece(
        name="list#vip", version="00000000", entries=("s-1", MSISDN), by="li.na", at=AT, expires=EXPIRES
    ),
    Count(name="count#c-1", document=_AUDIENCE, parts=4, by="li.na", at=AT, expires=EXPIRES),
    CountPart(
        name="count#c-1", version="0002", people=310, read=4000, units=52.5, done=True, at=AT, expires=EXPIRES
    ),
    DryRun(
        name="dry#b-1",
        document=_AUDIENCE,
        batch={"id": "b-1", "campaign": "plan-offer"},
        at=AT,
        expires=EXPIRES,
    ),
    DryRunPart(
        name="dry#b-1", version="0000", found={"people": 310, "texts": 290}, done=True, at=AT, expires=EXPIRES
    ),
    ErasureCopy(version=DIGEST, at=LATER, optouts=_OUT),
    CaseItem(
        case_id=CASE_ID,
        complaint="C-20261123",
        opened_at=LATER,
        subscriber="s-1",
        msisdn=MSISDN,
        name="王芳",
        campaign="post-complaint-survey",
        survey_item=SURVEY,
        score=2,
        words="宽带还是断",
        words_at=LATER,
        topic="network",
        topic_by="rules",
        team="care-north",
        answer_due="2026-11-24T06:31:05+00:00",
        deadline="2026-11-24T06:31:05+00:00",
        rank="2026-11-24T04:31:05+00:00",
        revision=1,
        changed_at=LATER,
        changed_by="ringback",
        changed_what="opened",
        team_queue="care-north",
        unowned_queue="care-north",
        due_partition=cases.due_partition("case", CASE_ID),
        due="2026-11-24T06:31:05+00:00",
    ),
    LogEntry(
        case_id=CASE_ID,
        part=cases.log_part(1),
        what="opened",
        by="ringback",
        at=LATER,
        data={"score": 2},
        revision=1,
    ),
    OnceMark(case_id=CASE_ID, part=f"{OnceMark.under}in-5f1c", expires=EXPIRES),
    SearchWord(
        case_id=CASE_ID,
        part=f"{SearchWord.under}1",
        word_group="tail",
        word=f"0001#{LATER}#{CASE_ID}",
    ),
    TopicLabel(
        case_id=CASE_ID,
        words="宽带还是断",
        guessed="network",
        topic="billing",
        by="li.na",
        at=LATER,
        word_group="label",
        word=f"{LATER}#{CASE_ID}",
    ),
    ReadingLabel(
        case_id=CASE_ID,
        part=f"{ReadingLabel.under}in-5f1c",
        body="2 宽带还是断",
        campaign="post-complaint-survey",
        kind="answer",
        score=2,
        by="li.na",
        at=LATER,
        word_group="meaning",
        word=f"{LATER}#{CASE_ID}",
    ),
    Presence(case_id=CASE_ID, part=f"{Presence.under}li.na", who="li.na", at=LATER, expires=EXPIRES),
    Counter(
        scope="results#usage-alert",
        counter="v00000012#region#湖南",
        figures={"planned": 412, "sent": 400, "delivered": 391, "suppressed:opted_out": 12, "cost": 18.0},
    ),
    CountedChanges(
        scope="counted#1795486200", counter="-", revision=2, seen="aGVsbG8xd29ybGQy", expires=EXPIRES
    ),
    CountedCause(scope="once#effects#K-7Q2M9XB4TA#0", counter="-", expires=EXPIRES),
)
