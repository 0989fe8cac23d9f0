"""What in a reply is not the subscriber's, by its form: the invitation quoted back, signatures, frames."""

from __future__ import annotations

import re

_SIGNATURE = re.compile(
    r"\s*(?:sent (?:from|via|by|with) (?:my )?.{1,40}|get outlook for \w+|发自(?:我的)?.{1,20}"
    r"|来自(?:我的)?.{1,16}(?:手机|iphone|客户端|邮箱|ipad).{0,6}|从我的.{1,16}发送|--+"
    r"|- ?from my .{1,20}|由.{1,12}发送)\s*\Z"
)
_WROTE = re.compile(
    r"\s*(?:on .{4,60} wrote:|-{2,}\s?(?:original message|forwarded message|原始?(?:短信|信息|邮件"
    r"|消息)).*|(?:from|to|发件人|收件人|原短信|原文|原信息|转发|fwd?|subject) ?:.{0,80})\s*\Z"
)
_LEVEL = (
    r"(?:非常|很|十分|比较|较|特别|极|最|不太|不|最不)?(?:满意|好评|差评|一般|优秀|不满意?|好|差|及格|推荐"
    r"|愿意|可能)|(?:(?:very|extremely|not|at all|highly|totally|quite|completely) ){0,3}(?:dis"
    r"|un)?(?:satisfied|satisfactory|happy|unhappy|likely|good|bad|poor|excellent|neutral|terrible|fair"
    r"|great|average)"
)
_KEYED = re.compile(
    rf"(?<![a-z0-9])(?:\d{{1,2}}|[a-d])\s?(?:分|星|stars?)?\s?(?:为|是|代表|表示|=|:|-|\(|,|\.|\)|for"
    rf"|means|being)?\s?(?:{_LEVEL}|\d{{1,2}}分|非本人|not me)"
)
_SCALE = re.compile(r"\d\s?分?\s?(?:-|~|至|到|to|and)\s?\d{1,2}")
_ASKS = re.compile(
    r"(?:请|回复|打分|评分|评价|邀请|直接回|为满意|为非常|为不满意|尊敬的)|\b(?:reply|rate|text|respond"
    r"|scale|how did we do|how satisfied|feedback|please|from|survey)\b"
)
_HINT = re.compile(
    r"(?:拒收|退订|不再接收)\S{0,3}(?:请)?回复?|回复?\S{0,4}(?:退订|拒收)|\b(?:reply|text"
    r"|send)\s(?:with )?\"?stop\"? to\b|stop to (?:opt|end|cancel|unsub)"
)
_SIGNED = re.compile(r"\s*\[[^\[\]\n]{1,16}\]")
_WRAPPER = re.compile(
    r"\W*(?:fwd?|fw|re|wg|tr|rv|转发|转|回复|原文|原短信|引用|quote[ds]?|forward(?:ed)?(?: message)?"
    r"|begin forwarded message"
    r"|(?:on |at )?[^\n]{1,60} (?:wrote|said)|[^\n]{0,30}(?:写道|说)|original message)?\W*\Z"
)


def without_wrappers(text: str) -> str:
    """The lines that are more than the frame of what was taken out: no "Fwd:", no "... wrote:"."""
    return "\n".join(line for line in text.split("\n") if not _WRAPPER.match(line.lower()))


def own_words(text: str) -> str:
    """What the subscriber added to a normalised text; "" when there is nothing but the invitation."""
    text = "\n".join(_own_lines(text)) if "\n" in text else _SIGNATURE_AT_END.sub("", text)
    return _around(text) if _invites(text) else text


def _own_lines(text: str) -> list[str]:
    """The lines without signatures, without what is quoted and, if others are left, without invitations."""
    lines = []
    for line in text.split("\n"):
        if _DASHES.match(line):
            break  # what follows is a signature
        if (
            line.strip()
            and not _SIGNATURE.match(line)
            and not _WROTE.match(line)
            and line.lstrip()[0] not in ">|"
        ):
            lines.append(line.strip())
    return [line for line in lines if not _invites(line) and not _HINT.search(line)] or lines


_KEYS = re.compile(r"[0-9a-d].*[0-9a-d]", re.S)
_DASHES = re.compile(r"\s*--\s*\Z")
_SIGNATURE_AT_END = re.compile(
    r"\s(?:(?:- ?)?(?:sent from my \S.{1,20}|get outlook for \w+)|发自我的\S{1,12})\Z"
)


