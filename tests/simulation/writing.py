"""What people and machines write in a run, and what each of it means to somebody with common sense.

`{text}` stands for the text of ours that is answered. A scenario names kind and words; the checks know
a reply's kind from there, and nothing of how the service reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WORDS: Mapping[str, Sequence[str]] = {
    "no": ("STOP", "退订", "td", "Please stop texting me", "ＳＴＯＰ"),
    "yes": ("START", "UNSTOP"),
    "help": ("HELP", "帮助"),
    "score": ("5", "4", "3", "2", "1", "１", "非常满意", "very dissatisfied"),
    "words": (
        "网络太慢了，一直没有人管，打了三次电话",
        "I called three times and nobody ever came",
        "我家宽带断了三天了，打10000没人管，我要投诉到工信部",
        "My internet has been down for three days, I will complain to the FCC",
        "?",
        "请问我的套餐下个月能不能换成更便宜的",
    ),
    "thanks": ("谢谢", "Thanks"),
    # It sounds like a yes, and is none.
    "no yes": (
        "How do I resubscribe?",
        "谁让你们恢复接收短信的？",
        "请问如何重新订阅流量包",
        "My wife got resubscribed, why",
        "What happens if I opt back in",
    ),
    # It may be a no: asked back, honoured, or shown to a person.
    "doubt": ("stop it", "stop, wrong number", "不要再搞错了"),
    # The last two sound like a no, and are said about the trouble.
    "to agent": ("2", "没恢复", "恢复了，谢谢", "still not working", "1", "不要再搞错了", "stop it"),
    "machine": (
        "您好，我正在开车，稍后给您回复。",
        "Automatic reply: I am out of the office until Monday",
        "I'm driving right now, I'll get back to you later",
        "【自动回复】会议中，稍后联系您",
        "尊敬的客户，您的话费余额为5.30元",
    ),
    # Our own words, as phones and people bring them back.
    "ours": (
        "{text}",
        "Fwd: {text}",
        "“{text}”",
        "> {text}",
        "On Tue, Nov 24, 2026 they wrote:\n> {text}",
        "转发：{text}",
    ),
    # Beside our words somebody's own: they may be a score or thanks, and change no consent.
    "ours and more": ("谢谢！{text}", "Good. {text}", "{text} 谢谢"),
    "reaction": (
        "Liked “{text}”",
        "Reacted 👍 to “{text}”",
        "👍 to “{text}”",
        "对“{text}”表示喜欢",
        "点赞了“{text}”",
        "Laughed at “{text}”",
    ),
}
SCORES: Mapping[str, int] = {
    "5": 5, "4": 4, "3": 3, "2": 2, "1": 1, "１": 1, "非常满意": 5, "very dissatisfied": 1,
}  # fmt: skip
MECHANICAL = frozenset({"machine", "ours", "reaction"})  # written by nobody, or by ourselves
NEEDS_SOMEBODY = frozenset({"words", "no yes", "doubt"})  # asked back, in a case, or in the inbox
