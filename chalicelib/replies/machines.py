"""Recognises what no person wrote: reactions, auto-replies, notices of carriers, other services' robots.

By kind, and by how such texts are built: a reaction is a verb and a quotation; an auto-reply says only that
somebody is busy now and will be back later, and nothing else; a notice speaks to "you" about a number, a
message or a code and never as "I". A person who says more than that ("I was driving when your man came, 2",
"我在开会，晚点给你打分") is a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.replies.lazy import Lazy
from chalicelib.replies.normalise import Plain


class MachineKind(StrEnum):
    """What answered."""

    REACTION = "reaction"  # a phone's "Liked ..."
    AUTO_REPLY = "auto_reply"  # a phone or mailbox, for somebody who drives, meets, is away
    NETWORK = "network"  # a carrier: not delivered, missed call, balance
    SERVICE = "service"  # another company's robot
    ECHO = "echo"  # our own text, and nothing with it


class MachineRule(StrEnum):
    """How it was recognised."""

    QUOTES_WITH_A_VERB = "quotes_with_a_verb"
    REACTS_TO_AN_ATTACHMENT = "reacts_to_an_attachment"
    SAYS_SO = "says_so"  # "auto-reply"
    ONLY_BUSY_AND_LATER = "only_busy_and_later"
    NOTICE_OF_A_NETWORK = "notice_of_a_network"
    A_CODE = "a_code"
    SPEAKS_FOR_A_SERVICE = "speaks_for_a_service"
    MENU_OF_A_ROBOT = "menu_of_a_robot"
    ONLY_OUR_WORDS = "only_our_words"


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine's text; `span` is the evidence, in the normalised text."""

    kind: MachineKind
    rule: MachineRule
    span: tuple[int, int]


# -- reactions ------------------------------------------------------------------------------------

_QUOTE = r"\s*[\"'].{4,}"
_VERB_EN = (
    r"(?:liked|loved|disliked|hearted|laughed at|laughed|emphasi[sz]ed|questioned|exclaimed at"
    r"|(?:has )?reacted(?: with)?(?: an?)?.{0,16}? to|removed (?:an?\b)?.{0,16}? ?from)"
)
_VERB_OTHER = (
    r"(?:(?:no )?le gusto|le encanto|(?:no )?me gusta|le dio risa|enfatizo|exclamo por|cuestiono|destaco"
    r"|(?:ha )?reacci?ono?n?(?:ado)? con(?: un)?.{0,8}? a|elimino .{1,20} de|a aime|a adore|n'a pas aime"
    r"|a ri de|a reagi (?:avec|par).{0,8}? a|gefallt|curtiu|amou|reagiu com.{0,8}? a)"
)
_VERB_ZH = (
    r"(?:点?赞了?|喜欢了?|喜爱了?|爱上了|爱了|爱心|心了|表示.{1,4}|点?踩了?|不喜欢了?|强调了?|质疑了?|疑问了?"
    r"|哈?哈?大?笑了?|笑了|比心了?|(?:用.{0,6})?(?:回应|表态|反应)了?|取消了?.{0,6}赞|移除了?.{0,6}(?:赞"
    r"|爱心|回应))"
)
_DID_ZH = (
    r"(?:做出|作出|表示|发送|发表|进行|点|给|加|添加|用|了|.{0,4}?)*"
    r"(?:回应|反应|表态|喜欢|喜爱|不喜欢|赞|踩|大笑|强调|质疑|疑问|爱心|爱|好笑|比心)了?"
)
_REACTION = Lazy(
    rf"\s*(?:{_VERB_EN}|{_VERB_OTHER}|{_VERB_ZH}){_QUOTE}[\"']\W*\Z"
    rf"|\s*(?:{_VERB_EN}|{_VERB_OTHER}|{_VERB_ZH}){_QUOTE[:-5]}[^\"]{{4,}}\Z"  # cut off, without its end
    rf"|\s*(?:已?对|觉得|认为)\s*\".{{4,}}\"\s*{_DID_ZH}\W*\Z"
    r"|\s*\"[^\"]{6,}\"\s*(?:liked|loved)\b\W*\Z",
    re.S,
)
# A phone without reactions writes the emoji: 👍 to “...”; normalised, only what stands beside it is left.
_EMOJI_REACTION = Lazy(rf"\s*(?:to|a|了|for|en|zu|on|于|对)?{_QUOTE}[\"']\W*\Z", re.S)
_ATTACHMENT = Lazy(
    rf"\s*(?:{_VERB_EN}|{_VERB_OTHER}) (?:an?|the|your|una?|une?) (?:\w+ )?(?:images?|photos?|pictures?"
    r"|movies?|videos?|messages?|attachments?|stickers?|gifs?|links?|contacts?|locations?|recordings?"
    r"|imagen|foto|mensaje|photo)\W*\Z"
    rf"|\s*(?:(?:已?对)?(?:一|这|该)(?:张|段|条|个|则)(?:图片|照片|视频|消息|短信|信息|附件|语音|表情|链接)"
    rf"{_DID_ZH}|{_VERB_ZH}(?:一|这|该)(?:张|段|条|个|则)(?:图片|照片|视频|消息|短信|信息|附件|语音|表情"
    rf"|链接))\W*\Z"
)

