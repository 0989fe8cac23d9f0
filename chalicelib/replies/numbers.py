"""Which numbers in a text could be scores, and which are times, money, dates, phones or counts."""

from __future__ import annotations

import re
from typing import NamedTuple


class Token(NamedTuple):
    """A piece of a text: what it is (a kind of `lexer`), what it tells, and where it stands."""

    kind: str
    value: int | str
    start: int
    end: int


# Kinds of number. "frac" has value 100 * numerator + denominator; "odd" and "count" name the reason.
TIME_OR_DECIMAL = "a decimal or a time"
NUM, MARKED, FRAC, ODD, COUNT = "num", "marked", "frac", "odd", "count"

_HAN_VALUE = {
    **{c: i for i, c in enumerate("零一二三四五六七八九")},
    **{c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "〇": 0,
    "两": 2,
    "俩": 2,
    "仨": 3,
}
_HAN_UNIT = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "万": 10_000}
_H = "零〇一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾两俩仨百佰千万"
HAN_DIGITS = frozenset(_H)

WORDS = {
    word: value
    for value, words in enumerate(
        (
            "zero nil",
            "one wan",
            "two tow",
            "three tree thre threee",
            "four foru fuor",
            "five fiv fve fiev",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        )
    )
    for word in words.split()
}
PINYIN = {
    word: value
    for value, words in enumerate(
        ("ling", "yi", "er liang", "san", "si", "wu", "liu", "qi", "ba", "jiu", "shi")
    )
    for word in words.split()
}

