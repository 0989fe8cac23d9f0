"""The words by which a complaint to an operator is known, Chinese and English, as patterns over folded text.

Data for `complaints`: what fails, what was done wrongly, who is spoken to, how long, who is hit by it. What a
complaint is about is in care.yaml (topics), and so are the words that press (urgent).
"""

from __future__ import annotations

import re
from enum import StrEnum


class Sign(StrEnum):
    """What in a text speaks for a complaint, or against it."""

    SAYS_SO = "says_so"  # "I want to complain", 投诉
    OUTAGE = "outage"  # the service does not work at all
    FAULT = "fault"  # it works badly
    MONEY = "money"  # charged, not refunded
    CONDUCT = "conduct"  # what staff did
    UNANSWERED = "unanswered"  # nobody came, called, dealt with it
    DISPLEASED = "displeased"  # says it is bad, and not what
    BROKEN_PROMISE = "broken_promise"
    TO_US = "to_us"  # the operator is spoken to, or its people are spoken of
    OURS = "ours"  # what an operator provides: line, bill, plan
    DURATION = "duration"  # two days or more
    AGAIN = "again"
    DEMAND = "demand"
    THREAT = "threat"  # the words of care.yaml that press
    VULNERABLE = "vulnerable"  # somebody old, ill, disabled, a child at school
    EMERGENCY = "emergency"  # emergency calls fail, or somebody takes over the number
    LIVELIHOOD = "livelihood"  # a shop or a business stands still
    RESOLVED = "resolved"
    HYPOTHETICAL = "hypothetical"
    INQUIRY = "inquiry"
    DENIED = "denied"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_TIME_ZH = (
    r"(?<!第)(?:[2-9两二三四五六七八九十几好多]|[1-9]\d|十[一二三四五])\s*(?:来|多|几)?\s*(?:天"
    r"|日(?!元))|(?:[一二两三四五几\d半]+\s*个?|整整?|大?半)(?:周|星期|礼拜|月)(?![租费份])"
)
_TIME_EN = (
    r"\b(?:[2-9]|\d\d|two|three|four|five|six|seven|eight|nine|ten|several|many|couple of|few) (?:full "
    r"|whole |straight )?days?\b"
    r"|\b(?:\d+|a|one|two|three|four|several|many|couple of|few|whole|all) (?:full |whole )?(?:weeks?"
    r"|months?)\b|\b(?:for|in) (?:days|weeks|months)\b"
)
_SINCE = (
    r"\bsince (?:mon|tues|wednes|thurs|fri|satur|sun|last|the storm|yesterday)\w*|从(?:上?周|上?星期"
    r"|上?礼拜|昨天|前天|上个?月|\d+[号日])\S{0,4}(?:到现在|至今|就|开始)"
)