# -- auto-replies ---------------------------------------------------------------------------------

_SAYS_SO = Lazy(
    r"\b(?:auto(?:matic|mated)?[\s-]?(?:repl(?:y|ies)|respon(?:se|der)|message|text|answer)"
    r"|automatically (?:sent|generated)|(?:currently |am |is |are |be |'m |'re |\A)out of (?:the |my )?office"
    r"|with focus turned on|(?:do not disturb|driving|focus) mode (?:is )?(?:on|turned on|enabled)"
    r"|not receiving notifications)\b"
    r"|自动(?:回复|应答|答复)|此(?:消息|短信|信息)(?:为|由)?(?:系统)?自动|驾驶模式|勿扰模式|专注模式"
)
_CLAUSE = re.compile(
    r"[,.;!?:~\n()]+| - |(?<=[a-z']) (?:and|so|but|because|as|while) (?=i|please|will|can|cannot|unable|not)"
)
_ADVERBS = (
    r"(?:\b(?:right now|at the moment|currently|just now|now|atm|today|presently|still|really|a bit)\b\s*)*"
)
_I_AM = (
    r"(?:(?:sorry|apologies|hi|hello|hey)\s)*(?:i\s?'?a?m|i'm|we're|we are|im|he is|she is|currently"
    r"|still)?\s*"
)
_BUSY_EN = Lazy(
    rf"\s*{_I_AM}{_ADVERBS}(?:(?:a bit |very |really |so )?(?:driving|busy|away|asleep|sleeping|abroad"
    rf"|travell?ing"
    r"|unavailable|tied up|occupied|not available|unable to (?:talk|answer|take (?:your )?calls?|reply"
    r"|respond)"
    r"|on (?:my way|the road|a call|another call|the (?:phone|other line)|leave|vacation|holiday|annual leave"
    r"|a plane|the train|a flight)"
    r"|in (?:a |an |the )?(?:meetings?|class|lecture|exam|theat(?:er|re)|cinema|conference|flight|interview"
    r"|another meeting)"
    r"|at (?:work|the (?:movies|cinema|theat(?:er|re))|a meeting|school|church)"
    r"|away from (?:my |the )?(?:desk|phone|office)|out of (?:town|the country|(?:the |my )?office))"
    r"|i (?:can'?t|cannot|can not|couldn'?t) (?:talk|answer|take (?:your |the |a )?calls?|speak|pick up|reply"
    r"|respond|get to the phone|come to the phone)(?: (?:to )?(?:the phone|you|it|this|your call|my phone))?"
    r"|can'?t (?:talk|answer|speak|pick up|reply)|i missed your call|(?:i )?won'?t respond to this"
    r"|i'?ll be back(?: (?:on|at|in) .{1,20})?)"
    rf"\s*{_ADVERBS}(?:with (?:no|limited|little) access to (?:e-?mails?|my (?:phone|e-?mails?)|messages?))?"
    r"(?:(?:until|till|from|through|back) .{1,30})?\s*\Z"
)
_LATER_EN = Lazy(
    r"\s*(?:please |pls |i |we |i'?ll |i will |we'?ll |we will |i'?m going to |can i |will |may i |let me )*"
    r"(?:(?:get|call|ring|text|txt|message|msg|reply|respond|return|contact|phone|speak|talk|see|catch|be)"
    r"(?: (?:back|to|with|you|u|ya|your|the|calls?|messages?|texts?|e-?mails?|in|touch|up|me|it|this))*"
    r"|leave (?:me )?a (?:message|voicemail|text)(?: or text me)?|(?:text|message|msg|txt) me(?: instead)?"
    r"|try (?:again|me|calling)(?: (?:again|back))?)"
    r"(?: (?:later|soon|shortly|asap|as soon as (?:i|possible|we).{0,20}|when (?:i|we).{1,30}|once i.{1,30}"
    r"|in (?:a )?(?:bit|while|few|.{1,12}(?:minutes|mins?|hours?|hrs?))|on my return|tomorrow|back|afterwards"
    r"|after .{1,20}|at .{1,12}|then|again|instead|ok))*\s*\Z"
)
_COURTESY_EN = Lazy(
    r"\s*(?:sorry|hi|hello|hey|hi there|thanks?(?: you)?(?: for (?:your )?(?:message|text|call|e-?mail|sms))?"
    r"|ok|regards|cheers|if (?:this|it)(?: is|'s) urgent.{0,40}|for (?:anything )?urgent.{0,40}"
    r"|(?:please )?(?:contact|call) [a-z]+ (?:at|on) [\d-]{5,}|reply \"?urgent\"?.{0,80}|see you(?: soon)?"
    r"|bye|[\d-]{5,})?\s*\Z"
)
_URGENT_EN = Lazy(r"\b(?:if (?:this|it)(?:'s| is)|for|in case of) (?:an? )?(?:urgent|emergenc)")
_CLAUSE_ZH = re.compile(r"[,.;!?:~\n\s()\[\]]+")
_BUSY_ZH = Lazy(
    r"(?:不好意思|抱歉|对不起|您好|你好)?(?:我|本人|机主|主人)?(?:现在|目前|此刻|这会儿?|暂时|正|还|刚"
    r"|今天)*(?:在|正在|处于)?"
    r"(?:忙碌?|开车|驾车|驾驶|开会|会议|上课|上班|休假|休息|睡觉|出差|外出|通话|考试|飞机上|飞行|忙线|忙着"
    r"|用餐|度假|电影院"
    r"|(?:不|没)(?:太)?(?:方便|便|空|在)(?:接?听?电话|接听|回复|看手机|讲话|说话|办公室|座位)*"
    r"|无法(?:接听|回复|接电话|应答|查看)(?:您?的?(?:电话|来电|短信|消息|信息))*|有事|没空|没时间)"
    r"(?:中|里|呢|着|状态|期间|当中)?(?:\S{0,10}?(?:回来|返回|结束))?"
)
_LATER_ZH = Lazy(
    r"(?:我|请|会|将|有事|有急事|急事|如有急事|如果有急事)*"
    r"(?:稍后|稍候|稍等|晚点儿?|晚些(?:时候)?|待会儿?|等会儿?|一会儿?|回头|过会儿?|之后|随后|尽快|会后"
    r"|下课后?|忙完|到了|方便时|迟点"
    r"|[\u4e00-\u9fff\d]{0,4}(?:点|小时|分钟)后)"
    r"(?:我|会|将|再|就|给|与|跟|和|向|您|你|亲|尽快|第一时间|联系|主动|马上)*"
    r"(?:回(?:电话?|复|信|您|你|拨|短信|消息)?|打(?:给|过去|来|电话|回)?|联系|联络|拨打?|说|聊|留言|来电"
    r"|再拨|处理)*"
    r"(?:您|你|吧|哦|啊|谢谢|哈|电话|短信)*"
)
_COURTESY_ZH = Lazy(
    r"(?:您好|你好|嗨|喂|亲|谢谢(?:您|你)?(?:的?(?:来电|来信|留言|短信|理解))?|抱歉|不好意思|对不起"
    r"|感谢.{0,8}"
    r"|(?:如有|有)?(?:急事|要事|紧急).{0,16}|(?:有事|急事|要事)?请?(?:发|用|以)?(?:短信|留言|微信)(?:联系|留言|我)?|请(?:稍[后候等]|谅解|见谅|留言|发短信|短信联系)(?:再拨)?|再见"
    r"|敬请谅解|\d{1,2}月\d{1,2}日\S{0,4}(?:回来?|返回))?"
)