_MARK = (
    r"(?:[ ]?-?[ ]?(?:颗|个)?(?:星星|星级|星(?!期))|[ ]?分(?!钟|之|钱|贝|店|公司|局|期|机|手|子|割|析|享|配"
    r"|布|散|辨|货|辛|耕|收|类|组|区|行|米|公里|开|为两|成两)(?:数|儿)?"
    r"|[ ]?-?[ ]?(?:stars?|starz|points?|pts?|marks?|fen|xing)\b)"
)
_UNIT = re.compile(
    r"[ ]?(?:"
    r"点(?!评|赞)|元|块|毛|角|刀|美元|港币|人民币|天|日|号|月|年|周|星期|礼拜|个(?:月|小时|钟头|星期"
    r"|礼拜)?(?!星|颗)|口(?!碑)|多(?!分|谢)|几"
    r"|小时|钟头|分(?:钟|钱|之|贝|公司|期)|秒|刻钟|次|遍|回(?!复|访|答)"
    r"|人(?!员|工|家)|位(?!师)|名|楼|层|栋|幢|单元|室|户|台|部|张|条|封|通(?!了)|趟|家(?!里|中|的)|间|件"
    r"|份|项|笔|种|款|套|包|瓶|本(?!来|人|次|想)|辆|站|路|线(?!上)|区|期|代|届|岁|级"
    r"|度|倍|成(?!功)|折|兆|米|公里|斤|格|卡|键|句|声|段|页|批|组|班|题|档|季|毫秒|字|步|队|轮|例|起|宗"
    r"|集|集团|胎|环|弄|村|院"
    r"|(?:st|nd|rd|th|am|pm|gb|mb|kb|g|m|k|h|x|km|kg|ghz|mhz|mbps|gbps|kbps|yrs?|hrs?|hours?|mins?"
    r"|minutes?|secs?|seconds?"
    r"|days?|weeks?|wks?|months?|mths?|years?|times?|calls?|people|folks|ppl|persons?|guys|engineers"
    r"|technicians|techs|agents|reps|bars?|bucks|dollars?|cents?|sgd|usd|rmb|yuan"
    r"|percent|o'?clock|phones|lines|bills|texts|msgs|messages|sms|smses|emails|visits|attempts"
    r"|different|more|other|missed|dropped|consecutive|separate|full|working|business"
    r"|straight|of|floors?|rooms?|bedrooms?|miles?|kids|children|friends|pax|tickets|items|orders|sims?"
    r"|cards|routers?|accounts|numbers|outages|faults|problems|issues|complaints"
    r"|questions|nights?|evenings?|mornings?|weekends?|thumbs|hundred|thousand|million|things|reasons"
    r"|appointments|transfers|departments|lines|users|devices|gigs?|megs?|letters|digits"
    r"|quid|pounds?|euros?|ringgit|man|men|ladies|cups?|pcs|pieces?|packs?|sets?|pairs?|levels?|steps"
    r"|blocks?|are|were|have|had|offices?|branches|stores?|stops?|doors?|cases|reports|technical"
    r"|useless|broken|failed|hour|bar|seater|storey|year"
    r"|month|week|day|call|minute)\b"
    r"|%|℃|°|/[ ]?(?:天|月|次|day|month|mth|week|wk))"
)
_BEFORE = re.compile(
    r"(?:[¥$€£#@第近周每隔按拨订充]|办理|开通|订购|充值|查询|订阅|星期|礼拜|尾号|账号|工号|单号|编号"
    r"|频道|号码|电话|早上|上午|中午|下午"
    r"|晚上|傍晚|凌晨|今晚|明天|明早|后天|共|等了|花了|用了|交了|充了|找了|修了|去了|拖了|过了)\Z"
    r"|\b(?:at|by|until|till|til|after|before|since|past|press|pressed|pressing|dial|dialled|room|rm"
    r"|floor|level|lvl|line|unit|block|blk|gate|platform|call|visit|plan|deal|package|promo|attempt|round|try|no\.|invoice|shop|store|stall|kiosk|house|bill|ch|channel|page|step|part|version"
    r"|ver|v|chapter|day|week|zone|tier|windows|iphone|galaxy|pixel|wifi|wi-fi|ticket|case|ref|order|apt"
    r"|suite|exit|bus|bay|counter|terminal|ext|extension|menu|type|area|sector|phase|top|last|next|first"
    r"|every|within|in|on|from|to|age|aged|lane|route|building|tower|sim|slot|port|took|waited|called"
    r"|for|another|rm|sgd|usd|s\$|hk\$|rs\.?|paid|pay|owe|cost|costs|(?<!no )wait|tomorrow|today|tonight"
    r"|these|those|my|your|our|their|his|her|have|had|got|(?<!go )(?<!going )(?<!went )with|need|want|buy"
    r"|bought|got|took|frm|fm)[ ]?\Z"
)
# Words that only begin as a unit does: behind a blank they begin the reason for a score.
_BEGINS_A_WORD = re.compile(
    "周[末边到围转一二三四五六日]|天[天气哪啊呐呢]|日[常子]|号[码称]|年[轻底初纪]|月[底初租末]|口[气音头碑]|多[次少谢年亏]|几[次乎个]|次[次日数]"
    "|遍地|人(?:[员工家们品很好挺不真也都非特太态手呢]|生气)|名[字义]|楼[下上里道]|层层|室内|台阶|部[分门署]|张[嘴口]|条[件理款]|封[了号]|通[话知讯过信畅]|家[里人庭中的]"
    "|件件|份[内量]|项目|种种|笔[记误]|款[项式]|套[餐路]|包[月括年]|瓶颈|本[来人身次地]|站[点在]|路[由上]|线[路上下]|区[别域]|期[间待望]|代[理表]"
    "|届时|级别|度[假过]|倍[感加]|成[功天]|折[扣腾]|格[式外]|卡[顿得死了的爆]|键盘|句[句号]|声[音称]|段[位时]|页面|批评|组[织长]|班[车组]|题[目外]|季[度节]"
    "|步[骤行]|队[伍友]|轮[流到]|例[如行]|起[码初来]|宗旨|集团|角[度色]|元[旦气]|毛病|点[击开名赞评]|秒[回杀接赔]|个[人性别鬼屁]|位[置师]|岁月|米粒"
    "|分[公析店享配]|礼貌|小时候|环[境节]"
)
_MEASURE_APART = re.compile(
    " (?:[扇根盏架艘幅粒堆盒箱袋罐桶篇杯碗壶棵株朵匹顿番盘桌副阵颗枚节门](?![\u4e00-\u9fff]?[分星])"
    "|只(?![能有是要会好不剩])"
    "|处(?![理罚处境于])|支(?![持付])|双(?!方)|头(?![疼大痛一次]))(?=[\u4e00-\u9fff])"
)
_COUNTED = re.compile(r"[了等共第有要用花过近每约去来住][ ]?\Z")
_CURRENCY_BEFORE = re.compile(r"(?:[¥$€£]|(?:s|hk|us)\$|\b(?:rm|sgd|usd|rmb|rs))[ ]?\Z")

