"""The rules by which a reply was read, in Chinese: each part of `Reading.why` by itself."""

from __future__ import annotations

from collections.abc import Mapping

_PARTS: Mapping[str, str] = {
    # what came before the colon
    "number": "数字", "words": "文字", "one score": "唯一的评分", "letter": "字母", "choice": "选项", "help": "帮助",
    "not me": "非本人", "opt-out": "退订", "opt_out": "退订", "opt_in": "恢复接收",
    # what decided
    "alone": "只有一个数字", "first": "开头给出", "given": "明确给出", "marked": "带单位或标记", "a corrected score": "更正后的评分",
    "of the survey": "问卷中的字母", "an option of the survey": "问卷中的选项", "said in words": "用文字说明",
    "keyword": "关键词", "asked for in words": "用文字提出",
    "a label of the survey": "问卷中的说法", "an everyday form of a label": "问卷说法的日常表达",
    # what left it undecided
    "a letter and a score that disagree": "字母与评分不一致", "a letter and words that disagree": "字母与文字不一致",
    "a letter the survey does not have": "问卷中没有这个字母", "a phone answered by itself": "手机自动回复",
    "a question about opting out": "询问如何退订", "a reaction to the text": "对短信的表情回应",
    "a score and an emoji that disagree": "评分与表情不一致", "a score and words that disagree": "评分与文字不一致",
    "a score that may be mocking": "评分可能是反话", "an answer and a stranger together": "既有回答又说不是本人",
    "an answer and a wish together": "既有回答又有退订等要求", "an opt-in that is denied": "否定了恢复接收",
    "an opt-out among other words": "退订夹在其他文字中", "an opt-out that is denied": "否定了退订",
    "an opt-out with a number": "退订带有数字", "emoji only": "只有表情", "no option was named": "没有提到任何选项", "no such option": "没有这个选项",
    "a letter among other words": "字母夹在其他文字中", "letters side by side": "几个字母连在一起", "an option with a question": "选项带有疑问",
    "an option that is denied": "否定了某个选项",
    "no score, no wish": "没有评分，也没有要求", "no survey was asked": "当时没有问卷", "no words": "没有文字",
    "nothing was written": "内容为空", "only the invitation, quoted": "只引用了邀请短信",
    "perhaps a wish for the texts to end": "可能希望停止短信", "perhaps an opt-out among other words": "其他文字中可能有退订",
    "something is to stop": "希望停止某件事", "the best score with a complaint": "最高分却带有抱怨",
    "the worst score with praise": "最低分却带有表扬",
    "a condition": "带有条件", "a decimal": "小数", "a decimal or a time": "小数或时间", "a letter among digits": "数字中夹有字母",
    "a letter that may be a word": "字母可能是单词", "a letter with a question": "字母带有疑问", "a letter with a sign": "字母带有符号",
    "a negated score": "被否定的评分", "a number outside the scale": "超出评分范围", "a number that is written twice": "同一数字写了两次",
    "a number with a sign": "数字带有符号", "a number with noughts in front": "数字前面有零", "a question": "带有疑问", "a range": "一个区间",
    "a remark about the score": "在谈论评分", "a score among words that are not known": "评分夹在不认识的文字中",
    "a score behind words that are not known": "评分前有不认识的文字", "a score of another scale": "另一种评分标准",
    "a score or a count": "评分或数量", "a share of something else than the scale": "不同满分的比例",
    "about, at least or at most": "大约、至少或至多", "among words that are not known": "夹在不认识的文字中",
    "another number that may be a score": "另有可能是评分的数字", "another time or person": "另一次或另一个人的评分",
    "even that is too much": "连这个分都嫌多", "many numbers": "数字太多", "more or less than a score": "高于或低于某个评分",
    "nothing at all": "零分", "points taken away": "扣掉的分", "stars of five or of the scale": "五星制还是本问卷的分制",
    "the highest is not the best here": "这里最高分不是最满意", "two different scores": "两个不同的评分", "two letters": "两个字母",
    "two options": "两个选项", "a label's, among others that are not known": "问卷说法夹在不认识的文字中",
    "a yes or no, or an answer": "是或否，或一个回答", "how much, and not what": "只有程度，没有内容",
    "praise or blame, among others that are not known": "褒贬夹在不认识的文字中", "praise with a complaint": "表扬又带有抱怨",
    "the survey has no label for them": "问卷没有对应的评分", "words that are taken back": "又收回的话", "words that disagree": "前后不一致",
    "words that may be mocking": "可能是反话", "words with a condition, a question or two negations": "带有条件、疑问或双重否定",
    "words with something else": "还有别的内容",
}  # fmt: skip

WORDS: Mapping[str, str] = {f"rule|{part}": words for part, words in _PARTS.items()}