# -- carriers and services ------------------------------------------------------------------------

_NETWORK = Lazy(
    r"\b(?:(?:message|text|sms|msg|call) blocking|(?:could|was|can|has|have|is)(?: ?not|n'?t)(?: be"
    r"| been)? delivered"
    r"|(?:unable|failed|failure) to (?:send|deliver)|delivery (?:failed|failure|status)|undeliver(?:ed|able)"
    r"|(?:is|to) an? (?:landline|fixed line|short ?code)|(?:cannot|can'?t|can not|unable to|does ?n[o']t"
    r"|do ?n[o']t) (?:receive|accept)"
    r"(?: any)?(?: incoming)? (?:text|sms|messages|replies|calls)|not accepting (?:\w+ )?(?:messages|calls"
    r"|texts)"
    r"|(?:in-?box|mail-?box|voice-?mail(?: box)?) (?:is )?full|the (?:person|customer|subscriber|number"
    r"|party|user) (?:that )?you"
    r"(?:'re| are|'ve| have)? (?:trying|dialed|called|are calling)|subscriber .{0,24}(?:not available"
    r"|unavailable|switched off)"
    r"|missed calls? from \W?\d|you have \d+ (?:missed calls?|new (?:voice ?mails?|messages?))"
    r"|called you \d* ?(?:times? )?(?:at|on)"
    r"|not in service|has been disconnected|is (?:currently )?(?:switched off|turned off|out of coverage)"
    r"|your (?:\w+ ){0,3}balance (?:is|as of|was)|network (?:msg|message)|free ?msg"
    r"|message from (?:the )?carrier)"
    r"|您?拨打的(?:用户|电话|号码)|来电提醒|漏话提醒|漏电提醒|未接来电|来电通知|呼叫过您|给您来电|曾?来电\d"
    r"|(?:用户|机主|对方).{0,8}(?:已关机|不在服务区|无法接[听通])"
    r"|(?:号码|号|用户|手机|本机|终端|对方|卡).{0,10}(?:无法|不能|不支持|拒绝|暂停|未开通)(?:接收|收取|收发"
    r"|使用|支持)?(?:任何)?短信|短信(?:拦截|被拦截|发送失败|未送达)"
    r"|(?:发送|投递|下发)失败|无法送达|未能送达|已转入(?:语音信箱|短信呼)|(?:您的?|尊敬的).{0,12}(?:余额"
    r"|欠费)(?:为|是|:)?\s?-?\d"
    r"|(?:信箱|收件箱)已满"
)
_CODE = Lazy(
    r"\b(?:verification|security|login|log-?in|access|one-?time|confirmation|auth\w*|passcode|pin) ?(?:code"
    r"|password|passcode|pin)\b.{0,20}\d{3,}"
    r"|\b\d{4,8} (?:is|as) your .{0,24}(?:code|password|pin)|\buse \d{4,8} (?:as|to)\b|\botp\b.{0,12}\d{4}"
    r"|(?:验证码|校验码|动态密码|取件码|提货码|取货码|激活码).{0,6}\d"
)
_SERVICE = Lazy(
    r"\byou(?:'ve| have)? reached\b|\bthis (?:number|line|mailbox|inbox) (?:is|does)"
    r" ?(?:not|n'?t)\b.{0,12}(?:monitored|accept|receive|support)|\b(?:do|please do) not reply\b"
    r"|\boffice hours (?:are|is)"
    r"|\b(?:a|our) (?:team|staff) (?:member )?will|\bwe will (?:reply|respond|get back)|\bunmonitored\b"
    r"|\bmsg ?(?:&|and) ?data rates"
    r"|\bthis is (?:an? )?(?:automated|google assistant)|\bcall screening|screening service\b"
    r"|\bour (?:business|opening|working) hours"
    r"|\byour (?:parcel|package|order|delivery|appointment) .{0,24}(?:is|has|was|will)\b"
    r"|您的?(?:短信|消息|信息|留言|来信|反馈|咨询)(?:我们?)?(?:已经?|已被)?(?:收到|受理|提交|接收)"
    r"|(?:人工|在线)?客服(?:上班|工作|服务)?时间|您的?(?:快件|快递|包裹|订单|外卖).{0,14}(?:已|到|派)"
    r"|我们会在.{1,8}(?:回复|联系)您|请勿(?:直接)?回复|智能(?:客服|助手)(?:为您)"
)
# What a person may say, too; with a service's hours, team or instructions beside it, a service does.
_THANKS_FOR = Lazy(
    r"\bthank(?:s| you) for (?:contacting|texting|calling|messaging|reaching|your (?:message|inquiry"
    r"|enquiry|interest|e-?mail"
    r"|text|order|patience|call))\b|感谢您?的?(?:关注|来电|致电|来信|留言|咨询|联系)"
)
_OF_A_SERVICE = Lazy(
    r"\b(?:we|we'll|our|us|team|hours|press|please call|reply \w+ (?:to|for)|does not|closed)\b"
    r"|我们|客服|时间|请(?:回复|拨打|稍候)|回复[a-z\d]|退订"
)
_ROBOT = Lazy(
    r"\binvalid (?:keyword|command|response|option|input|entry)|\b(?:not|n'?t) (?:recogni[sz]ed?|understood"
    r"|understand|valid)\b.{0,40}"
    r"\b(?:reply|respond|text|send|try)\b.{0,16}\b(?:\w|yes|help|stop)\b.{0,16}\b(?:for|or|to)\b"
    r"|\bunrecogni[sz]ed (?:keyword|command|response)"
    r"|\b(?:reply|press|text|send) \W?(?:\d|[a-z]|yes)\W? (?:for|to)\b.{1,30}\b(?:\d|[a-z]|no)\W? (?:for"
    r"|to)\b"
    r"|\breply (?:with|only) \W?\w{1,4}\W? or \W?\w{1,4}\W*\Z"
    r"|(?:无法|不能|未能|没能|没有)识别|(?:指令|命令|代码|格式|内容|输入)(?:有误|错误|不正确|无效)|(?:回复"
    r"|发送|按)\W?[\da-z]{1,4}\W?(?:查|办|转|进|人工|了解|订).{0,24}"
    r"(?:回复|发送|按)?\W?[\da-z]{1,4}\W?(?:查|办|转|进|人工|了解|订)"
)
_AS_I = re.compile(
    r"\b(?:i(?!'?m not receiving)|i'?m|i'?ve|my|me|mine)\b|我(?!们)|俺|咱|你|贵司|\byou (?:guys|people)\b"
    r"|\byour (?:network|service|company|internet|signal|technicians?|guy|agents?|reps?|app|bill|coverage"
    r"|man|people)\b"
    r"|[,.!?;]\s*\d\s?分?\W*\Z"  # a score behind it
)
_ROBOT_SAYS_I = re.compile(r"\bi (?:don'?t|do not|didn'?t|did not|can'?t) (?:understand|recogni[sz]e)")