_DIGITS = re.compile(
    rf"""
    (?P<date>(?:19|20)\d\d\s?[-/.年]\s?\d{{1,2}}(?:\s?[-/.月]\s?\d{{1,2}}[日号]?|月)?(?!\d)
        |\d{{1,2}}([-/.])\d{{1,2}}\2(?:\d{{4}}|\d\d)(?!\d)|\d{{1,2}}月(?:\d{{1,2}}[日号]?)?
        |\d{{1,2}}(?:st|nd|rd|th)?\s(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b)
    |(?P<clock>\d{{1,2}}\s?:\s?\d\d(?!\d)(?:\s?[ap]\.?m\b)?|\d{{1,2}}(?:\.\d\d)?\s?(?:a\.?m\b|p\.?m\b|o'?\s?clock\b|hrs\b)
        |\d{{1,2}}点(?:半|钟|多|整|\d\d分?))
    |(?P<money>\d+\s?[块元毛角]\d+[毛分角]?|\d{{1,2}}分钟?\d{{1,2}}秒)
    |(?P<spoken>\d{{1,2}}点\d(?!\d)分?)
    |(?P<thousands>\d{{1,3}}(?:,\d{{3}})+(?!\d))
    |(?P<sum>\d+\s?[-+*x×/]\s?\d+\s?=\s?\d+|\d+选\d+|\d+分之[\d{_H}]+|\d+\s?[+*x×]\s?\d+(?:\s?=\s?\d+)?(?!\d))
    |(?P<ofall>(\d{{1,3}})\s?(?:{_MARK})?\s?(?:/|\boutt?a\b|\bout\sof\b|\bof\b|\bon\b)\s?(?:满分)?(?:\d{{1,3}}|ten\b|five\b)(?!\d)(?!\s?/)(?:{_MARK})?)
    |(?P<range>(\d{{1,3}})\s?(?:{_MARK})?\s?(?:-|~|\bto\b|\bor\b|\band\b|或者?|到|至|和)\s?(\d{{1,3}})(?!\d|\.\d)\s?(?:{_MARK})?(?P<open>-)?)
    |(?P<decimal>\d+\.\d+(?!\.?\d)\s?(?:{_MARK})?(?:\s?(?:/|\bout\sof\b)\s?\d{{1,3}})?)
    |(?P<phone>\d{{3,}}(?:[- ]\d{{3,}})+)
    |(?P<plain>\d+)
    """,
    re.X,
)
_SHARE = re.compile(r"\d+|ten|five")
_ALONE = re.compile(r"\d{1,8}(?=[!?;)\n\"]|\Z)")
_AFTER_MARK = re.compile(rf"\s?{_MARK}")
_MORE_OR_LESS = re.compile(
    r"\s?(?:半|多分|多星|\+|(?<=\d)-(?=[\s!.]*$)|\band\s?a\s?half\b|-?ish\b|(?:分|星)(?:半|多|\+)|\^|\.5\b)"
)


