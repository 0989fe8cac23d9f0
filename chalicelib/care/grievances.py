"""The words by which a complaint to an operator is known, Chinese and English, as patterns over folded text.

Data for `complaints`: what fails, what was done wrongly, who is spoken to, how long, who is hit by it. What a
complaint is about is in care.yaml (topics), and so are the words that press (urgent).
"""

from __future__ import annotations

import re
from enum import StrEnum

from chalicelib.care.mishaps import (
    FAILS_EN,
    FAILS_ZH,
    SINCE,
    STAFF_ZH,
    TAKES_ZH,
    THING_EN,
    THING_ZH,
    TIME_EN,
    TIME_ZH,
    beside,
)


class Sign(StrEnum):
    """What in a text speaks for a complaint, or against it."""

    SAYS_SO = "says_so"  # "I want to complain", 投诉
    OUTAGE = "outage"  # the service does not work at all
    FAULT = "fault"  # it works badly
    MONEY = "money"  # charged, not refunded
    CONDUCT = "conduct"  # what staff did
    UNASKED = "unasked"  # changed, ordered or ended without asking or telling
    UNANSWERED = "unanswered"  # nobody came, called, dealt with it
    DISPLEASED = "displeased"  # says it is bad, and not what
    BROKEN_PROMISE = "broken_promise"
    AMISS = "amiss"  # something is not as it should be, and nothing above says what
    TO_US = "to_us"  # the operator is spoken to, or its people are spoken of
    YOURS = "yours"  # something of whoever is spoken to
    OURS = "ours"  # what an operator provides: line, bill, plan
    ONLY_OURS = "only_ours"  # what nobody but an operator provides: broadband, roaming, caller tunes
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


