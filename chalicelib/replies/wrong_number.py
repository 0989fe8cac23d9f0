""" "It is not me": the text reached somebody else, or somebody who asked for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chalicelib.replies.candidates import Candidate, Doubt, Intent, Rule
from chalicelib.replies.lazy import Lazy

# A wrong number: 打错了, 发错人了; but "别发错" is a request.
_MISTAKE_ZH = (
    r"(?<![别要])打错(?:了|电话|号|人|\Z)|(?<![别要再])发错(?:了|人|号|短信|对象|\Z)|(?:认|找|搞|弄|寄"
    r"|发)错(?:人|号)"
    r"|找错了|(?<![他她])搞错(?:了|对象)|(?<![他她])弄错了|号码?(?:打)?错了?|错号"
)
# 不是我; but not 不是我们, 不是我想要的, 不是我说你们.
_NOT_I_ZH = (
    r"不是(?:我?本人|机主|我(?!们|想|不|说|要|满|对|觉|喜|希|需|有|能|会|太|很|没|乐|愿|的?(?:错|问题"
    r"|意思|原因|期望|责任)))"
    r"|非本人|非机主|不是(?:这个?|该)?(?:号主|机主|用户|客户|人)(?:$|[\s,.!啊吧呀了])"
    r"|不是(?:之前|原来|以前)(?:的)?(?:那个)?(?:人|机主|用户|号主)|不是你们(?:的)?(?:客户|用户)"
    r"|我不是[\u4e00-\u9fff]{1,3}(?:先生|小姐|女士|太太|经理|老师|生(?=$|[\s,.!啊呀]))"
    r"|我不是[王李张刘陈杨赵吴徐孙朱胡郭罗郑梁谢宋唐邓冯韩曹彭萧蔡潘董袁叶蒋杜苏魏吕丁沈姚卢傅钟姜崔谭廖范汪陆戴贾韦夏邱侯邹熊孟秦薛尹雷黎陶贺顾郝龚邵覃汤]"
    r"[\u4e00-\u9fff]{1,2}(?=$|[\s,.!啊呀])"
    r"|我不是(?:他|她|这个?人|你要找|你找|投诉|本|机主|客户|用户|姓|你们(?:的)?(?:客户|用户))"
)
# 没投诉过; but not what others failed to do (你们没来过) nor what failed (没投诉成功).
_NEVER_ZH = (
    r"(?:本人|(?<![你们服员修没傅人都来久]))(?<!客服)我?(?:从来|从|根本|压根|也|都|又|并|可)?(?:没有?"
    r"|未曾?|没曾"
    r"|不曾)"
    r"(?:向你们|给你们|跟你们|找你们|在你们那|在你们)?"
    r"(?:投诉(?!成|结|处|回|电|渠|得|完|反|有)|报(?:过)?[修障](?!成)"
    r"|(?:打|办|办理|申请|去|联系|反馈|咨询|来|找|报|报装|使用|用|安装|订|订购|开通|拨打|反映|提交"
    r"|装)过(?!来|我))"
)
_CHANGED_ZH = (
    r"(?:原|前|老|旧|之前的|以前的)(?:机主|号主|用户|主人)(?:已|早|都|也|不|走|离|换|去|搬|过)|"
    r"(?:没有?|查无)(?:这个|此|这)人|号码?(?:现在|已经?|早就?)?不是(?:他|她|我|本人|这个?人)的"
    r"|(?:号码?|机主|手机|用户)(?:已经?|早就?|也)?换了?(?:人|主)|已经?(?:换(?:人|号|主)|转让|过户)|易主"
    r"|换了?(?:机主|号主|主人)"
    r"|不认识(?:这个?人|他|她|$)"
)
_NOT_ME_ZH = Lazy("|".join((_MISTAKE_ZH, _NOT_I_ZH, _NEVER_ZH, _CHANGED_ZH)))

_MISTAKE_EN = (
    r"\bwrong\s(?:number|num|no|person|guy|contact|recipient|phone|customer|sms|party|people)\b"
    r"|\bwrong\s?#|\b(?:isn'?t|not) (?!anyone|nobody|today|it)[a-z]+'s (?:phone|number|cell|line|mobile)\b"
    r"|\bmistaken identity"
    r"|\b(?:got|have|has|texted|sent (?:this )?to|texting|messaged|messaging|contacted"
    r"|reached)\s(?:the )?wrong"
    r"|\bda cuo\b"
)
_NOT_I_EN = (
    r"\b(?:not|wasn'?t|isn'?t)\s(?:me|mine|the (?:right )?(?:person|customer|account holder|subscriber"
    r"|guy|one who"
    r"|(?:account |line |number )?owner))\b(?!\s(?:who|that) is)"
    r"|\b(?:not|isn'?t|wasn'?t|never)\s(?:my|his|her)\s(?:account|number|complaint|name|phone|line|case"
    r"|ticket|issue"
    r"|order|request|broadband|contract)\b"
    r"|\bi(?:'?m| am) not (?:him|her|the|your customer|a customer|a subscriber|this person|that person"
    r"|mr|mrs|ms|miss)\b"
    r"|\bnot (?:a|your) customer\b|\bnot an? (?:skylark )?customer|\bnever (?:been|was) (?:a "
    r"|your )?customer"
    r"|\bdon'?t have (?:an|any) account"
)
_COMPLAINT = r"(?:complaint|complain|issue|fault|problem|report|ticket|case|request|call)"
# "I never complained"; but not "I never complained before, but ..." nor "I didn't get a call".
_NEVER_EN = (
    r"(?<!years )(?<!long )\bi\s(?:didn'?t|did not|never|haven'?t|have not|have never|don'?t remember)\s"
    r"(?:even\s|ever\s|actually\s|make or\s)?"
    r"(?:complain(?:ed|ing)?(?=$|\W*$|[,.!?]|\s(?:to|about (?:any|this|it|that))|\sbefore)"
    r"|complain(?:ed)?\b(?!.*\bbut\b)"
    r"|call(?:ed|ing)?(?=\W*$|\s(?:you|u|in|anyone|skylark|customer|support|your|before|the))"
    r"|contact(?:ed|ing)?\s?(?:you|u|anyone|skylark|support|your|customer)"
    r"|report(?:ed|ing)?(?=\W*$|\s(?:any|this|it|that|an?))"
    rf"|(?:mak|fil|rais|lodg|open|submit|log|mad)\w*\s(?:a|any|an|this|that|the)?\s?{_COMPLAINT}"
    r"|visit(?:ed)?\b|us(?:e|ed) your)"
    r"|(?:^|[,.!;\n]\s*)never (?:called|contacted|texted|rang) (?:you|u|skylark|your|anyone)\b"
    rf"|(?:^|[,.!;\n]\s*)(?:didn'?t|did not|never|haven'?t) (?:make|made|filed?|raised?|lodge|log) (?:a"
    rf"|any|an) {_COMPLAINT}"
)
_CHANGED_EN = (
    r"\bno\s(?:such person|one by that name|one named)|\b(?:new|different) (?:owner|user|holder) (?:of"
    r"|for|now)"
    r"|\bno longer (?:belongs|uses|owns|has|his|her|with)\b|\bi don'?t know (?:him|her|this person"
    r"|any \w+|who)"
    r"|\bnobody (?:here (?:is )?called|(?:here )?(?:by|with|named))\b|\bsomeone else'?s? (?:number|phone"
    r"|complaint)"
    r"|\bchanged (?:owner|hands)"
    r"|(?<!\bi )\b(?:doesn'?t|does not|don'?t) (?:have|use|own) (?:this|that) (?:number|phone|line|sim)\b"
)
_NOT_ME_EN = Lazy("|".join((_MISTAKE_EN, _NOT_I_EN, _NEVER_EN, _CHANGED_EN)))

_STEMS_ZH = re.compile("易主|转让|过户|机主|号主|错|不是|非本|非机|没|未|换|查无|不认识|不曾")
_STEMS_EN = re.compile(
    r"wrong|\b(?:not|never|no|new|different|someone|changed|nobody)\b|n'?t\b|owner|longer|mistaken|da cuo"
)


# What only a customer says; beside it, "wrong person" and "not me" are about the service.
_OF_A_CUSTOMER = Lazy(
    r"\b(?:my (?:bill|plan|internet|router|modem|wi-?fi|line|service|sim|contract|data|package)"
    r"|(?:over)?charg(?:ed|ing|e me)|refund\w*|to (?:fix|repair|install|check|do)|broke\w*|bill(?:ed)?"
    r"|sim card"
    r"|(?:nobody|no one|never) (?:picks?|answers?|came|calls?)|because|technicians?|engineers?|router|modem"
    r"|gb|store|house)\b"
    r"|扣|账单|帐单|多收|收费|退钱|退款|[弄搞修]坏|断网|网断|一位|师傅|会员|欠费|快递|路由|光猫|维修|上门"
)
# Somebody or something else was wrong (sent, charged), or a deed is denied and not who one is.
_OTHER_WRONG = Lazy(
    r"\b(?:sent|send|sending|dispatched|assigned|charged|blamed|put me|transferred|connected|came|went"
    r"|ordered)\b"
    r"(?! (?:this|it|that|the|your|a)? ?(?:text|message|msg|sms"
    r"|survey)?s? ?to the wrong)[^,.!?]{0,20}\bwrong\b"
    r"|\b(?:press|hit|typ|tapp?|push|key|enter|click|chose|choos|pick|put)\w* (?:in )?(?:the "
    r"|a )?wrong (?:number|num|no)\b"
    r"|\bwrong (?:person|guy|people|party|customer|number|no) (?:was|were|got|came|to|is on|on my|of)\b"
    r"|\b(?:not|wasn'?t|isn'?t) me (?:who|that) (?!complain|call|report|contact|ask|order|request|book|text"
    r"|rang|raised|filed|made)"
    r"|\b(?:got|have|has|texted|reached) (?:the )?wrong (?!number|num|no|person|guy|contact|recipient|phone"
    r"|customer|people|one|man|woman|lady)\w+"
    r"|把(?!短信|信息|消息|号|电话)[^,.!?]{1,8}(?:[寄发打送弄搞办]错)|[它这那]不是我(?:[弄搞做干造用]"
    r"|们?的(?:错|问题|责任))"
)


def candidates(text: str) -> Iterator[Candidate]:
    """Where a normalised text says that it reached somebody else, or somebody who asked for nothing."""
    found = None
    if not text.isascii() and _STEMS_ZH.search(text):
        found = _NOT_ME_ZH.search(text)
    if found is None and _STEMS_EN.search(text):
        found = _NOT_ME_EN.search(text)
    if found is None:
        return
    rest = f"{text[: found.start()]} , {text[found.end() :]}"
    doubts = set()
    if _OTHER_WRONG.search(text):
        doubts.add(Doubt.OTHER_OBJECT)
    if _OF_A_CUSTOMER.search(rest):
        doubts.add(Doubt.OBJECT_UNCLEAR)
    yield Candidate(Intent.NOT_ME, Rule.IN_WORDS, found.span(), None, frozenset(doubts))


def not_me(text: str) -> bool:
    """Whether a normalised text says so for certain."""
    return any(one.certain for one in candidates(text))
