""" "It is not me": the text reached somebody else, or somebody who asked for nothing."""

from __future__ import annotations

import re

_NOT_ME_ZH = re.compile(
    r"打错(?:了|电话|号|人|\Z)|发错(?:了|人|号|短信|对象|\Z)|(?:认|找|搞|弄|寄)错人|找错(?:了|人|号)"
    r"|搞错(?:了|人|对象|号)|弄错(?:了|人|号)"
    r"|号码?(?:打)?错了?|错号"
    r"|不是(?:我?本人|机主|我(?!们|想|不|说|要|的?(?:错|问题|意思|原因|满意|期望|责任)|满|对|觉|喜|希|需"
    r"|有|能|会|太|很|没|乐|愿))|非本人|非机主"
    r"|不是(?:这个?|该)?(?:号主|机主|用户|客户|人)(?:$|[\s,.!啊吧呀了])"
    r"|(?<![你们服员修没傅人都来])(?<!客服)(?<!久)(?:我)?(?:从来|从|根本|压根|也|都|又|并|可)?(?:没有?"
    r"|未曾?|没曾|不曾)(?:向你们|给你们|跟你们|找你们"
    r"|在你们那|在你们)?(?:投诉(?!成|结|处|回|电|渠|得|完|反|有)|报(?:过)?[修障](?!成)|(?:打|办|办理"
    r"|申请|去|联系|反馈|咨询|来|找|报|报装|使用|用|安装"
    r"|订|订购|开通|拨打|反映|提交|装)过(?!来|我))"
    r"|(?:没有?|查无)(?:这个|此|这)人|换(?:了)?(?:人|机主|号主|主人)了?|(?:已|早就?|不是)(?:经)?换(?:人"
    r"|号|主)|(?:你|您)?(?:是不是)?(?:找|打"
    r"|发)错(?:人|号)|不认识(?:这个?人|他|她|$)|我不是(?:他|她|你们(?:的)?(?:客户|用户)|这个?人|你要找"
    r"|你找|投诉|本|机主|客户|用户|姓)"
    r"|不是你们(?:的)?(?:客户|用户)"
)
_NOT_ME_EN = re.compile(
    r"\bwrong\s(?:number|num|no|person|guy|contact|recipient|phone|customer|sms|party|people)\b"
    r"|\b(?:it\s)?(?:is|was|'s|s)?\s?(?:not|wasn'?t|isn'?t|isnt|wasnt)\s(?:me|mine"
    r"|the (?:right )?(?:person|customer|account holder|owner|guy|one who))\b(?!\s(?:who|that) is)"
    r"|\b(?:not|isn'?t|isnt|wasn'?t|never)\s(?:my|his|her)\s(?:account|number|complaint|name|phone|line"
    r"|case|ticket|issue|order|request|broadband|contract)\b|\bi'?m not (?:him|her|the|your customer"
    r"|a customer|this person|that person|mr|mrs|ms|miss)\b|\bi am not (?:him|her|the|your customer"
    r"|a customer|this person|that person|mr|mrs|ms|miss|a subscriber)\b"
    r"|\bi\s(?:didn'?t|did not|didnt|never|haven'?t|have not|havent|have never|don'?t remember"
    r"|dont remember)\s(?:even\s|ever\s|actually\s|make or\s)?(?:complain(?:ed|ing)?(?=$|\W*$|[,.!?]"
    r"|\s(?:to|about (?:any|this|it|that))|\sbefore)|complain(?:ed)?\b(?!.*\bbut\b)|call(?:ed"
    r"|ing)?(?=\W*$|\s(?:you|u|in|anyone|skylark|customer|support|your|before|the))|contact(?:ed"
    r"|ing)?\s?(?:you|u|anyone|skylark|support|your|customer)|report(?:ed|ing)?(?=\W*$|\s(?:any|this|it"
    r"|that|an?))"
    r"|(?:mak|fil|rais|lodg|open|submit|log|mad)\w*\s(?:a|any|an|this|that|the)?\s?(?:complaint|complain"
    r"|report|ticket|case|request|call)|visit(?:ed)?\b|us(?:e|ed) your)"
    r"|(?:^|[,.!;\n]\s*)(?:didn'?t|did not|never|haven'?t) (?:make|made|file|filed|raise|raised|lodge"
    r"|log) (?:a|any|an) (?:complaint|complain|report|ticket|case)"
    r"|\bno\s(?:such person|one by that name|one called|one named)|\b(?:got|have|has|texted"
    r"|sent (?:this )?to|texting|messaged|messaging|contacted|reached)\s(?:the )?wrong"
    r"|\bmistaken identity|\b(?:new|different) (?:owner|user|holder) (?:of|for|now)"
    r"|\bno longer (?:belongs|uses|owns|has|his|her|with)\b|\bnever (?:been|was) (?:a |your )?customer"
    r"|\bnot (?:a|your) customer\b|\bdon'?t have (?:an|any) account|\bnot an? (?:skylark )?customer"
    r"|\bi don'?t know (?:him|her|this person|any \w+|who)|\bnobody (?:here (?:is )?called"
    r"|(?:here )?(?:by|with|named))\b|\bsomeone else'?s? (?:number|phone|complaint)|\bchanged (?:owner"
    r"|hands)|\bda cuo\b"
)
_ME_STEMS = re.compile(
    r"错|不是|非本|非机|没|未|换|查无|不认识|不曾|wrong|not|n'?t\b|never|no |owner|longer|someone"
    r"|changed|nobody|da cuo"
    r"|mistaken|different|new "
)


def not_me(text: str) -> bool:
    """Whether a normalised text says that it reached somebody else, or somebody who asked for nothing."""
    if not _ME_STEMS.search(text):
        return False
    return bool(_NOT_ME_ZH.search(text) or _NOT_ME_EN.search(text))