SIGNS: dict[Sign, re.Pattern[str]] = {
    Sign.SAYS_SO: _any(
        r"(?<!没有)(?<!没)(?<!不)(?<!别)投诉(?!电话|渠道|量)|申诉|举报|维权|讨说法|要说法",
        r"\b(?:complain(?:t|ts|ing)?|formal complaint|report(?:ing)? (?:you|this|the same))\b",
    ),
    Sign.OUTAGE: _any(
        r"坏了一天|没网",
        r"\bwhole \w+(?: \w+)? offline\b",
        r"机顶盒\S{0,4}坏|断电|误停",
        r"\bphones? (?:\w+ ){0,3}down\b|\bhave been down\b|\bsuspended (?:it|my|our|his|her)\b"
        r"|\bnothing has moved\b|\bnot come through\b",
        r"上不(?:了|去)线",
        r"\b(?:been|is|are|still|went|goes) offline\b",
        r"断网|网(?:络)?(?:又|还是|还|一直|就|都|老|经常|总是|全|突然)*断|断(?:了|到现在)|(?:没|无"
        r"|没有)(?:信号|网)|上不了网|上不去网|(?:信号|网)\S{0,5}(?:都|也)(?:没有|没了?|打不开)|停(?:网|电话"
        r"|机)|(?<!手机)(?:没|无)(?:网络|服务)|(?:用|打|连|拨|接|收)不(?:了|通|上|出去|进来)",
        r"(?:宽带|电话|固话|座机|路由器|光猫|网络?|手机卡|卡|iptv|电视)\S{0,6}(?:坏|瘫痪|不能用|没法用"
        r"|用不了|不通|停)",
        r"\bno (?:\w+ )?(?:internet|broadband|service|signal|phone line|landline|dial ?tone|connection|wi-?fi"
        r"|coverage|reception)\b",
        r"\b(?:without|lost|losing) (?:\w+ )?(?:internet|service|signal|phone|connection|wi-?fi|coverage"
        r"|reception|landline)\b|\bsos only\b|\b(?:never|won'?t|don'?t|not) (?:go|going|get"
        r"|getting) through\b",
        r"\b(?:internet|network|service|line|landline|wi-?fi|broadband|connection|signal|tv|cable"
        r"|voicemail"
        r"|sim|my phone|hotspot|modem|router|box)\b(?: \w+){0,4}? (?:out|down|dead|gone|not work\w*"
        r"|isn'?t work\w*"
        r"|doe?s?n'?t (?:work|activate)|hasn'?t worked|stopped working|does not (?:work|activate))\b",
        r"\bcan'?t (?:dial|call|make (?:any )?calls|connect|get online|receive calls|use (?:my"
        r"|the) (?:phone|internet|line|data))\b|\boutage\b",
    ),
    Sign.FAULT: _any(
        r"没给?\S{0,2}生效",
        beside(THING_ZH, FAILS_ZH, 12),
        rf"\b{beside(THING_EN, FAILS_EN, 30)}\b",
        r"\b(?:same (?:mess|problem|issue|fault) (?:as|again)|one bar\b|no bars\b"
        r"|been like this since|throttl\w+ my"
        r"|to a crawl|cut me off|cannot hear me|zero data|still (?:offline|down|out)\b)",
        r"问题一点没变|还是这样|还是老样子|断流|一格信号|打不出去|接不进来|收不到\S{0,6}(?:验证码|短信)|(?:验证码|短信)\S{0,3}(?:死活)?收不到",
        r"(?:网速?|网络|信号|流量|视频|wifi|宽带|速度)\S{0,8}(?:慢|卡|差|不好|弱|不稳|不行|时好时坏)|掉线"
        r"|卡顿|卡得|断断续续|听不清|(?:更|又|太|很|真)卡|又坏|修不好|没修好|没解决|没有解决|不能用|不管用"
        r"|用不了|激活不了",
        r"\b(?:keeps?|kept|constantly|always|still) (?:dropping|drop|disconnect\w*|cutting|crashing"
        r"|freezing|buffering|losing|going (?:out|down)|failing)\b|\bdropp(?:ed|ing) calls?\b"
        r"|\bcalls? (?:keep )?drop\w*",
        r"\b(?:slow|awful|terrible|horrible|useless|patchy|spotty|bad|poor) (?:internet|speeds?"
        r"|data|signal"
        r"|service|connection|coverage|reception|network)\b",
        r"\b(?:internet|speeds?|data|signal|connection|coverage|reception|network"
        r"|wi-?fi)\b(?: \w+){0,3} (?:slow|awful|terrible|horrible|useless|patchy|crap|garbage|unusable"
        r"|sucks)\b",
        r"\b(?:doe?s?n'?t|does not|didn'?t|won'?t|can'?t|cannot|hasn'?t) (?:even )?(?:work\w*"
        r"|activate|load"
        r"|connect)\b|\bnot (?:been )?(?:fixed|resolved|working)\b|\bsame problem\b|\bstill (?:broken"
        r"|not)\b|\bjust loops\b",
    ),
    Sign.MONEY: _any(
        r"还在?收钱|每天少|全价|第二个月就开始收",
        r"\b(?:conned|cheated|scammed|swindled|termination fee|still paying|shrinks by|you charge me)\b",
        r"照老的|没打过的|没发货|清零|作废",
        r"\bpaying for \d+ ?\w* (?:and|but) (?:i'?m |am |only )*(?:get|getting|got|seeing|see)\b"
        r"|\b(?:hit|slapped|stung|landed) (?:me )?with (?:an? )?\$?\d+"
        r"|\b(?:jump|jumped|shot|went|gone|go|goes) (?:up )?(?:from \$?\d+|to \$\d+|by \$?\d+)"
        r"|\b(?:bill|price) (?:has |just )?doubled?\b|\bfalse advertising\b",
        beside(THING_ZH, TAKES_ZH, 14),
        beside(TAKES_ZH, THING_ZH, 8),
        r"从我(?:的)?卡里(?:划|扣)|划钱|莫名其妙少|(?:交|付)过?(?:费|钱)了?还|答应返|钱扣了|退都退不掉|咨询服务费",
        r"\b(?:you|they|app|website) (?:\w+ ){0,2}?(?:took|taking|take) (?:the |my |out )?(?:money"
        r"|payment|\$?\d)\w*"
        r"|\bstill (?:taking|owed|paying for)\b|\bgetting billed\b|\b(?:bill|invoice"
        r"|statement) (?:says|shows|has)\b"
        r"|\bcharged me\b|\bon (?:my|the) (?:bill|statement) that\b|\b(?:credit|refund|balance"
        r"|deposit) (?:never|still"
        r"|has not|hasn'?t)\b|\bwaive the fee\b|\bpaid (?:on time|anyway|\d+)\b"
        r"|\bdata (?:is )?gone\b|\bam i paying\b"
        r"|\bnobody (?:\w+ ){0,4}?signed up\b",
        r"(?:多|乱|重复|被|又|还在?|偷偷|莫名|自动|私自|照|白|给我|擅自|每个?月)+\S{0,4}?(?:扣|收费|收我"
        r"|收了我)|扣了?我?\S{0,6}(?:费|钱|块|元)|乱收费|不退|没退|退(?:我|给我)?\S{0,4}(?:钱|款|费)|没到账"
        r"|未到账|没返|不返|没给我|多出来?|多了一?笔|没(?:开|订|办|用|申请|同意)过|不是我(?:开|订|办)的"
        r"|限速|少给|缩水|虚假|强制消费|付费业务",
        r"\b(?:over ?charg\w+|charg(?:ed|ing) me|got charged|was charged|double[- ]?(?:charged|billed)"
        r"|billed me|(?:keep|kept|keeps|still) (?:billing|charging|being (?:billed|charged)"
        r"|getting (?:billed|charged))"
        r"|charged (?:\w+ )?(?:twice|again|me)|hidden fees?|late fee|cancellation fee|no refund"
        r"|not (?:been )?refund\w*|isn'?t refunded|money (?:back|left)|never got (?:my|it|the)"
        r"|signed me up"
        r"|never (?:agreed|ordered|signed|asked|used|requested|authori[sz]ed)|didn'?t (?:agree|order"
        r"|authori[sz]e|ask for)|unauthori[sz]ed|(?:fee|charge|charges|extra \$?\d+\w*) on my (?:bill"
        r"|account|card)|still charging|price (?:went|hike|increase)|raised my|barely get"
        r"|not what i (?:pay"
        r"|paid|was)|payment failed|autopay)\b",
        r"\bmy (?:\w+ )?bill (?:\w+ ){0,5}?(?:higher|more|wrong|up|doubled|increased|too)\b"
        r"|\bbill(?:ed)? (?:\w+ )?(?:twice|wrong|again)\b|\btake it off my bill\b|\bcharging (?:my"
        r"|me|for)\b",
    ),
    Sign.UNASKED: _any(
        r"(?:没有?|未)(?:经过?|征得|征求)?(?:我|本人|用户|客户)?(?:的?本人)?(?:同意|允许|许可|授权|确认)(?!书)|擅自|私自"
        r"|(?:不|没有?|未)(?:通知|告知|告诉|问过?|跟我说)(?:一?声|我|过|用户|本人)",
        r"\bwithout (?:even )?(?:asking|telling|notifying|informing|warning|notice|any (?:warning|notice)"
        r"|my (?:consent|permission|approval|ok|say))\b"
        r"|\b(?:i )?never (?:agreed|consented|said yes)\b|\bnobody (?:asked|told|warned) me\b",
    ),
    Sign.CONDUCT: _any(
        r"(?:卖|泄露|泄漏|透露|出卖)\S{0,6}(?:号码?|信息|资料|隐私)|(?:号码?|信息|资料|隐私)\S{0,4}(?:卖|泄露|泄漏|给了别)"
        r"|(?:墙|门|地板|天花板|屋顶|院子|楼道)\S{0,8}(?:洞|裂|脏|乱)|没接好|没弄好|没收拾|叫什么服务|什么服务态度",
        r"\b(?:sold|gave|given|giving|leak\w*|shared|exposed) (?:out )?my (?:phone )?"
        r"(?:number|details|data|info\w*)",
        r"态度(?:差|不好)|说话难听|要小费|翻白眼|剪[短断坏]",
        r"\b(?:rolled (?:her|his|their) eyes|smelled of|left a (?:hole|mess)|muddy|told me to read"
        r"|late and|no show"
        r"|speak to a human|passed around|transferred (?:me )?(?:\w+ )?times)\b",
        r"态度(?:\S{0,4})(?:差|恶劣|不好|坏)|挂(?:我|了我)?电话|骂|推来推去|转来转去|互相推|推诿|踢皮球"
        r"|敷衍|骗(?!子短信)|忽悠|不耐烦|没礼貌|(?:墙|家里|地板|门)\S{0,6}(?:坏|钻坏|弄坏|弄脏)|差劲|卡我"
        r"|刁难",
        r"\b(?:rude|nasty|refus(?:ed|es) to|condescending|dismissive|disrespectful|unprofessional"
        r"|incompetent|lied|lying|hung up(?: on)?|shouted|yelled|called me|drilled|damaged"
        r"|without cleaning"
        r"|scratched)\b|\bterrible (?:customer )?service\b|\bworst\b",
    ),
    Sign.UNANSWERED: _any(
        beside(THING_ZH, STAFF_ZH, 14),
        r"没下文|没回音|石沉大海|人影都没|人影都不见|白请\S{0,2}假|白等|没人(?:修|跟我说)|不给?转人工|等通知",
        r"\bno[- ]shows?\b|\bcallback (?:within|in|that)\b.{0,30}\b(?:last|days|week)"
        r"|\btransferred (?:\w+ )times\b"
        r"|\bhave not connected\b|\bevery (?:one of them|agent) (?:asks|says)\b|\bnobody can tell\b",
        r"没(?:有)?人(?:管|理|接|来|处理|联系|上门|回|解决)|无人(?:处理|接听|上门)|(?:也|还|都|还是"
        r"|一直)?(?:没来|没上门|没到|没人来|不来|没收到)|爽约|等(?:了|到)\S{0,8}(?:也没|没|还没)"
        r"|排了\S{0,6}(?:分钟|小时)|不回(?:电话|复)|跑了\S{0,4}(?:趟|次)",
        r"\b(?:no ?body|no one|never) (?:has |have |ever |even )?(?:calls?(?: me)? back|called|came"
        r"|showed"
        r"|comes|answers?|answered|can tell|responded|replied|picks? up|helps?|cares)\b|\bnever showed\b"
        r"|\b(?:didn'?t|did not|never) show(?:ed)? up\b|\bon hold for\b|\bstill waiting\b"
        r"|\btook a day off\b|\bignored\b|\bnever (?:got|received)\b",
    ),
    Sign.DISPLEASED: _any(
        r"气人|坑(?:$|[,。!]|人|死)|找谁说理|担得起|讲不讲理|凭什么|一堆|白(?:装|交|花)|耽误我|忍了",
        r"\bcare to explain\b|\bwhat am i paying\b|\bdo you people even\b|\bso called\b|\bso bad\b",
        r"太差|真差|很差|烂|垃圾(?!短信|信息)|失望|离谱|坑人|太坑|气死|生气|无语|受不了|忍无可忍|不像话"
        r"|过分|坏的|坏了|有问题|不对|出错|不满|什么玩意|搞什么",
        r"\b(?:awful|terrible|horrible|ridiculous|unacceptable|disappoint\w*|frustrat\w*|fed up|angry"
        r"|furious|disgusted|pathetic|joke|scam|rip-?off|broken|faulty|defective|wrong|mess|incorrect"
        r"|sick of|tired of|not happy|unhappy|problems?|issues?)\b",
    ),
    Sign.BROKEN_PROMISE: _any(
        r"说(?:的)?送|说是(?:免费|送)|当初(?:说|签|答应|承诺)|当时(?:说|答应)|谁说(?:的)?免费|讲好|说好|承诺|答应|约好|明明|根本|早就",
        r"\b(?:promised|supposed to|was told|said (?:it|you) would|agreed)\b",
    ),
    Sign.AMISS: _any(
        r"\S不(?:了|出|进|上|通|过|到|动|开|起|掉|好|去|来|见|全)|还不如|比(?:原来|以前|别家)还?|反而|还慢|莫名|偷偷|一直[白黑]|碎的"
        r"|秒没|卡在|吵醒|系统问题|杂音|像机器人|一天打我|两遍|[三四五六七八九十几]次还",
        r"\b(?:does|do|did|is|are|was|were|has|have|will|would|can|could)(?:n'?t| not)\b"
        r"|\bstill (?:not|no|does|locked)\b"
        r"|\b(?:rejected|blank|static|slower|locked out|under review|somehow|otherwise|woke"
        r"|within a minute|only to hear"
        r"|as well|charged twice|times a day)\b",
        r"白[花搭交费]|图啥|坏了?|没法|不行|太?慢|推给|卡|断|收钱|少[了一两\d]|没声音|一个速度|不符|就没|没了|不去|不了|不上|不通"
        r"|[骗拖乱瞎错差]|不[给让管办理退]|没[人用给来回到好返]|失败|出错|报错|超了|误停|不知道|凭什么|受够|算走运"
        r"|怎么回事|谁给我|算什么|不如|答非所问|自己挂|挂了",
        r"\b(?:brok\w+|dies|died|dead|lags?|laggy|falls|shrinks?|no sound|excuses?|down"
        r"|nothing (?:opens|has moved|works)"
        r"|point|worse|useless|slow|stops?|stopped|fail\w*|missing|vanished|gone|overdue|wrong"
        r"|never|refus\w+|drops?"
        r"|won'?t|will not|can'?t|cannot|could not|couldn'?t|not (?:come|pair|work\w*|open|one|even"
        r"|load)|error|stuck"
        r"|half the time|mid sentence|cut (?:off|the)|in circles|disconnected|suspended|busy tone"
        r"|by mistake"
        r"|done nothing|without a word|enough|half a minute|who added|used up|again)\b",
    ),
    Sign.TO_US: _any(
        r"售后|师傅|系统坏|你们那",
        r"\byou (?:switched|moved|put|downgraded|upgraded) (?:me|us)\b"
        r"|\byou (?:changed|blocked|cancelled|disconnected|cut) (?:my|our|off)\b"
        r"|\byou (?:cut|locked) (?:me|us) off\b|\byou want (?:an? )?\$\d+",
        r"\b(?:your (?:shop|rep|guy|crew|salesman|branch|system|line|people)|crew of yours"
        r"|you (?:conned|say|call this|suspended"
        r"|refuse|bundled|have done|charge|added)|early termination|support just|to the manufacturer)\b",
        r"机器人客服|装机|小哥|报修|营业员",
        r"\byour (?:tech|technician|chatbot|app|store|engineer|installer|tower|agents?|website"
        r"|company|competitors?)\b"
        r"|\b(?:installer|engineer visit|set top box|chatbot|ur tower|the tower|third engineer)\b"
        r"|\byou (?:took"
        r"|throttled|cut|sold|mailed|people|still have)\b|\bpaying you\b|\bi'?m done with you\b"
        r"|\bi am done with you\b",
        r"你们(?!班|宿舍|寝室|家|学校|老师|俩|几个|都去|玩|吃)|贵司|贵公司|客服|师傅|业务员|营业厅|工单|单子|10000|10086|10010"
        r"|给我(?:个)?(?:查|退|修|处理"
        r"|解决)|装宽带",
        r"\b(?:you (?:guys|people"
        r"|charged"
        r"|billed|keep|kept|still|signed|have billed|swapped|sent|promised|said|told)|u (?:swapped"
        r"|charged"
        r"|guys)|technicians?|installers?"
        r"|store employee|sales ?(?:man|person|rep)|agent|customer (?:service|support|care)|support chat"
        r"|the rep|representative|reporting you|you to)\b",
    ),
    Sign.YOURS: _any(r"\byour (?!own|self|mom|mum|dad|friends?|house|phone|turn|hair|birthday|exam)\w+"),
    Sign.OURS: _any(
        r"提速|包月|外呼|缴费通知|安装费|话费明细|刚充的|积分|推销电话|合约期?",
        r"\b(?:(?:tv|cable) box|e-?sim|activation code|\d+ ?(?:megs?|mbps|gigs?)"
        r"|port(?:ing|ed)?[- ]?(?:out|in)|telemarketers?|robocalls?|early termination)\b",
        r"\b(?:call list|call cent(?:re|er)|coverage map|payment reminder|topped up|my speed"
        r"|account transfer|on calls"
        r"|subscription on it|installation)\b",
        r"合约机|电视|(?<![a-z0-9])[45]g(?![a-z0-9])|转网|来电显示|骚扰电话|光缆|千兆|手机卡|线路|余额|欠费|晚高峰|占线|满格|刷个?抖音|刷网页|微信语音",
        r"\b(?:prepaid|gigabit|caller tunes?|port-?in|contract phone|bars and|speed test"
        r"|home connection|second line"
        r"|busy tone|catch up tv|my package|voice messages|repair visits?|watch plan|the cable"
        r"|cut the line"
        r"|clinic phones|tills|cold calling|my number|free trial)\b",
        r"变[23]g|送的手机|赠品|资费",
        r"\bcallback\b",
        r"余额|详单|资费|月费|网线|专线|验证码|机顶盒|基站|信号塔|补办|押金|流量包|光纤|停机|app充值|长途",
        r"\b(?:ping|fib(?:re|er)|dial tone|signal|add-?on|invoice|unlimited plan|statement|one bar"
        r"|set[- ]top box"
        r"|card terminal|video calls|texts i send|every call|roaming pack|trade[- ]in credit)\b",
        r"宽带|信号|话费|账单|帐单|套餐|流量|月租|漫游|固定电话|固话|光猫|路由器|网速|断网|彩铃|充了?\d+"
        r"|发票|副卡|销户|携号转网|业务|网络|家里?的?网|你们的?网|电视盒|机顶盒|手机\S{0,6}信号|限速|座机"
        r"|光纤|合约|的网|网就|网课|手机卡|换的卡|会员|违约金|返还|小区",
        r"\b(?:internet|broadband|wi-?fi|router|modem|my bill|bill(?:ed|ing)?|my plan|data speed|data"
        r"|signal|roaming|sim|voicemail|autopay|late fee|phone line|my line|no service|coverage"
        r"|calls drop"
        r"|my account|phone service|landline|mbps|equipment fee|hotspot|gift card|refund"
        r"|cancellation fee|contract|hidden fees|ported my number|on hold|payment|account|insurance)\b",
    ),
    Sign.ONLY_OURS: _any(
        r"提速|包月|外呼|缴费通知|安装费|话费明细|刚充的|打电话人家听我",
        r"\b(?:call list|call cent(?:re|er)|coverage map|payment reminder|topped up|top-?up"
        r"|my speed|account transfer|full 5g"
        r"|on calls|music subscription|broadband password|installation was)\b",
        r"宽带|光纤|光缆|光猫|套餐|话费|流量|信号|机顶盒|营业厅|余额|漫游|合约机|转网|携号|来电显示|彩铃|骚扰电话|wi-?fi"
        r"|(?<![a-z0-9])[45]g(?![a-z0-9])|千兆|副卡|停机|网速|断网|上网|固话|座机|充值|回看|晚高峰|装机|迁机|移机|主卡|网线|手机卡|线路"
        r"|高铁上\S{0,6}电话|刷(?:个|网页|抖音)|满格",
        r"\b(?:internet|broadband|wi-?fi|router|modem|fib(?:re|er)|gigabit|prepaid|roaming"
        r"|caller tunes?|port-?in"
        r"|sim|landline|dial tone|mbps|data plan|unlimited plan|set[- ]top box|bars and|coverage"
        r"|reception|speed test"
        r"|contract phone|home connection|my data|second line|tills run|clinic phones|busy tone"
        r"|catch up tv|my package"
        r"|voice messages|repair visits?|watch plan|cut the line|the cable)\b",
    ),
    Sign.DURATION: _any(r"第(?:[2-9]|\d\d|[二三四五六七八九十]+)天(?:了|还|都|没)?", TIME_ZH, TIME_EN, SINCE),
    Sign.AGAIN: _any(
        r"又|还是|还在|还不|一直|总是|老是|天天|第[二三四五\d]+[次回]|再次|报了\S{0,3}次|几次|多次",
        r"\b(?:again|still|keeps?|constantly|every (?:day|evening|night|month|time)|third time"
        r"|second time"
        r"|for weeks|(?:three|two|several|many) times)\b",
    ),
    Sign.DEMAND: _any(
        r"再(?:这样|不|没人|拖|来)\S{0,4}|限你们|今天之内",
        r"\b(?:if (?:this|it|that)(?: is not|'s not| isn'?t)|unless (?:you|someone|somebody|this|it)"
        r"|one more day|or (?:else )?i'?(?:m| am| will|ll))\b",
        r"(?:请|麻烦|赶紧|马上|尽快|立刻|必须|能不能)\S{0,10}(?:查|退|修|处理|解决|核实|看看|来人|来个人)"
        r"|谁赔|怎么(?:回事|还|又|多)|为什么|为啥|到底",
        r"\b(?:please (?:fix|send|refund|check|explain|help|sort)|fix (?:it|this)|why (?:is|was|did"
        r"|am|are"
        r"|does)|refund|take it off|want my money)\b",
    ),
    Sign.VULNERABLE: _any(
        r"敬老院|养老院|呼叫铃|(?:网上|线上|在线)(?:考试|上课)|高考|中考",
        r"\bexams? (?:is |are )?(?:online|tomorrow|today|on (?:mon|tues|wednes|thurs|fri)\w*)\b"
        r"|\bonline (?:exam|class)\w*",
        r"\b(?:nursing home|call bells)\b",
        r"腿脚不好|聋|听障|盲人|透析",
        r"\b(?:deaf|blind|dialysis)\b",
        r"老爷子|卧床|助听|报警器|残障",
        r"\b(?:home oxygen|ambulance|bedridden)\b",
        r"老人|老年|[六七八九]十(?:多|来|几)?(?:岁|了)"
        r"|残疾|孕妇|病人|心脏病|住院|透析|呼吸机|癌|瘫痪在床|网课|考试报名|婴儿"
        r"|抢救|独居",
        r"\b(?:[6-9]\d[- ](?:year|yr)s?[- ]old|elderly|disabled|disability|medical|wheelchair|oxygen"
        r"|heart (?:monitor|patient)"
        r"|dialysis|pacemaker|pregnant|newborn|baby monitor|hospice|cancer|therapy|dementia"
        r"|heart condition"
        r"|insulin|dead (?:father|mother|husband|wife))\b",
    ),
    Sign.EMERGENCY: _any(
        r"急救电话",
        r"拿我的?身份证",
        r"\bopened \w+ (?:numbers|lines|accounts) with my\b",
        r"号码?被\S{0,4}(?:补办|补卡|换卡|转走)|被别人补办|验证码\S{0,6}(?:跑|发到)\S{0,4}(?:他|别人)",
        r"\bmoved my number\b|\bin my bank account\b",
        r"急救|打不(?:了|通|出去?)\S{0,4}(?:110|119|120)|(?:110|119|120)\S{0,4}打不|盗(?:用|刷|号)"
        r"|被人(?:补卡|换卡|冒名|办了)",
        r"\b(?:911|999|112)\b|\b(?:ported|transferred|hijack\w*|cloned|stole|stolen) my (?:number|sim"
        r"|account|identity)\b|\bsim ?swap\w*|\bwithout my (?:permission|consent"
        r"|knowledge)\b.{0,60}\bbank\b",
    ),
    Sign.LIVELIHOOD: _any(
        r"工业园|干不了活|几百号人",
        r"\b(?:business park|hundreds of people|people idle)\b",
        r"托管|诊所|收银|外卖单|客户全",
        r"\b(?:our (?:clinic|tills|shop|office|restaurant)|patients|turning people away)\b",
        r"公司专线|法务",
        r"\b(?:losing sales|my (?:cafe|bar|salon|office))\b",
        r"开店|做生意|刷卡|营业(?!厅|员|时间)|店里|客户都|损失|误工|没法上班|居家办公",
        r"\b(?:we|i) run an? (?!errand)\w",
        r"\b(?:my business|run a business|losing (?:customers|money|business|clients)|my (?:shop|store"
        r"|restaurant|salon)|work from home|card reader|lost (?:wages|clients|customers))\b",
    ),
    Sign.RESOLVED: _any(
        r"修好了|好了(?:,|$|\s)|恢复了|解决了|没问题了?(?:$|[,。!\s])|很好|不错|满意|谢谢师傅|挺好",
        r"(?<!n't )(?<!not )(?<!never )(?<!isnt )(?<!nothing )"
        r"\b(?:fixed(?! in|\b.{0,8}\bagain)|works? (?:now|fine|great|again)|working (?:now|again)"
        r"|all good"
        r"|(?<!outage )resolved|(?<!not )(?<!isn't )sorted|great service|looks right|no problem"
        r"|happy)\b",
    ),
    Sign.HYPOTHETICAL: _any(
        r"(?:如果|要是)(?!再|还|不|今天|明天)|假如|万一|假设",
        r"\b(?:if (?!(?:this|it|that)(?: is|'s)(?: not|n't)|(?:this|it|that) isnt|you don'?t"
        r"|nobody|no one|i don'?t)|what happens"
        r"|in case|would)\b",
    ),
    Sign.INQUIRY: _any(
        # Whether what came is genuine: somebody has to say so, and nobody is to be called about it.
        r"(?:是不是|是|不会是|像)\S{0,4}(?:诈骗|骗子|骗人|骗局|钓鱼|假|真)\S{0,6}[吗吧么?]|真的?还?是?假的?|真假",
        r"\b(?:is|was|are) (?:this|it|that|these)\b(?: \w+){0,4} (?:scam|spam|fraud|phishing|hoax|legit\w*"
        r"|real|genuine|fake)\b"
        r"|\b(?:sounds|looks|seems) (?:\w+ )?(?:like )?(?:an? )?(?:scam|fake|phishing|spam)\b",
        r"怎么(?:办理?|报修|开通?|查|取消|退|换|弄)|请问|多少钱|还能|可以.{0,8}吗|能不能办|想(?:换|办|改"
        r"|问)|有没有",
        r"\b(?:how (?:do|can|much|many|to)|what happens|when (?:does|do|will|is)|can i|could i|who do i"
        r"|what (?:is"
        r"|are) the|where (?:do|can))\b",
    ),
    Sign.DENIED: _any(
        r"没有?投诉|不(?:是|想|用|会)投诉|没意见",
        r"\b(?:no complaints?|not complain\w*|can'?t complain|nothing to complain)\b",
    ),
}
