"""What an operator provides or does, how it goes wrong, and for how long: patterns that `grievances` puts
together."""

from __future__ import annotations

TIME_ZH = (
    r"(?<!第)(?:[2-9两二三四五六七八九十几好多]|[1-9]\d|十[一二三四五])\s*(?:来|多|几)?\s*(?:天"
    r"|日(?!元))|(?:[一二两三四五几\d半]+\s*个?|整整?|大?半)(?:周|星期|礼拜|月)(?![租费份])"
)
TIME_EN = (
    r"\b(?:[2-9]|\d\d|two|three|four|five|six|seven|eight|nine|ten|several|many|couple of|few) (?:full "
    r"|whole |straight )?days?\b"
    r"|\b(?:\d+|a|one|two|three|four|several|many|couple of|few|whole|all) (?:full |whole )?(?:weeks?"
    r"|months?)\b|\b(?:for|in) (?:days|weeks|months)\b"
)
SINCE = (
    r"\bsince (?:mon|tues|wednes|thurs|fri|satur|sun|last|the storm|yesterday)\w*|从(?:上?周|上?星期"
    r"|上?礼拜|昨天|前天|上个?月|\d+[号日])\S{0,4}(?:到现在|至今|就|开始)"
)

# What an operator provides or does, and how it goes wrong: each of these with each of those, in one clause.
THING_ZH = (
    r"(?:宽带|光纤|专线|网络|网速|网线|家里这?网|wifi|信号|基站|通话|电话|短信|验证码|流量|话费|余额|账单|帐单"
    r"|详单|套餐|资费|月租|月费|漫游|副卡|号码|手机|光猫|路由器?|机顶盒|电视盒?|固话|座机|会员|服务费|材料费"
    r"|押金|积分|发票|合约|app|充值|客服|师傅|小哥|营业员|营业厅|业务员|接线员|报修|设备|系统|(?<![银刷])卡)"
)
FAILS_ZH = (
    r"(?:断流|断线|黑屏|花屏|白屏|死机|红灯|发烫|转圈|卡死|卡住|瘫|飙|延迟|连不上|登不上|上不(?:了|去)线|打不通"
    r"|接不(?:到|进)|收不到|发不(?:出|了)|死活|没反应|不稳|时有时无|[一两0-9]格|听不[全到见清]|变[23]g|白装|白交"
    r"|(?:没|不)生效|不恢复|动不动就|重启\S{0,4}遍|老化|不灵|不好使|一个德行|老样子|一点没变|没变化|没效果|没用"
    r"|掉线|一[开用]就[掉断卡]|降不下来|退不[掉了]|取消不[掉了]|跟打不通|停机)"
)
TAKES_ZH = (
    r"(?:划[我了走钱]|划钱|多要|多收|多出|列着|挂着|照[老旧样]的?收|自动续|莫名其妙[少多]|说用完|就没了|不翼而飞|凭空"
    r"|没见(?:着|到)|没加上|没返|没发货|没到手|拖[了着]|缩水|不给退|怎么算的|没打过|没开过?(?:,|$|。|却|的)"
    r"|没办过|没用过|压根没|根本没开|从来没[开订用办打见])"
)
STAFF_ZH = (
    r"(?:敷衍|不给?转人工|绕来绕去|人影|放鸽子|没下文|没回音|石沉大海|等通知|没动静|说话难听|要小费|翻白眼|不耐烦"
    r"|没人跟我说|推三阻四|白请|白等|白跑|走了,问题|等了一(?:下午|上午|天|晚上)|剪[短断坏]|让我等)"
)
THING_EN = (
    r"(?:internet|wi-?fi|broadband|fib(?:re|er)|connection|ping|latency|speeds?|signal|bars?"
    r"|reception|coverage"
    r"|(?:video |phone |every )?calls?|texts i send|messages i send|voicemail|line|landline"
    r"|dial tone|data|plan"
    r"|bill|invoice|statement|credit|refund|deposit|balance|account|add-?on|subscription|contract"
    r"|router|modem"
    r"|(?:set[- ]?top )?box|tower|sim|roaming(?: pack)?|card terminal|hotspot|phone|tablet|website"
    r"|app|chatbot|tech"
    r"|technician|engineer|installer|agent|rep|store|website)"
)
FAILS_EN = (
    r"(?:freez\w+|cuts? out|drops? (?:all|const|every|out|again)|dead|offline|through the roof"
    r"|impossible|unusable"
    r"|overheats?|reboots? itself|never (?:arrives?|came|come|showed|shows|went)|hours late"
    r"|gives? (?:me )?an error"
    r"|just (?:gives|shows) an|did nothing|does nothing|so bad|awful|useless|gone on|goes? down"
    r"|won'?t (?:load|connect"
    r"|activate|turn on|take it back|let me)|not (?:connected|working|activated)|does(?:n'?t"
    r"| not) (?:activate|work|load"
    r"|register)|locked|out all (?:day|week)|down again|still out|can(?:'?t|not) hear)"
)


def beside(first: str, second: str, most: int) -> str:
    """One of each in a clause, in this order, so many characters apart at most."""
    return rf"{first}[^,.;!?。！？；]{{0,{most}}}?{second}"