def _invites(line: str) -> bool:
    if not _KEYS.search(line):
        return False
    keys = [re.match(r"\d+|[a-d]", found[0])[0] for found in _KEYED.finditer(line)]  # type: ignore[index]
    if len(set(keys)) >= 2 and (len(set(keys)) >= 3 or len(line) > 12 or "为" in line or "=" in line):
        return True
    if len(line) < 12 or not _SCALE.search(line) or not _ASKS.search(line):
        return False
    return _SIGNED.match(line) is not None or len(line) > 18 or "请" in line or "reply" in line


def _around(text: str) -> str:
    """What stands after, or shortly before, the invitation in one line."""
    end = 0
    for pattern in (_KEYED, _SCALE):
        for found in pattern.finditer(text):
            end = max(end, found.end())
    close = text.rfind('"', end)
    if close >= 0:
        end = close + 1
    after = re.sub(r"^(?:分|星|stars?|为\S{1,6}|\))+", "", text[end:]).strip(" ,.;:!?~\"')]\n")
    after = re.sub(
        r"^(?:进行|为|来|对)?\S{0,10}(?:打分|评分|评价|反馈|回复)(?:吧|呢|哦|谢谢|感谢)?[\s,.;!]*", "", after
    )
    after = (
        re.sub(r"\(?very satisfied\)?|\(?very dissatisfied\)?", "", after) if after.startswith("(") else after
    )
    if after:
        return after.strip()
    start = re.search(
        r"\[|\"|您好|尊敬的|请|dear|how |please|reply|rate|(?<![a-z0-9])(?:\d{1,2}|[a-d])\s?(?:分|为|=)", text
    )
    before = text[: start.start()].strip(" ,.;:(-") if start else ""
    return before if 0 < len(before) <= 20 else ""


_GREETING = re.compile(
    r"(?:(?:您好|你好|大家好|亲|早上好|上午好|中午好|下午好|晚上好|哈喽|哈啰|嗨)(?=[\s,.!~:\d]"
    r"|[\u4e00-\u9fff])"
    r"|(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day))(?: there| all| team| sir| madam"
    r"| sir/madam| skylark)*"
    r"(?=[\s,.!:])"
    r"|(?:thanks|thank you|thx|谢谢)(?=[,.!]))[\s,.!~:]*"
)
_THANKED = re.compile("谢|辛苦|再见|感|thank|thx|thks|tks|tq|ty|tnx|cheers|regards|bye")
_THANKS = re.compile(
    r"(?:^|[\s,.!;~]+|(?<=[\u4e00-\u9fff\d)]))"
    r"(?:(?:非常|十分|万分|很)?(?:谢谢|感谢|多谢|谢了|谢啦)(?:你们?|您们?|了|啦|啊|哈|支持|配合)*"
    r"|辛苦(?:你们?|您们?)?(?:了|啦)?"
    r"|(?:many )?thanks?(?: (?:you|u|so much|very much|a lot|again|in advance|bye))*|thx|thks|tks|tq|ty"
    r"|tnx|cheers"
    r"|(?:best |kind )?regards|bye|再见)[\s,.!~]*\Z"
)


def without_courtesy(text: str) -> str:
    """A normalised text without greeting and thanks around it; the text, where it is nothing else."""
    shorter = _GREETING.sub("", text, count=1) if _GREETING.match(text) else text
    if _THANKED.search(shorter):
        shorter = _THANKS.sub("", shorter, count=1)
    return shorter if has_words(shorter) else text


_NAMED_NUMBER = re.compile(r"\W*(?:#|no\.|nr\.?|num(?:ber)?\.?|数字?|号码)\s?:?\s?(?=\d{1,2}[.!\s]*\Z)")


def without_number_sign(text: str) -> str:
    """A number that is all there is, without what only says that it is one: `#5`, `No. 4`, 数字3."""
    return _NAMED_NUMBER.sub("", text, count=1) if len(text) < 16 and _NAMED_NUMBER.match(text) else text


_ALPHANUMERIC = re.compile(r"[^\W_]")


def has_words(text: str) -> bool:
    """Whether a text holds a letter, a character or a digit."""
    return _ALPHANUMERIC.search(text) is not None