def machine(plain: Plain) -> Machine | None:
    """The machine, other than a phone that reacts, that wrote a normalised text; None for a person."""
    text = plain.text
    if said := _SAYS_SO.search(text):
        return None if _answers(text) else Machine(MachineKind.AUTO_REPLY, MachineRule.SAYS_SO, said.span())
    if _busy(text):
        return Machine(MachineKind.AUTO_REPLY, MachineRule.ONLY_BUSY_AND_LATER, (0, len(text)))
    return _notice(text)


def reaction(plain: Plain) -> Machine | None:
    """A phone's reaction to a text or an attachment, as normalised; None for anything else."""
    text = plain.text
    if '"' in text or "'" in text:
        found = _REACTION.match(text) or (_EMOJI_REACTION.match(text) if plain.emoji else None)
        if found:
            return Machine(MachineKind.REACTION, MachineRule.QUOTES_WITH_A_VERB, found.span())
    if found := _ATTACHMENT.match(text):
        return Machine(MachineKind.REACTION, MachineRule.REACTS_TO_AN_ATTACHMENT, found.span())
    return None


_SCORE_BESIDE = Lazy(
    r"(?:\A|[,.!?;\s])(?:10|\d)(?:分|星| stars?)?\W*\Z|\d\s?分(?!钟)|\bi('?d)? (?:give|rate)\b|评价|打分"
    r"|给你们"
)


