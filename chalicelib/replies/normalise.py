"""One spelling for every typography: what the rules of reading look at.

Width, case, script and form of digits, emoji, traditional characters, HTML and stretched words are
folded away; what they told besides (a mood, stars) is kept aside.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from chalicelib.replies.lexicon import patterns

says = patterns("normalise")

LONGEST = 1_600  # characters of a text; what is longer is no answer and is read up to here


class Plain(NamedTuple):
    """A text in one spelling. `moods` holds +1 and -1 for happy and angry emoji, 2 for mocking ones."""

    text: str
    moods: frozenset[int] = frozenset()
    emoji: bool = False


# Traditional, and Cantonese or Taiwanese in writing, each followed by the mainland character.
_CHARACTERS = (
    "滿满點点幾几個个鐘钟塊块錢钱號号樓楼給给評评還还進进對对別别發发訊讯訂订閱阅閲阅電电話话聯联繫系沒没錯错誤误這这們们麼么嗎吗謝谢請请問问務务態态壞坏讚赞爛烂優优極极寬宽帶带網网斷断時时間间週周開开關关會会說说説说覺觉無无論论"
    "總总體体為为爲为貳贰參叁兩两從从來来過过認认識识辦办業业費费萬万億亿後后歲岁條条張张騷骚擾扰煩烦屬属實实讓让應应該该換换碼码轉转單单傳传廣广難难氣气級级顆颗雖虽樣样細细講讲強强絕绝慘惨遠远種种許许將将當当聽听買买賣卖動动"
    "報报檢检處处狀状測测綫线線线裝装設设備备聲声響响歡欢愛爱願愿終终結结滾滚係是冇没唔不畀给俾给嘅的咗了啲些哋们佢他睇看頂顶幫帮卻却髒脏膩腻誰谁裡里裏里麗丽聞闻惡恶虧亏鬧闹訴诉錄录標标題题選选擇择獲获賬账帳账戶户証证證证據据"
    "災灾嚴严啞哑專专負负責责貴贵賤贱盡尽隨随徹彻師师熱热親亲歷历邊边嘗尝勁劲乾干淨净齊齐齡龄約约綁绑詐诈騙骗濫滥亂乱罵骂離离譜谱趕赶緊紧殺杀驚惊靈灵誠诚質质積积簡简潔洁僅仅價价僱雇顧顾擔担預预傷伤懷怀導导圖图雙双雞鸡龍龙東东"
    "車车馬马飛飞風风兒儿產产類类穩稳紅红紀纪繼继續续練练維维羅罗習习聖圣舊旧莊庄藝艺蘭兰蘋苹註注記记試试詢询詳详語语誇夸課课調调談谈變变貓猫賓宾賞赏適适遲迟遞递郵邮醫医釋释針针鋒锋鎖锁鐵铁鑽钻門门閉闭閃闪隊队陽阳階阶際际隱隐"
    "雜杂雲云霧雾靜静頁页頓顿額额顏颜顯显飯饭飲饮駕驾騎骑驗验魚鱼鮮鲜鳥鸟鹽盐麥麦黃黄齒齿擋挡撥拨攔拦攪搅爭争獎奖減减滅灭濟济濃浓滯滞渾浑溫温準准決决凍冻湊凑復复覆复銷销惱恼糾纠區区寫写確确較较蓋盖臉脸隻只祇只嚟来咁那屆届歸归"
    "彌弥遺遗屢屡懶懒誆诓諾诺敗败層层擁拥擠挤鐳镭慮虑憤愤擺摆揀拣輸输迴回囉罗囖罗啱对嚇吓撐撑饋馈餘余剛刚憑凭嗰那瞭了廢废爺爷媽妈偉伟欄栏紹绍誘诱貨货軟软鏈链黨党臺台灣湾國国籤签簽签數数歎叹嘆叹慣惯憂忧傑杰倫伦倆俩陸陆蠻蛮"
)
_LOOKALIKE = ("АВСЕНКМОРТХаеорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abcehkmoptxaeopcyxabezhikmnoptyx")
_FOLD = {
    **{ord(a): b for a, b in zip(_CHARACTERS[::2], _CHARACTERS[1::2], strict=True)},
    **{ord(a): b for a, b in zip(*_LOOKALIKE, strict=True)},
    **{ord(c): "'" for c in "’‘`´"},
    **{ord(c): '"' for c in "“”„«»「」『』《》〈〉"},
    **{ord(c): "-" for c in "–—―‒−"},
    **{ord(c): "~" for c in "～〜∼"},
    ord("。"): ". ",
    ord("、"): ",",
    ord("；"): ";",
    ord("："): ":",
    ord("！"): "!",
    ord("？"): "?",
    ord("，"): ", ",
    ord("【"): "[",
    ord("】"): "]",
    ord("〔"): "[",
    ord("〕"): "]",
    ord("·"): " ",
    ord("•"): " ",
    ord("｜"): "|",
    ord("⁄"): "/",
    **dict.fromkeys(map(ord, "\t\v\f\u00a0\u3000\u2000\u2001\u2002\u2003\u2009\u202f"), " "),
    **dict.fromkeys(map(ord, "\r\u2028\u2029"), "\n"),
}

# A full-width comma parts numbers, an ASCII one may join them: 2，100M and 2,100.
_COMMA = {ord("，"): ", "}

# Digits that stand alone in their form: circled, bracketed, Roman, Suzhou, one emoji.
_LETTER_EMOJI = str.maketrans({0x1F170: "a", 0x1F171: "b", 0x1F17E: "o"})


_CANTONESE = (
    (re.compile("[唔不][該该](?:[晒曬哂])?"), "谢谢"),
    (re.compile("唔好(?=再|發|发|傳|传|打|煩|烦|send|sms|騷|骚|搞|寄|msg)"), "不要"),
    (re.compile("[點点]解"), "为什么"),
)
_ORDINARY = re.compile("[\u0020-\u007e\n\u4e00-\u9fff\u3000-\u3002\uff01-\uff5e…—“”‘’【】《》]*\\Z")
# Nothing in it that could be markup, a link or a smile.
_SIMPLE = re.compile("[a-z0-9 \n,!?'%/\u4e00-\u9fff]*\\.?\\Z")


def normalise(text: str) -> Plain:
    """`text` in one spelling, lines kept. Pure; any text will do."""
    text = text[:LONGEST]
    moods: set[int] = set()
    emoji = False
    if _ORDINARY.match(text):
        text = text if text.isascii() else _plainly(text)
    else:
        text, moods, emoji = _fold(text)
    plain = text.strip().lower()
    if _SIMPLE.match(plain):
        return Plain(_tidy(plain), frozenset(moods), emoji)
    if "<" in plain or "&" in plain:
        plain = _unmark(plain)
    plain = says.url.sub(" url ", plain)
    for found in says.emoticon.finditer(plain):
        emoji = True
        moods.add(1 if found["happy"] else -1)
    if emoji:
        plain = says.emoticon.sub(" ", plain)
    return Plain(_tidy(plain), frozenset(moods), emoji)


def _plainly(text: str) -> str:
    """What `_fold` would make of a text of ordinary Chinese and ASCII characters, sooner."""
    if says.cantonese_hint.search(text):
        for pattern, words in _CANTONESE:
            text = pattern.sub(words, text)
    return _FOLDED.sub(_folded, text)


def _folded(found: re.Match[str]) -> str:
    return _PLAINLY[found[0]]


# What becomes of each ordinary character that does not stay; NFKC takes these one by one.
_PLAINLY = {
    character: plain
    for character in map(chr, (*_FOLD, *range(0x3000, 0x3003), *range(0xFF01, 0xFF5F), ord("…")))
    if _ORDINARY.match(character)
    and (plain := unicodedata.normalize("NFKC", character.translate(_COMMA)).translate(_FOLD)) != character
}
_FOLDED = re.compile(f"[{re.escape(''.join(_PLAINLY))}]")


def _fold(text: str) -> tuple[str, set[int], bool]:
    text = says.keycap_ten.sub(" 10 ", text)
    text = says.keycap.sub(r" \1 ", text)
    text = says.single.sub(_whole, text)
    text = says.vulgar.sub(".5", text).translate(_LETTER_EMOJI)
    text = says.invisible.sub("", text)
    text = unicodedata.normalize("NFKC", text.translate(_COMMA))
    text = says.other_digit.sub(lambda found: str(unicodedata.digit(found[0])), text)
    for pattern, words in _CANTONESE:
        text = pattern.sub(words, text)
    text = text.translate(_FOLD)
    text = says.times_star.sub(lambda found: f" {found[1] or found[2]}星 ", text)
    text, count = says.stars.subn(_stars, text)
    moods = set()
    if says.happy.search(text):
        moods.add(1)
    if says.angry.search(text):
        moods.add(-1)
    if says.mocking.search(text):
        moods.add(2)
    text, others = says.emoji.subn(" ", text)
    if says.accented.search(text):
        text = unicodedata.normalize("NFD", text)
    return says.marks.sub("", text), moods, count + others > 0


def _whole(found: re.Match[str]) -> str:
    return f" {int(unicodedata.numeric(found[0]))} "


def _stars(found: re.Match[str]) -> str:
    """A row of stars as a number; one star beside a digit is its unit; hollow ones alone say nothing."""
    row = found[0]
    full = len(says.full_star.findall(row))
    before = found.string[: found.start()].rstrip()[-1:]
    if (
        full + row.count("☆") + row.count("✩") == 1
        and before
        and (before.isdigit() or before in "颗个一二三四五六七八九十")
    ):
        return "星 "
    if full == 0:
        return " "
    return f" {full}星 " if full > 1 or "☆" in row else " "


def _unmark(text: str) -> str:
    if "&" in text:
        from html import unescape  # its table is large, and hardly a text needs it

        text = unescape(text).replace("\xa0", " ")
    return says.tag.sub(" ", text)


def _tidy(text: str) -> str:
    if "-" in text:
        text = says.hyphened.sub(r"\1", text)
    if len(set(text)) < len(text):  # else nothing stands twice
        text = says.stretched.sub(r"\1\1", text)
        if not text.isascii():
            text = says.repeated_han.sub(r"\1", says.stretched_han.sub(r"\1", text))
        text = says.stretched_mark.sub(r"\1", text)
    if not text.isascii():
        text = says.homophones.sub("满意", text)
    if " " in text:
        text = says.blank_behind_an_adverb.sub(lambda found: found[0].rstrip(), text)
        text = says.spaced_han.sub(lambda found: found[0].replace(" ", ""), text)
        text = says.blanks.sub(" ", text)
    return text.strip()