def digits_at(text: str, start: int) -> Token:
    """The number that begins at the digit `text[start]`, units, ranges and fractions included."""
    alone = _ALONE.match(text, start)
    if alone:
        return _plain(text, start, alone.end(), int(alone[0]), alone[0], text[max(0, start - 12) : start])
    found = _DIGITS.match(text, start)
    if found is None:  # cannot be: `plain` matches any digit
        return Token(COUNT, "number", start, start + 1)
    form, end = found.lastgroup, found.end()
    if form == "open":
        form = "range"
    before = text[max(0, start - 12) : start]
    if form in ("money", "date", "clock", "thousands", "phone", "sum"):
        return Token(COUNT, str(form), start, end)
    unit = _UNIT.match(text, end)
    if form == "spoken":
        return Token(ODD, TIME_OR_DECIMAL, start, end)
    if form == "ofall":
        first, second = (WORDS.get(one) or int(one) for one in _SHARE.findall(found[0]))
        if unit or _BEFORE.search(before) or (second == 7 and first == 24):
            return Token(COUNT, "date or share", start, (unit or found).end())
        return Token(FRAC, 1_000 * first + second, start, end)
    measure = None if unit or before[-1:].isalnum() else _MEASURE_APART.match(text, end)
    if measure:
        return Token(ODD, "a score or a count", start, measure.end())  # "4 扇门都开着"
    if unit and text[end : end + 1] == " " and not text[end + 1].isascii() and not _COUNTED.search(before):
        if not _BEGINS_A_WORD.match(text, end + 1):
            return Token(ODD, "a score or a count", start, unit.end())  # "3 天没网了"
        unit = None  # "1 周末没人上班": a blank behind the number ends it
    if unit and not (form == "plain" and _AFTER_MARK.match(text, end)):
        return Token(COUNT, "number with a unit", start, unit.end())
    if form == "range":
        if before.endswith(("-", "+")) or _BEFORE.search(before):
            return Token(COUNT, "number with a unit", start, end)
        return Token(ODD, "a range", start, end)
    if form == "decimal":
        if _CURRENCY_BEFORE.search(before) or _BEFORE.search(before):
            return Token(COUNT, "money", start, end)
        return Token(ODD, "a decimal", start, end)
    return _plain(text, start, end, int(found[0]) if end - start < 9 else 10**9, found[0], before)


def _plain(text: str, start: int, end: int, value: int, written: str, before: str) -> Token:
    if before and _CURRENCY_BEFORE.search(before):
        return Token(COUNT, "money", start, end)
    marked = _AFTER_MARK.match(text, end)
    more = _MORE_OR_LESS.match(text, end)
    if more:
        half = _UNIT.match(text, more.end())  # "4 and a half weeks"
        return Token(COUNT if half else ODD, "more or less than a score", start, (half or more).end())
    if marked:
        more = _MORE_OR_LESS.match(text, marked.end())
        if more:
            return Token(ODD, "more or less than a score", start, more.end())
    if before.endswith("+") and not before[:-1].rstrip()[-1:].isdigit():
        return Token(ODD, "a number with a sign", start, marked.end() if marked else end)  # "unhappy +1"
    if (
        before.endswith(("-", "<", ">", "~", ":", "^", "/", "\\", "≤", "≥", "≠"))
        and not before[:-1].rstrip()[-1:]
    ):
        return Token(ODD, "a number with a sign", start, marked.end() if marked else end)
    if marked:
        if before.rstrip()[-1:] in ("第",):
            return Token(COUNT, "number with a unit", start, marked.end())
        return Token(MARKED, value, start, marked.end())
    if len(written) > 3:
        return Token(COUNT, "long number", start, end)
    if before and _BEFORE.search(before):
        return Token(COUNT, "number with a unit", start, end)
    if len(written) > 1 and written[0] == "0":
        return Token(ODD, "a number with noughts in front", start, end)
    return Token(NUM, value, start, end)


_HAN_SHARE = re.compile(rf"[{_H}]+(?:分之|选)[{_H}]+|[一二三四五六七八九]{{2}}得[{_H}]+")
_HAN_RUN = re.compile(f"[{_H}]+")
_HAN_AFTER = re.compile(
    rf"(?:(?P<half>(?:分|颗?星)?(?:半|多))|(?P<mark>{_MARK})|(?P<point>点[{_H}](?:{_MARK})?)"
    rf"|(?P<range>(?:{_MARK})?(?:到|至|或者?|-|~|和)[{_H}]+(?:{_MARK})?))"
)
_HAN_ALONE = re.compile(
    r"(?=$|[\s,.!?;:~\"')\]+…-]|吧|啊|呀|啦|了(?!解)|哦|噢|喔|嘛|哈|呢|吗|不是|谢|啰|咯|喽|嗯|即|以|左)"
)


