"""Wishes about the texts themselves: to end them, to have them again, to be told how; and "it is not me".

Keywords count when they are all that is said; plain words count when they ask for the texts, and not a
plan, a call or a mistake, to end. A reasonable reader's "no more texts" is a no, whatever its words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

OPT_OUT, OPT_IN, HELP, NOT_ME = "opt_out", "opt_in", "help", "not_me"


@dataclass(frozen=True, slots=True)
class Wish:
    """`kind`: "opt_out", "opt_in", "help", "not_me", "" for none. `doubt`: said, but not for certain.
    `scope`: how far an opt-out reaches."""

    kind: str = ""
    doubt: str = ""
    rule: str = ""
    scope: str | None = None


NONE = Wish()

_POLITE = (
    r"(?:please|pls|plz|pl|kindly|thanks?(?:\s(?:you|u|a lot|so much|very much))?|thx|tks|ty|now|ok(?:ay)?|sir|hi|hello|hey|dear|bro|lah?|lor|leh|sia|liao|already|already lah|immediately|at once"
    r"|谢谢(?:你|您|了)?|多谢|请|麻烦(?:你|您|了)?|吧|了|啊|啦|呀|哦|好的?|您好|你好|我要?(?:想|选)?|要|申请|回复?|发送?|短信|立即|马上|一下|全部|所有|url)"
)
_EDGE = r"[\s,.;!:~*#\"'()\[\]_/|-]*"
_STOP_WORDS = (
    r"stop\s?all|stop2end|st0p|stpo|sotp|stopp|stop\s?(?:sms|text|texts|msg|msgs|messages?|messaging|texting|it all|everything|all(?: messages| texts)?)?|un-?\s?su[bn]?s?c?r?i?b?s?c?r?i?b?e?d?|unsub|cancel|end|quit|revoke|opt(?:ing)?[\s-]?out|remove|arret"
    r"|退订|退定|推订|取消订阅|取消退订|拒收|拒绝接收|停止|停发|td|t\s?d|t|tuiding|tui ding|不订阅|退t"
)
_KEYWORD = re.compile(
    rf"{_EDGE}(?:{_POLITE}{_EDGE})*+(?:i\s(?:want|wish|would like|wanna|need|like)\s(?:to|2)\s|i'd like to\s|let me\s)?"
    rf"(?P<key>{_STOP_WORDS})(?:{_EDGE}(?:(?:{_STOP_WORDS})|{_POLITE}|me|吧))*{_EDGE}\Z"
)
_SPACED = re.compile(r"(?:[a-z][\s._*-]+){2,}[a-z]\W*\Z")
_SPACED_KEYS = frozenset(("stop", "quit", "end", "cancel", "remove", "stopall", "td"))
_OPT_IN = re.compile(rf"{_EDGE}(?:{_POLITE}{_EDGE})*+(?:start|un-?stop)(?:{_EDGE}(?:{_POLITE}|start|unstop))*{_EDGE}\Z")
_OPT_IN_WORDS = re.compile(
    r"\bre-?subscribe\b|\bopt(?:ing)?\s?(?:me\s)?(?:back\s)?-?in\b|恢复(?:订阅|接收|短信|推送)|重新(?:订阅|接收)|\bstart (?:texting|sending|messaging) (?:me )?.{0,12}again|\bresume (?:the )?(?:texts|messages|sms)"
)
_HELP = re.compile(rf"{_EDGE}(?:(?:{_POLITE}|me|需要){_EDGE})*(?:help|info|帮助)(?:{_EDGE}(?:{_POLITE}|help|info|帮助|me|menu|菜单))*{_EDGE}\Z")

# -- plain words ---------------------------------------------------------------------------------

_TEXTS = r"(?:text(?:s|ing|\smessages?)?|txts?|txtn?g?|messages?|messaging|msgs?|msging|sms(?:es|ing)?|notifications?|alerts?|reminders?|surveys?|spam(?:s|ming)?|promos?|promotions?|promotional|advert(?:s|isements?|ising)?|ads|marketing|offers|questionnaires?|broadcasts?|newsletters?)"
_SENDING = r"(?:texting|txting|txtin|texing|textin|messaging|msging|msgin|smsing|sms-?ing|spamming|spaming|contacting|bothering|disturbing|harassing|pestering|bugging|annoying|surveying|notifying)"
_SEND = r"(?:text|txt|message|msg|sms|spam|contact|bother|disturb|harass|pester|bug|survey|notify|email)"
_SUCH = r"(?:(?:any|these|those|this|that|such|your|ur|the|all|more|further|of|stupid|annoying|unwanted|marketing|promotional|promo|survey|spam|damn|bloody|fucking|such|useless|silly|sms|text|any\smore|kind of)\s)*"
_ME = r"(?:\s(?:me|us|my (?:number|phone|mobile)|this (?:number|phone)|him|her|my (?:mother|father|mum|mom|dad|wife|husband)))"
_NO_EN = r"(?:don'?t|do not|dun|dont|dnt|do nt|never|not to|pls no|no need(?: to)?|stop|no)"

_CEASE = re.compile(
    rf"\b(?P<verb>stop|stopp?|quit|cease|halt|discontinue|end)\s(?:(?:all|with)\s)?(?:(?:the|these|those|this|your|ur|any)\s)?(?:{_SENDING}\b(?!\s(?:app|plan|service|feature|issue|problem))"
    rf"|send(?:ing|in)?{_ME}?\s?{_SUCH}(?P<sent>{_TEXTS}|it|them|this|these|stuff|crap|shit|things|anything|rubbish|junk)?\b(?P<what>\s\w+)?"
    rf"|{_SUCH}{_TEXTS}\b(?P<tail>\s\w+)?)"
)
_DONT = re.compile(
    rf"\b(?:don'?t|do not|dun|dont|dnt|never|no need(?: to)?|pls no|please no|stop|not)\s(?:(?:ever|you|u|dare|wan|want to|wanna|keep|anyhow)\s)*(?:{_SEND}{_ME}\b|{_SEND}\s(?:again|anymore|any more)\b"
    rf"|(?:send|sending|sent){_ME}?\s{_SUCH}(?:{_TEXTS}|any|anything|anymore|any more|these|this|such|more)\b|send(?:\s(?:me|us))?\s(?:again|anymore|any more|already)\b|send me\Z)"
)
_DONT_WANT = re.compile(
    rf"\b(?:(?:don'?t|do not|dun|dont|no longer|didn'?t|did not|never)\s(?:want|wan|wish|like|need|care|agree|consent)(?:ed)?(?:\s(?:to|2))?\s(?:(?:receive|get|getting|receiving|be|hear|have|see|for)\s)*(?:{_SUCH}{_TEXTS}\b|contacted\b|texted\b|messaged\b|from you\b)"
    rf"|not interested in\s(?:(?:receiving|getting)\s)?{_SUCH}{_TEXTS}\b|(?:do not|don'?t|dun|dont) (?:want|wan) (?:to )?(?:hear from|receive|get) (?:you|u|this|these|them|any)\b)"
)
_NO_MORE = re.compile(rf"(?:^|[,.!;\n]|\b(?:please|pls|plz|now|and|just)\b)\s*(?:please |pls |plz )?(?:no more|no|enough|enough of|enough with|cut)\s{_SUCH}{_TEXTS}(?:\s(?:please|pls|thanks?|thank you|anymore|any more|from (?:you|u)|to (?:me|this number)|ok|lah|ever|again))*\W*(?:$|[,.!;\n])")
_REMOVE = re.compile(
    r"\b(?:take|remove|delete|drop|get|strike|erase|cross)\s(?:me|us|my (?:number|phone|name|contact|details|mobile)|this (?:number|phone))\s?(?:\b(?:off|from|out|of)\b.{0,24}\b(?:list|lists|database|system|mailing|contacts?|sms|texts?|messages?|distribution|records|group)\b|off\b(?: this| these| it)?\W*$|\Z|[.,!])"
    rf"|\b(?:lose|forget) (?:my|this) (?:number|contact)|\b(?:cancel|turn off|switch off|disable|kill|end) {_SUCH}{_TEXTS}\W*(?:$|[,.!]|please|pls|now|immediately)|\b(?:done with|sick of|tired of|cancel) (?:these|your|the|ur) {_TEXTS}\b|\bopt (?:me|us) out\b|\b(?:want|wish|like|wanna|going|choose|decided?|need|please|pls)\s(?:to\s)?opt[\s-]?out\b(?! of)|\bopt(?:ing)?[\s-]?out (?:now|please|pls)\b|\bopt(?:ing)?[\s-]?out (?:of|from) (?:it|this|these|the|your|all|any|further|receiving|getting)?\s?(?:{_SUCH}{_TEXTS}|it|this|these|all|list|mailing)\b"
    r"|\bunsu[bn]?s?c?ri?b?e?\s(?:me|us|my number|this number|from|pls|please|now|immediately|all)\b|\b(?:want|wish|like|wanna|please|pls|need|me)\s(?:to\s)?un-?su[bn]?s?cribe\b|\bun-?sub me\b|\bleave me (?:alone|be)\b|\bblock (?:these|this|all|your) (?:texts?|messages?|sms|spam)"
    r"|\b(?:withdraw|revoke)\s(?:my )?consent|\bget me off (?:this|your|the)|\bdo not disturb\b|\bstop it with (?:the|these) (?:texts|messages)"
)
_STOP_SAYS_NOTHING = re.compile(r"\b(?:if|when|because|after|before|since|did|has|have|had|they|it|texts?|messages?|sms|msgs?|alerts|notifications|phone|app|which|that|keeps?|to|never|can'?t|cannot|won'?t|didn'?t|non|bus|full|pit|i|we|she|he|you|u|who|suddenly|will)\s\Z")
_HALTED_SUBJECT = re.compile(r"\b(?:i|we|it|they|texts?|messages?|sms|phone|she|he|has|have|had|which)\s(?:\w+\s)?\Z")
_PROBLEM = re.compile(r"\b(?:working|arriving|coming|delivering|being|not|to|from my|failing|loading|sending|going)\b")

_NO_ZH = r"(?:别|不要|请勿|勿|不用|不必|莫|甭|不许|禁止|停止|拒绝|拒收|不想|不愿意?|不希望|不需要|不再|无需|不准|少|咪|唔要|休要|不得|谢绝|停|取消|关闭|关掉|关了|终止|屏蔽)"
_AGAIN_ZH = r"(?:再|继续|老是?|总是?|一直|天天|随便|乱|给|跟|向|对|往|我们?|俺|咱|家|本人|这个?|手机|号码?|你们?|您|他妈的?|tmd|任何|什么|收到|接收|接到|看到|打扰|每天|又|来|了|让|被|的|都|所有|此类|这类|这种|该|那些|这些|有|垃圾|营销|推销|广告|活动|提醒|通知|推送|群|发)"
_TEXT_ZH = r"(?:短信|信息|消息|简讯|讯息|广告|推送|推销|营销|通知|短讯|问卷|调查|回访|骚扰|促销|提醒|垃圾短信|垃圾信息|sms|message|msg|垃圾)"
_NOT_TEXT_ZH = r"(?!\S?(?:票|火|脾气|生|现|愁|呆|慌|布|货|烧|疯|誓|错|热|光|展|麻|抖|霉|胖|财|工资|验证码|账单|流量|红包|型|单|地图|际|觉|车|动|挥))"
_DONT_ZH = re.compile(
    rf"{_NO_ZH}{_AGAIN_ZH}{{0,9}}?(?:"
    rf"发送?{_NOT_TEXT_ZH}(?:了|啦|啊|吧|咯|呗|嘛|哈|哦|呀|哟|喽|来|过来|给我|我|这|那|短信|信息|消息|讯|广告|垃圾|推送|通知|任何|什么|\s|$|[,.!;~\"'])"
    rf"|(?:推送|群发|传(?=了|短|简|信|讯|消|$|[\s,.!])|寄(?=了|短|信|$|[\s,.!])|发短信|发信息|发消息|发简讯|send|sms|text|message|msg)"
    rf"|(?:打扰|骚扰|烦|联系|联络|轰炸)(?:我|俺|人|本人|了|啦|客户|用户|$|[\s,.!;~])"
    rf"|(?:收到?|接收|接到|看到?|订阅|接受)?{_AGAIN_ZH}{{0,8}}?{_TEXT_ZH}(?!太|有误|错|内容不|费|套餐|业务|没|不|功能|验证|时间|有问题|里|包|延迟|慢))"
)
_BARE_ZH = re.compile(r"(?:^|[,.!;\s])(?:请勿|勿|谢绝|拒绝|不要|别)?(?:打扰|骚扰)(?:[,.!;\s了啦我]|$)|(?:^|[,.!;\s])(?:免打扰|勿扰|勿发|别发|别再发|不要发|不要再发|停发|别烦我|别来烦我|滚远点别发)(?:[,.!;\s了啦]|$)")
_UNSUB_ZH = re.compile(
    r"\b(?:bie|bu yao|buyao)\s?(?:zai\s?)?(?:gei wo\s?)?(?:fa|fan wo|sao ?rao)(?:\s?(?:le|duan ?xin|xin ?xi|wo|la|ba))*\b|退订(?!\S{0,4}(?:套餐|流量|业务|宽带|会员|彩铃|服务包|增值|5g|4g|包|合约|月租|电视|来电|视频|权益|保险|手机报|号|产品|功能|订单|机票|酒店|费|金|款|活动|漫游|国际))"
    r"|取消(?:订阅|短信|推送|通知|提醒|接收|关注(?:短信)?|发送)|(?:把|将)?(?:我|本人|我的?号码?|这个?号码?|本号码|手机号)\S{0,6}(?:从|在)?\S{0,8}(?:名单|列表|系统|群发|通讯录|数据库)\S{0,4}(?:删|移|剔|去|拉|踢)|(?:把|将)(?:我|本人|我的?号码?)(?:拉|踢|移|剔|删|弄)出\S{0,6}(?:名单|列表|群)"
    r"|(?:删除|移除|删掉|去掉|移出|剔除)(?:我|本人|这个?)\S{0,3}(?:号|电话|联系方式|手机|$|[,.!\s])|(?:把|将)(?:我|本人|我的?号码?|这个?号码?)\S{0,4}(?:删|移除|移出|剔除|去掉)|从\S{0,8}(?:名单|列表|群发)\S{0,4}(?:删|移|剔|去)"
    r"|(?:再|还|继续|又)(?:敢|给我|给|向我|来|乱|要|是|这样|这么)*发(?!生|票|火|现|错|货)\S{0,8}?(?:就|我就|直接|一定|必|我要|我会|,|\s)*(?:投诉|举报|报警|拉黑|起诉|告你|12321|12300|工信部|法院|屏蔽|骂|不客气)|撤回(?:授权|同意)|不(?:再)?同意(?:接收|发送|发)"
)
_UNSUB_STILL = re.compile(r"退订(?:了|过)?\S{0,6}(?:还|怎么还|为什么还|为啥还|仍|又)\S{0,4}发")
_NOT_OUT_ZH = re.compile(r"(?:不要|别|不想|不|没有?|不用|不会|从?未|请勿|没说|并不|不是要?|不打算)(?:要|想|给我|帮我|再|申请|办理?)*(?:退订|取消订阅|停发|停止发|取消短信|取消推送|取消通知)")
_NOT_OUT_EN = re.compile(
    r"\b(?:don'?t|do not|dont|dun|never|didn'?t|did not|not|no need to|won'?t|wouldn'?t|please don'?t)\s(?:want (?:to|you to)\s|ask(?:ed)? (?:you )?to\s|wan(?:na)?\s|you\s|need to\s)?(?:stop|unsu\w+|opt[\s-]?(?:me )?out|cancel|quit|end|remove)\b(?P<rest>.*)"
)
_SUBJECT = re.compile(r"(?<!\bi)(?<!\bu)(?<!\byou)(?<!\bplease)(?<!\bpls)(?<!\band)(?<!\bbut)(?<!\bso)[a-z0-9]\s\Z")
_ASKED_ZH = re.compile(r"怎么(?:才能)?(?:退订|取消|拒收)|如何(?:退订|取消|拒收)|(?:退订|取消订阅|拒收)(?:不了|失败|吗|么|方式|方法|怎么|费|不成功|了吗|没)|(?:退订|取消订阅|拒收)[^,.!;]*(?:吗|么|\?)\W*\Z|能退订|可以退订|已(?:经)?退订")
_ASKED_EN = re.compile(r"\b(?:how|what|where|can|could|is|does|why|should|shall)\b.{0,24}\b(?:unsu\w+|opt[\s-]?out)\b")
_MAYBE = re.compile(
    r"\b(?:not interested|stop it|stop this|stop that|go away|get lost|f+u+c+k off|piss off|stop (?:calling|phoning|ringing)|(?:don'?t|do not|dont|dun) (?:call|phone|ring|disturb|bother)\b|annoying (?:texts?|messages?|sms)|enough already|too many (?:texts?|messages?|sms)"
    r"|spam\Z|(?:say|said|saying|told (?:you|u)(?: to)?|ask(?:ed)? (?:you|u) to) stop\b|blocked\Z|blocking you|i will block|no surveys?|no thanks?(?: you)?\Z|no thank you\Z|unwanted)"
    r"|(?:已|我要|马上)?(?:拉黑|屏蔽|加黑名单)|不感兴趣|没兴趣|不参加|不参与|垃圾短信|骚扰短信|天天发|老是?发|一直发|烦死|没完没了|取消关注|(?:别|不要|不要再|别再)(?:给我)?(?:打电话|打来|来电|打给我|问我|评价|让我评)|不想(?:再)?(?:评价|回复|参加)|不需要\Z|停止\Z|够了\Z"
)
_ONLY_SURVEYS = re.compile(r"\bsurveys?\b|\bquestionnaires?\b|\bfeedback\b|调查|问卷|回访|评价")
_ONLY_ADS = re.compile(r"\b(?:promos?|promotions?|promotional|marketing|ads|advert\w*|offers)\b|营销|推销|促销|广告")
_EVERYTHING = re.compile(r"\ball\b|\bany\b|\beverything\b|全部|所有|任何|一切")
_STEMS = re.compile(
    r"stop|st0p|stpo|sotp|quit|cease|halt|discontinue|end|cancel|revoke|opt|remove|arret|unsu|un-su|un su|sub|td|t d|text|txt|message|msg|sms|spam|contact|bother|disturb|harass|pester|survey|list|number|alone|block|interested|away|lost|off|call|phone|enough|no thank|consent|start|help|info|not me|wrong"
    r"|退|取消|订|拒|停|别|不|勿|莫|甭|禁|少|咪|扰|删|移|再|发|拉黑|屏蔽|烦|黑名单|垃圾|兴趣|谢绝|关|终止|恢复|帮助|t\b|tui|bie|buyao|bu yao|够了|撤回|滚"
)


def texts_wish(text: str, answering_survey: bool) -> Wish:
    """The wish about the texts that a normalised text holds."""
    if not _STEMS.search(text):
        return NONE
    if _SPACED.match(text) and re.sub(r"[^a-z]", "", text) in _SPACED_KEYS:
        return Wish(OPT_OUT, rule="keyword", scope="all")
    if len(text) < 80:
        if _KEYWORD.match(text):
            return Wish(OPT_OUT, rule="keyword", scope="all")
        if _OPT_IN.match(text):
            return Wish(OPT_IN, rule="keyword")
        if _HELP.match(text):
            return Wish(HELP, rule="keyword")
    negated = _NOT_OUT_ZH.search(text)
    if negated:
        return Wish(OPT_OUT, doubt="an opt-out that is denied", rule="denied")
    denied = _NOT_OUT_EN.search(text)
    if denied and _SUBJECT.search(text[: denied.start()]):
        denied = None
    if denied:
        rest = denied["rest"].strip(" .,!?")
        if rest in ("", "me", "it", "please", "pls", "them", "now", "this") or re.search(_TEXTS, rest):
            return Wish(OPT_OUT, doubt="an opt-out that is denied", rule="denied")
        return NONE
    if _OPT_IN_WORDS.search(text):
        if re.search(r"\b(?:don'?t|not|never|no)\b|不|别|没", text):
            return Wish(OPT_IN, doubt="an opt-in that is denied")
        return Wish(OPT_IN, rule="asked for in words")
    if _UNSUB_STILL.search(text):
        return Wish(OPT_OUT, rule="asked for in words", scope=_scope(text, answering_survey))
    if _ASKED_ZH.search(text) or _ASKED_EN.search(text):
        product = "退订" in text and not _UNSUB_ZH.search(text)
        return NONE if product else Wish(OPT_OUT, doubt="a question about opting out")
    if len(text) < 60:
        rest, count = _A_NUMBER.subn(" ", text)
        if count and _KEYWORD.match(rest):
            return Wish(OPT_OUT, doubt="an opt-out with a number")
    if _says_no(text):
        return Wish(OPT_OUT, rule="asked for in words", scope=_scope(text, answering_survey))
    first = re.match(rf"{_EDGE}(?:{_POLITE}{_EDGE})*+(?:stop|unsubscribe|退订|取消订阅|td|拒收)(?=[\s,.!;\n])", text)
    last = re.search(r"(?:^|[,.!;\n]\s*)(?:please |pls |plz )?(?:stop|unsubscribe|退订|取消订阅|td|拒收)\W*\Z", text)
    if last or (first and text[first.end() : first.end() + 1] in ",.!;\n"):
        return Wish(OPT_OUT, doubt="an opt-out among other words")
    if first and text.startswith(("stop", "please stop", "pls stop")) and re.match(r"(?:please |pls )?stop \w+ing\b", text):
        return Wish(doubt="something is to stop")
    if _MAYBE.search(text):
        return Wish(OPT_OUT, doubt="perhaps a wish for the texts to end")
    return NONE


_REPORTED = re.compile(r"\b(?:be like|was like|were like|i'm like|(?:told|tell|asked|ask) (?:him|her|them|my|the)|he said|she said|they said)\b")
_A_NUMBER = re.compile(r"(?<![a-z0-9])(?:\d{1,3}|one|two|three|four|five|ten)(?:\s?(?:stars?|points?|/\s?\d+))?(?![a-z0-9])|[一二三四五六七八九十两\d]{1,3}\s?(?:分|星)")


def _says_no(text: str) -> bool:
    if _REPORTED.search(text):
        return False
    for found in _CEASE.finditer(text):
        if _HALTED_SUBJECT.search(text[: found.start()]) and not re.search(r"\b(?:you|u|pls|please|to|would|can|could|will|i said|told you to|want you to)\s\Z", text[: found.start()]):
            continue
        if found["what"] and not found["sent"] and found["what"].strip() not in _AFTERWORDS:
            continue  # "stop sending me wrong bills"
        tail = (found["tail"] or "").strip()
        if tail and tail not in _AFTERWORDS:
            continue  # "stop text delays", "end survey now" is fine
        if found["verb"] == "end" and not re.match(r"end (?:all|these|the|this|your)", found[0]):
            continue
        return True
    if _DONT_WANT.search(text) or _NO_MORE.search(text) or _REMOVE.search(text):
        return True
    for found in _DONT.finditer(text):
        rest = text[found.end() :]
        if re.match(r"\s(?:if|when|while|until|unless|before|after|during|about|wrong|the wrong)\b", rest) and not re.match(r"\s(?:if|when) (?:u|you) (?:don'?t|can'?t)", rest):
            continue
        return True
    zh = _DONT_ZH.search(text)
    if zh and not re.match(r"(?:停|取消|关闭|少|关掉|终止)(?:了|机|电|网|服|水|车|止服|止使)", zh[0]):
        start = text[max(0, zh.start() - 4) : zh.start()]
        if not re.search(r"(?:是不是|要不|为什么|怎么|特|分|个|级|识)\Z", start) and not _EXPECTED.search(zh[0]):
            return True
    return bool(_BARE_ZH.search(text) or _UNSUB_ZH.search(text))


_EXPECTED = re.compile(r"(?:不用|不想|不要|别)(?:再)?(?:看|接受)?(?:通知我|提醒我)|不(?:再)?提醒|不(?:再)?通知\Z")
_AFTERWORDS = frozenset(
    "me us please pls plz now thanks thank thx immediately anymore any again to from at and or already lah la lor leh ok i it's its this these every everyday all so you u the after before my because for on this here in "
    "day daily ever right asap today or otherwise enough".split()
)


def _scope(text: str, answering_survey: bool) -> str:
    if _EVERYTHING.search(text):
        return "all"
    if (_ONLY_SURVEYS.search(text) and answering_survey) or (_ONLY_ADS.search(text) and not answering_survey):
        return "category"
    return "all"


_NOT_ME_ZH = re.compile(
    r"打错(?:了|电话|号|人|\Z)|发错(?:了|人|号|短信|对象|\Z)|(?:认|找|搞|弄|寄)错人|找错(?:了|人|号)|搞错(?:了|人|对象|号)|弄错(?:了|人|号)|号码?(?:打)?错了?|错号"
    r"|不是(?:我?本人|机主|我(?!们|想|不|说|要|的?(?:错|问题|意思|原因|满意|期望|责任)|满|对|觉|喜|希|需|有|能|会|太|很|没|乐|愿))|非本人|非机主|不是(?:这个?|该)?(?:号主|机主|用户|客户|人)(?:$|[\s,.!啊吧呀了])"
    r"|(?<![你们服员修没傅人都来])(?<!客服)(?<!久)(?:我)?(?:从来|从|根本|压根|也|都|又|并|可)?(?:没有?|未曾?|没曾|不曾)(?:向你们|给你们|跟你们|找你们|在你们那|在你们)?(?:投诉(?!成|结|处|回|电|渠|得|完|反|有)|报(?:过)?[修障](?!成)|(?:打|办|办理|申请|去|联系|反馈|咨询|来|找|报|报装|使用|用|安装|订|订购|开通|拨打|反映|提交|装)过(?!来|我))"
    r"|(?:没有?|查无)(?:这个|此|这)人|换(?:了)?(?:人|机主|号主|主人)了?|(?:已|早就?|不是)(?:经)?换(?:人|号|主)|(?:你|您)?(?:是不是)?(?:找|打|发)错(?:人|号)|不认识(?:这个?人|他|她|$)|我不是(?:他|她|你们(?:的)?(?:客户|用户)|这个?人|你要找|你找|投诉|本|机主|客户|用户|姓)|不是你们(?:的)?(?:客户|用户)"
)
_NOT_ME_EN = re.compile(
    r"\bwrong\s(?:number|num|no|person|guy|contact|recipient|phone|customer|sms|party|people)\b|\b(?:it\s)?(?:is|was|'s|s)?\s?(?:not|wasn'?t|isn'?t|isnt|wasnt)\s(?:me|mine|the (?:right )?(?:person|customer|account holder|owner|guy|one who))\b(?!\s(?:who|that) is)"
    r"|\b(?:not|isn'?t|isnt|wasn'?t|never)\s(?:my|his|her)\s(?:account|number|complaint|name|phone|line|case|ticket|issue|order|request|broadband|contract)\b|\bi'?m not (?:him|her|the|your customer|a customer|this person|that person|mr|mrs|ms|miss)\b|\bi am not (?:him|her|the|your customer|a customer|this person|that person|mr|mrs|ms|miss|a subscriber)\b"
    r"|\bi\s(?:didn'?t|did not|didnt|never|haven'?t|have not|havent|have never|don'?t remember|dont remember)\s(?:even\s|ever\s|actually\s|make or\s)?(?:complain(?:ed|ing)?(?=$|\W*$|[,.!?]|\s(?:to|about (?:any|this|it|that))|\sbefore)|complain(?:ed)?\b(?!.*\bbut\b)|call(?:ed|ing)?(?=\W*$|\s(?:you|u|in|anyone|skylark|customer|support|your|before|the))|contact(?:ed|ing)?\s?(?:you|u|anyone|skylark|support|your|customer)|report(?:ed|ing)?(?=\W*$|\s(?:any|this|it|that|an?))"
    r"|(?:mak|fil|rais|lodg|open|submit|log|mad)\w*\s(?:a|any|an|this|that|the)?\s?(?:complaint|complain|report|ticket|case|request|call)|visit(?:ed)?\b|us(?:e|ed) your)"
    r"|(?:^|[,.!;\n]\s*)(?:didn'?t|did not|never|haven'?t) (?:make|made|file|filed|raise|raised|lodge|log) (?:a|any|an) (?:complaint|complain|report|ticket|case)"
    r"|\bno\s(?:such person|one by that name|one called|one named)|\b(?:got|have|has|texted|sent (?:this )?to|texting|messaged|messaging|contacted|reached)\s(?:the )?wrong|\bmistaken identity|\b(?:new|different) (?:owner|user|holder) (?:of|for|now)|\bno longer (?:belongs|uses|owns|has|his|her|with)\b|\bnever (?:been|was) (?:a |your )?customer|\bnot (?:a|your) customer\b|\bdon'?t have (?:an|any) account|\bnot an? (?:skylark )?customer|\bi don'?t know (?:him|her|this person|any \w+|who)|\bnobody (?:here (?:is )?called|(?:here )?(?:by|with|named))\b|\bsomeone else'?s? (?:number|phone|complaint)|\bchanged (?:owner|hands)|\bda cuo\b"
)
_ME_STEMS = re.compile(r"错|不是|非本|非机|没|未|换|查无|不认识|不曾|wrong|not|n'?t\b|never|no |owner|longer|someone|changed|nobody|da cuo|mistaken|different|new ")


def not_me(text: str) -> bool:
    """Whether a normalised text says that it reached somebody else, or somebody who asked for nothing."""
    if not _ME_STEMS.search(text):
        return False
    return bool(_NOT_ME_ZH.search(text) or _NOT_ME_EN.search(text))
