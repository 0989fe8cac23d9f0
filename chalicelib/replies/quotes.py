"""What in a reply is not the subscriber's, by its form: the invitation quoted back, signatures, frames."""

from __future__ import annotations

import re

from chalicelib.replies.lexicon import patterns

says = patterns("quotes")


def without_wrappers(text: str) -> str:
    """The lines that are more than the frame of what was taken out: no "Fwd:", no "... wrote:"."""
    return "\n".join(line for line in text.split("\n") if not says.wrapper.match(line.lower()))


def own_words(text: str) -> str:
    """What the subscriber added to a normalised text; "" when there is nothing but the invitation."""
    text = "\n".join(_own_lines(text)) if "\n" in text else says.signature_at_end.sub("", text)
    return _around(text) if _invites(text) else text


def _own_lines(text: str) -> list[str]:
    """The lines without signatures, without what is quoted and, if others are left, without invitations."""
    lines = []
    for line in text.split("\n"):
        if _DASHES.match(line):
            break  # what follows is a signature
        if (
            line.strip()
            and not says.signature.match(line)
            and not says.wrote.match(line)
            and line.lstrip()[0] not in ">|"
        ):
            lines.append(line.strip())
    return [line for line in lines if not _invites(line) and not says.hint.search(line)] or lines


_KEYS = re.compile(r"[0-9a-d].*[0-9a-d]", re.S)
_DASHES = re.compile(r"\s*--\s*\Z")


def _invites(line: str) -> bool:
    if not _KEYS.search(line):
        return False
    keys = [re.match(r"\d+|[a-d]", found[0])[0] for found in says.keyed.finditer(line)]  # type: ignore[index]
    if len(set(keys)) >= 2 and (len(set(keys)) >= 3 or len(line) > 12 or "为" in line or "=" in line):
        return True
    if len(line) < 12 or not says.scale.search(line) or not says.asks.search(line):
        return False
    return says.signed.match(line) is not None or len(line) > 18 or "请" in line or "reply" in line


def _around(text: str) -> str:
    """What stands after, or shortly before, the invitation in one line."""
    end = 0
    for pattern in (says.keyed, says.scale):
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


def without_courtesy(text: str) -> str:
    """A normalised text without greeting and thanks around it; the text, where it is nothing else."""
    shorter = says.greeting.sub("", text, count=1) if says.greeting.match(text) else text
    if says.thanked.search(shorter):
        shorter = says.thanks.sub("", shorter, count=1)
    return shorter if has_words(shorter) else text


def without_number_sign(text: str) -> str:
    """A number that is all there is, without what only says that it is one: `#5`, `No. 4`, 数字3."""
    return (
        says.named_number.sub("", text, count=1) if len(text) < 16 and says.named_number.match(text) else text
    )


_ALPHANUMERIC = re.compile(r"[^\W_]")


def has_words(text: str) -> bool:
    """Whether a text holds a letter, a character or a digit."""
    return _ALPHANUMERIC.search(text) is not None