def han_at(text: str, start: int) -> Token | None:
    """The Chinese numeral that begins at `text[start]`, when it stands as a number; else None."""
    run = _HAN_RUN.match(text, start)
    if run is None:
        return None
    share = _HAN_SHARE.match(text, start)
    if share:
        return Token(COUNT, "date or share", start, share.end())
    end = run.end()
    value = _han_value(run[0])
    after = _HAN_AFTER.match(text, end)
    before = text[max(0, start - 12) : start]
    if after and after["point"]:
        unit = _UNIT.match(text, after.end())
        return Token(COUNT if unit else ODD, TIME_OR_DECIMAL, start, (unit or after).end())
    if after and after["range"]:
        unit = _UNIT.match(text, after.end())
        return Token(COUNT if unit else ODD, "a range", start, (unit or after).end())
    unit = _UNIT.match(text, end)
    if unit and not (after and after["mark"]):
        return Token(COUNT, "number with a unit", start, unit.end())
    if after and after["half"]:
        return Token(ODD, "more or less than a score", start, after.end())
    if after and after["mark"]:
        if before[-1:] in ("第", "负"):
            return Token(ODD if before[-1:] == "负" else COUNT, "a number with a sign", start, after.end())
        more = _MORE_OR_LESS.match(text, after.end())
        if value is None or more:
            return Token(ODD, "a range", start, (more or after).end())
        if run[0] in _FULLY and _ADVERB.match(text, after.end()):  # 十分满意 is "very satisfied"
            return None
        return Token(MARKED, value, start, after.end())
    if _BEFORE.search(before) or not _HAN_ALONE.match(text, end):
        return None
    if value is None:
        return Token(ODD, "a range", start, end)
    return Token(NUM, value, start, end)


_FULLY = frozenset(("十", "十二", "百"))
_ADVERB = re.compile(r"[\u4e00-\u9fff](?<![吧啊呀啦了哦])")


def _han_value(run: str) -> int | None:
    """The number a Chinese numeral says; None for two digits side by side (三四, a range) or nonsense."""
    total, digit = 0, None
    if not any(character in _HAN_UNIT for character in run):
        values = {_HAN_VALUE[character] for character in run}
        return values.pop() if len(run) == 1 else None
    for character in run:
        if character in _HAN_VALUE:
            if digit is not None and digit != 0:
                return None
            digit = _HAN_VALUE[character]
        else:
            total += (1 if digit is None else digit) * _HAN_UNIT[character]
            digit = None
    return total + (digit or 0)


_WORD_AFTER = re.compile(
    rf"(?P<range>\s?(?:-|~|to|or|and|/)\s?(?:{'|'.join(WORDS)}|\d{{1,2}})\b)|"
    rf"(?P<mark>{_MARK})|(?P<half>\s(?:and\sa\shalf|point\s\w+)\b)"
    rf"|(?P<ofall>\s?(?:outt?a|out\sof|of|on)\s(?P<all>[a-z]+|\d+)\b)"
)


def word_at(text: str, start: int, end: int) -> Token | None:
    """The English or pinyin number word at `text[start:end]`, when it stands as a number; else None."""
    word = text[start:end]
    if word in PINYIN:
        fen = re.compile(r"\s?(?:fen|xing)\b").match(text, end)
        return Token(MARKED, PINYIN[word], start, fen.end()) if fen else None
    value = WORDS[word]
    before = text[max(0, start - 12) : start]
    after = _WORD_AFTER.match(text, end)
    if after and (after["half"] or after["range"]):
        unit = _UNIT.match(text, after.end())
        return Token(
            COUNT if unit else ODD, "a range" if after["range"] else "a decimal", start, (unit or after).end()
        )
    if after and after["ofall"]:
        whole = after["all"]
        number = WORDS.get(whole, int(whole) if whole.isdigit() and len(whole) < 4 else -1)
        if number > 1:
            return Token(FRAC, 1_000 * value + number, start, after.end())
        return Token(COUNT, "number with a unit", start, after.end())
    if after and after["mark"]:
        return Token(MARKED, value, start, after.end())
    unit = _UNIT.match(text, end)
    if unit:
        return Token(COUNT, "number with a unit", start, unit.end())
    if _BEFORE.search(before):
        return Token(COUNT, "number with a unit", start, end)
    return Token(NUM, value, start, end)