SIGNS: dict[Sign, re.Pattern[str]] = {
    Sign.SAYS_SO: _any(
        r"(?<!没有)(?<!没)(?<!不)(?<!别)投诉(?!电话|渠道|量)|申诉|举报|维权|讨说法|要说法",
        r"\b(?:complain(?:t|ts|ing)?|formal complaint|report(?:ing)? (?:you|this|the same))\b",
    ),
    Sign.OUTAGE: _any(
        r"断网|网(?:络)?(?:又|还是|还|一直|就|都|老|经常|总是|全|突然)*断|断(?:了|到现在)|(?:没|无"
        r"|没有)(?:信号|网)|上不了网|上不去网|(?:信号|网)\S{0,5}(?:都|也)(?:没有|没了?|打不开)|停(?:网|电话"
        r"|机)|(?<!手机)(?:没|无)(?:网络|服务)|(?:用|打|连|拨|接|收)不(?:了|通|上|出去|进来)",
        r"(?:宽带|电话|固话|座机|路由器|光猫|网络?|手机卡|卡|iptv|电视)\S{0,6}(?:坏|瘫痪|不能用|没法用"
        r"|用不了|不通|停)",
        r"\bno (?:\w+ )?(?:internet|service|signal|phone line|dial ?tone|connection|wi-?fi|coverage"
        r"|reception)\b",
        r"\b(?:without|lost|losing) (?:\w+ )?(?:internet|service|signal|phone|connection|wi-?fi|coverage"
        r"|reception|landline)\b|\bsos only\b|\b(?:never|won'?t|don'?t|not) (?:go|going|get"
        r"|getting) through\b",
        r"\b(?:internet|network|service|line|landline|wi-?fi|broadband|connection|signal|tv|cable|voicemail"
        r"|sim|my phone|hotspot|modem|router|box)\b(?: \w+){0,4}? (?:out|down|dead|gone|not work\w*"
        r"|isn'?t work\w*"
        r"|doe?s?n'?t (?:work|activate)|hasn'?t worked|stopped working|does not (?:work|activate))\b",
        r"\bcan'?t (?:dial|call|make (?:any )?calls|connect|get online|receive calls|use (?:my"
        r"|the) (?:phone|internet|line|data))\b|\boutage\b",
    ),
    Sign.FAULT: _any(
        r"(?:网速?|网络|信号|流量|视频|wifi|宽带|速度)\S{0,8}(?:慢|卡|差|不好|弱|不稳|不行|时好时坏)|掉线"
        r"|卡顿|卡得|断断续续|听不清|(?:更|又|太|很|真)卡|又坏|修不好|没修好|没解决|没有解决|不能用|不管用"
        r"|用不了|激活不了",
        r"\b(?:keeps?|kept|constantly|always|still) (?:dropping|drop|disconnect\w*|cutting|crashing"
        r"|freezing|buffering|losing|going (?:out|down)|failing)\b|\bdropp(?:ed|ing) calls?\b"
        r"|\bcalls? (?:keep )?drop\w*",
        r"\b(?:slow|awful|terrible|horrible|useless|patchy|spotty|bad|poor) (?:internet|speeds?|data|signal"
        r"|service|connection|coverage|reception|network)\b",
        r"\b(?:internet|speeds?|data|signal|connection|coverage|reception|network"
        r"|wi-?fi)\b(?: \w+){0,3} (?:slow|awful|terrible|horrible|useless|patchy|crap|garbage|unusable"
        r"|sucks)\b",
        r"\b(?:doe?s?n'?t|does not|didn'?t|won'?t|can'?t|cannot|hasn'?t) (?:even )?(?:work\w*|activate|load"
        r"|connect)\b|\bnot (?:been )?(?:fixed|resolved|working)\b|\bsame problem\b|\bstill (?:broken"
        r"|not)\b|\bjust loops\b",
    ),
    Sign.MONEY: _any(
        r"(?:多|乱|重复|被|又|还在?|偷偷|莫名|自动|私自|照|白|给我|擅自|每个?月)+\S{0,4}?(?:扣|收费|收我"
        r"|收了我)|扣了?我?\S{0,6}(?:费|钱|块|元)|乱收费|不退|没退|退(?:我|给我)?\S{0,4}(?:钱|款|费)|没到账"
        r"|未到账|没返|不返|没给我|多出来?|多了一?笔|没(?:开|订|办|用|申请|同意)过|不是我(?:开|订|办)的"
        r"|限速|少给|缩水|虚假|强制消费|付费业务",
        r"\b(?:over ?charg\w+|charg(?:ed|ing) me|got charged|was charged|double[- ]?(?:charged|billed)"
        r"|billed me|(?:keep|kept|keeps|still) (?:billing|charging|being (?:billed|charged)"
        r"|getting (?:billed|charged))"
        r"|charged (?:\w+ )?(?:twice|again|me)|hidden fees?|late fee|cancellation fee|no refund"
        r"|not (?:been )?refund\w*|isn'?t refunded|money (?:back|left)|never got (?:my|it|the)|signed me up"
        r"|never (?:agreed|ordered|signed|asked|used|requested|authori[sz]ed)|didn'?t (?:agree|order"
        r"|authori[sz]e|ask for)|unauthori[sz]ed|(?:fee|charge|charges|extra \$?\d+\w*) on my (?:bill"
        r"|account|card)|still charging|price (?:went|hike|increase)|raised my|barely get|not what i (?:pay"
        r"|paid|was)|payment failed|autopay)\b",
        r"\bmy (?:\w+ )?bill (?:\w+ ){0,5}?(?:higher|more|wrong|up|doubled|increased|too)\b"
        r"|\bbill(?:ed)? (?:\w+ )?(?:twice|wrong|again)\b|\btake it off my bill\b|\bcharging (?:my|me|for)\b",
    ),
    Sign.CONDUCT: _any(
        r"态度(?:\S{0,4})(?:差|恶劣|不好|坏)|挂(?:我|了我)?电话|骂|推来推去|转来转去|互相推|推诿|踢皮球"
        r"|敷衍|骗(?!子短信)|忽悠|不耐烦|没礼貌|(?:墙|家里|地板|门)\S{0,6}(?:坏|钻坏|弄坏|弄脏)|差劲|卡我"
        r"|刁难",
        r"\b(?:rude|nasty|refus(?:ed|es) to|condescending|dismissive|disrespectful|unprofessional"
        r"|incompetent|lied|lying|hung up(?: on)?|shouted|yelled|called me|drilled|damaged|without cleaning"
        r"|scratched)\b|\bterrible (?:customer )?service\b|\bworst\b",
    ),
    Sign.UNANSWERED: _any(
        r"没(?:有)?人(?:管|理|接|来|处理|联系|上门|回|解决)|无人(?:处理|接听|上门)|(?:也|还|都|还是"
        r"|一直)?(?:没来|没上门|没到|没人来|不来|没收到)|爽约|等(?:了|到)\S{0,8}(?:也没|没|还没)"
        r"|排了\S{0,6}(?:分钟|小时)|不回(?:电话|复)|跑了\S{0,4}(?:趟|次)",
        r"\b(?:no ?body|no one|never) (?:has |have |ever |even )?(?:calls?(?: me)? back|called|came|showed"
        r"|comes|answers?|answered|can tell|responded|replied|picks? up|helps?|cares)\b|\bnever showed\b"
        r"|\b(?:didn'?t|did not|never) show(?:ed)? up\b|\bon hold for\b|\bstill waiting\b"
        r"|\btook a day off\b|\bignored\b|\bnever (?:got|received)\b",
    ),
    Sign.DISPLEASED: _any(
        r"太差|真差|很差|烂|垃圾(?!短信|信息)|失望|离谱|坑人|太坑|气死|生气|无语|受不了|忍无可忍|不像话"
        r"|过分|坏的|坏了|有问题|不对|出错|不满|什么玩意|搞什么",
        r"\b(?:awful|terrible|horrible|ridiculous|unacceptable|disappoint\w*|frustrat\w*|fed up|angry"
        r"|furious|disgusted|pathetic|joke|scam|rip-?off|broken|faulty|defective|wrong|mess|incorrect"
        r"|sick of|tired of|not happy|unhappy|problems?|issues?)\b",
    ),
    Sign.BROKEN_PROMISE: _any(
        r"说好|承诺|答应|约好|明明|根本|早就",
        r"\b(?:promised|supposed to|was told|said (?:it|you) would|agreed)\b",
    ),
    Sign.TO_US: _any(
        r"你们|贵司|贵公司|客服|师傅|业务员|营业厅|工单|单子|10000|10086|10010|给我(?:个)?(?:查|退|修|处理"
        r"|解决)|装宽带",
        r"\b(?:your (?!self|mom|mum|dad|house|phone|turn|hair|birthday|exam)\w+|you (?:guys|people|charged"
        r"|billed|keep|kept|still|signed|have billed|swapped|sent|promised|said|told)|u (?:swapped|charged"
        r"|guys)|technicians?|installers?"
        r"|store employee|sales ?(?:man|person|rep)|agent|customer (?:service|support|care)|support chat"
        r"|the rep|representative|reporting you|you to)\b",
    ),
    Sign.OURS: _any(
        r"宽带|信号|话费|账单|帐单|套餐|流量|月租|漫游|固定电话|固话|光猫|路由器|网速|断网|彩铃|充了?\d+"
        r"|发票|副卡|销户|携号转网|业务|网络|家里?的?网|你们的?网|电视盒|机顶盒|手机\S{0,6}信号|限速|座机"
        r"|光纤|合约|的网|网就|网课|手机卡|换的卡|会员|违约金|返还|小区",
        r"\b(?:internet|broadband|wi-?fi|router|modem|my bill|bill(?:ed|ing)?|my plan|data speed|data"
        r"|signal|roaming|sim|voicemail|autopay|late fee|phone line|my line|no service|coverage|calls drop"
        r"|my account|phone service|landline|mbps|equipment fee|hotspot|gift card|refund"
        r"|cancellation fee|contract|hidden fees|ported my number|on hold|payment|account|insurance)\b",
    ),
    Sign.DURATION: _any(_TIME_ZH, _TIME_EN, _SINCE),
    Sign.AGAIN: _any(
        r"又|还是|还在|还不|一直|总是|老是|天天|第[二三四五\d]+[次回]|再次|报了\S{0,3}次|几次|多次",
        r"\b(?:again|still|keeps?|constantly|every (?:day|evening|night|month|time)|third time|second time"
        r"|for weeks|(?:three|two|several|many) times)\b",
    ),
    Sign.DEMAND: _any(
        r"(?:请|麻烦|赶紧|马上|尽快|立刻|必须|能不能)\S{0,10}(?:查|退|修|处理|解决|核实|看看|来人|来个人)"
        r"|谁赔|怎么(?:回事|还|又|多)|为什么|为啥|到底",
        r"\b(?:please (?:fix|send|refund|check|explain|help|sort)|fix (?:it|this)|why (?:is|was|did|am|are"
        r"|does)|refund|take it off|want my money)\b",
    ),
    Sign.VULNERABLE: _any(
        r"老人|老年|[七八九]十多?岁|残疾|孕妇|病人|心脏病|住院|透析|呼吸机|癌|瘫痪在床|网课|考试报名|婴儿"
        r"|抢救|独居",
        r"\b(?:[6-9]\d[- ](?:year|yr)s?[- ]old|elderly|disabled|disability|medical|wheelchair|oxygen"
        r"|dialysis|pacemaker|pregnant|newborn|baby monitor|hospice|cancer|therapy|dementia|heart condition"
        r"|insulin|dead (?:father|mother|husband|wife))\b",
    ),
    Sign.EMERGENCY: _any(
        r"急救|打不(?:了|通|出去?)\S{0,4}(?:110|119|120)|(?:110|119|120)\S{0,4}打不|盗(?:用|刷|号)"
        r"|被人(?:补卡|换卡|冒名|办了)",
        r"\b(?:911|999|112)\b|\b(?:ported|transferred|hijack\w*|cloned|stole|stolen) my (?:number|sim"
        r"|account|identity)\b|\bsim ?swap\w*|\bwithout my (?:permission|consent|knowledge)\b.{0,60}\bbank\b",
    ),
    Sign.LIVELIHOOD: _any(
        r"开店|做生意|刷卡|营业(?!厅|员|时间)|店里|客户都|损失|误工|没法上班|居家办公",
        r"\b(?:my business|run a business|losing (?:customers|money|business|clients)|my (?:shop|store"
        r"|restaurant|salon)|work from home|card reader|lost (?:wages|clients|customers))\b",
    ),
    Sign.RESOLVED: _any(
        r"修好了|好了(?:,|$|\s)|恢复了|解决了|没问题了?(?:$|[,。!\s])|很好|不错|满意|谢谢师傅|挺好",
        r"\b(?:fixed(?! in|\b.{0,8}\bagain)|works? (?:now|fine|great|again)|working (?:now|again)|all good"
        r"|resolved|sorted|great service|looks right|no problem|happy)\b",
    ),
    Sign.HYPOTHETICAL: _any(r"如果|要是|假如|万一|假设", r"\b(?:if|what happens|in case|would)\b"),
    Sign.INQUIRY: _any(
        r"怎么(?:办理?|报修|开通?|查|取消|退|换|弄)|请问|多少钱|还能|可以.{0,8}吗|能不能办|想(?:换|办|改"
        r"|问)|有没有",
        r"\b(?:how (?:do|can|much|many|to)|when (?:does|do|will|is)|can i|could i|who do i|what (?:is"
        r"|are) the|where (?:do|can))\b",
    ),
    Sign.DENIED: _any(
        r"没有?投诉|不(?:是|想|用|会)投诉|没意见",
        r"\b(?:no complaints?|not complain\w*|can'?t complain|nothing to complain)\b",
    ),
}