def _answers(text: str) -> bool:
    """Whether beside "auto-reply" somebody gives a score or talks about being given one."""
    return len(text) < 60 and _SCORE_BESIDE.search(text) is not None and _AS_I.search(text) is not None


def _busy(text: str) -> bool:
    """Whether every clause is courtesy, "busy now" or "later", and one of them is busy."""
    if len(text) > 160:
        return False
    if not text.isascii():
        return _covered_zh(text)
    if " " not in text:
        return False  # "busy" alone may be said of a line
    busy = False
    for clause in _CLAUSE.split(text):
        if _BUSY_EN.match(clause):
            busy = True
        elif not (_COURTESY_EN.match(clause) or _LATER_EN.match(clause)):
            return False
    return busy or re.fullmatch(r"\W*can i call you (?:back |again )?later\W*", text) is not None


def _covered_zh(text: str) -> bool:
    busy = later = False
    for clause in _CLAUSE_ZH.split(text):
        if _BUSY_ZH.fullmatch(clause):
            busy = True
            later = later or len(clause) > 3
        elif _LATER_ZH.fullmatch(clause):
            later = True
        elif not _COURTESY_ZH.fullmatch(clause):
            return False
    return busy and later


def _notice(text: str) -> Machine | None:
    if _AS_I.search(text) and _AS_I.search(_ROBOT_SAYS_I.sub(" ", text)):
        return None  # a notice never speaks as "I"
    for pattern, kind, rule in (
        (_CODE, MachineKind.SERVICE, MachineRule.A_CODE),
        (_NETWORK, MachineKind.NETWORK, MachineRule.NOTICE_OF_A_NETWORK),
        (_ROBOT, MachineKind.SERVICE, MachineRule.MENU_OF_A_ROBOT),
        (_SERVICE, MachineKind.SERVICE, MachineRule.SPEAKS_FOR_A_SERVICE),
    ):
        if found := pattern.search(text):
            return Machine(kind, rule, found.span())
    if (found := _THANKS_FOR.search(text)) and _OF_A_SERVICE.search(text, found.end()):
        return Machine(MachineKind.SERVICE, MachineRule.SPEAKS_FOR_A_SERVICE, found.span())
    return None
