"""What is wrong with a campaign, in Chinese: by the English words that the checks say for files and pages alike.

A line is the English, with {} for what varies, and the Chinese with {} for the same in the same order. What is
not here stays English; a test holds the mistakes that a form can make against the list.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from chalicelib.campaigns.reading import Problem

SAID: Final = (
    ("is missing", "尚未填写"),
    ("is empty: write the text", "内容为空，请填写"),
    ("must be text, not {}", "必须是文字，不能是 {}"),
    ("{} is not possible: {}", "不能填 {}：{}"),
    ("2 to 40 small letters, digits and hyphens, such as usage-alert", "请用 2 到 40 个小写字母、数字或连字符，例如 usage-alert"),
    ("a type such as usage.reported", "请填事件类型，例如 usage.reported"),
    ("the name of one of the event's fields", "请填该事件的字段名"),
    ("one of {}", "可选 {}"),
    ("must be a whole number from {} to {}", "必须是 {} 到 {} 的整数"),
    ("every entry must be a whole number from {} to {}", "每一项都必须是 {} 到 {} 的整数"),
    ("must be a list of days, such as {}", "必须是天数列表，例如 {}"),
    ("must be a list of percentages, such as {}", "必须是百分比列表，例如 {}"),
    ("must be a mapping of names to values", "必须是“名称: 值”的形式"),
    ("needs words for each language, such as {}", "每种语言都要填写"),
    ("must hold a text for each language, such as {}", "每种语言都要有内容"),
    ("{} is not a duration: write a number and s, m, h or d, such as 30m or 6h", "{} 不是时长：请写数字加 s、m、h 或 d，例如 30m 或 6h"),
    ("{} is not a window: write any, or two clock times such as 08:00-20:00", "{} 不是时段：请写 any，或两个时刻，例如 08:00-20:00"),
    ("{} is never open: the two times must differ, or write any", "{} 永远不会开放：两个时刻不能相同，或写 any"),
    ("{} is not a clock time: write hours and minutes, such as 09:00", "{} 不是时刻：请写小时和分钟，例如 09:00"),
    ("there is no such field.", "没有这个字段。"),
    ("no event is called {}.", "没有名为 {} 的事件。"),
    ("{} has no {}.", "{} 没有 {}。"),
    ("{} names no region", "{} 不带地区"),
    ("is not possible for a whole region", "发给整个地区时不能使用"),
    ("must hold one variable with the list it runs over, such as {}", "必须是一个变量及其列表，例如 {}"),
    ("needs a variable name and a list expression, such as {}", "需要变量名和列表，例如 {}"),
    ("belongs to plan_end; a birthday text goes out on the day", "仅用于套餐到期；生日短信在当天发送"),
    ("needs exactly one of event, daily or manual: true", "请选择一种触发方式"),
    ("`{}` is not a variable of this campaign.", "本活动没有变量 `{}`。"),
    ("`{}` is not possible: an occasion may name only {}.", "不能使用 `{}`：事由只能使用 {}。"),
    ("must name `{}`, or all its values would count as the same text", "必须包含 `{}`，否则各档会算作同一条短信"),
    ("`{}` is not a variable", "`{}` 不是变量"),
    ("is missing: give an example of {}", "尚未填写：请给出示例 {}"),
    ("has no `{}`: give an example, such as {}", "缺少 `{}`：请给出示例，例如 {}"),
    ("has no text in {}, which the campaign has elsewhere", "缺少 {} 的内容，而本活动其他地方有这种语言"),
    ("has no words in {}, so answers in words would not be understood", "缺少 {} 的文字，无法识别用文字写的答复"),
    ("has no {}: the campaign's first text is missing", "缺少 {}：活动的第一条短信还没有内容"),
    ("remind_after and a text for the step reminder go together: add what is missing", "提醒时间与提醒内容必须同时填写，请补上缺少的一项"),
    ("must be shorter than expires_after, or nobody can answer the reminder", "必须短于结束时间，否则无法答复提醒"),
    ("must be the lowest and the highest score, such as {}", "必须是最低分和最高分，例如 {}"),
    ("must be {} or {}, whichever score is the best", "必须是 {} 或 {}，即最好的分数"),
    ("must be a list of scores from {} to {} that open a case", "必须是 {} 到 {} 之间、会开立工单的分数"),
    ("must be a score from {} to {}, or not_me", "必须是 {} 到 {} 的分数，或 not_me"),
    ("{} is not a score from {} to {}", "{} 不是 {} 到 {} 的分数"),
    ("must be {language: {score: words}}, such as {}", "必须每种语言逐行写“分数: 文字”"),
    ("needs a `step` that has a text of its own, such as {}", "需要一个有内容的步骤，例如 {}"),
    ("must be always or dissatisfied", "必须是 always 或 dissatisfied"),
    ("a variant's name is small letters, digits and _, such as b", "版本名只能用小写字母、数字和 _，例如 b"),
    ("must be a whole percentage from 1 to 99", "必须是 1 到 99 的整数百分比"),
    ("add up to {} %: make it 100", "合计 {}%，应为 100%"),
    ("nobody would get anything: name at least one variant beside the holdout", "没有人会收到：除对照组外至少要有一个版本"),
    ("is not possible: everybody must get a text of this category", "不能使用：这一类短信必须人人收到"),
    ("is for a variant that is not in `variants`: {}", "对应的版本 {} 不存在"),
    ("needs {} beside it, for everybody else", "还需要 {}，供其他人使用"),
    ("stands here twice: give each variant a name of its own", "名称重复：每个版本要有自己的名称"),
    ("has a field of its own below: leave this row empty", "对照组请填在下面的专用栏，此行留空"),
    ("a step's name is small letters, digits and _, such as reminder", "步骤名只能用小写字母、数字和 _，例如 reminder"),
    ("there is no field {}: one of {}", "没有字段 {}：可选 {}"),
    ("{} cannot be asked {}: {}", "{} 不能用 {}：可用 {}"),
    ("{} takes no value", "{} 不需要取值"),
    ("needs a value", "请填写取值"),
    ("{} takes one value: choose one of several instead", "{} 只能有一个取值；多个值请选“是以下之一”"),
    ("there is no brand {}: use * or a brand's id", "没有品牌 {}：请用 * 或品牌编号"),
    ("{} has no signature, which every text needs", "{} 没有签名，而每条短信都需要签名"),
    ("{} has no opt_out_hint, which marketing needs", "{} 没有退订提示，而营销短信需要"),
    ("does not come out with the sample: {}", "用示例数据无法生成：{}"),
    ("does not come out when `{}` is unknown: {}", "当 `{}` 未知时无法生成：{}"),
    ("takes {} segments for {}: say it shorter", "在 {1} 需要 {0} 条：请缩短"),
    ("{} makes it UCS-2, 70 a segment, not 160: write {}", "{} 会使其变为 UCS-2（每条 70 字而非 160）：请改为 {}"),
    ("must be {}: a campaign keeps its id", "必须是 {}：活动标识不可更改"),
    ("is {} characters long, more than {}", "有 {} 个字符，超过 {}"),
    ("is nested too deeply: write it more simply", "嵌套过深，请写得简单些"),
    ("is nested too deeply", "嵌套过深"),
    ("a number that big is not possible", "数字过大"),
    ("an `if` inside {{ }} needs its `else`", "{{ }} 中的 if 必须带 else"),
    ("loops are not possible in a text", "短信中不能使用循环"),
    ("macros are not possible in a text", "短信中不能使用宏"),
    ("{% {} %} is not possible in a text", "短信中不能使用 {% {} %}"),
    ("{% {} %} is not possible: {}", "不能使用 {% {} %}"),
    ("{% {} %} is not possible", "不能使用 {% {} %}"),
    ("calls are not possible: use a filter, such as {}", "不能调用函数：请用过滤器，例如 {}"),
    ("a dot is not possible: variables have plain names, such as {}", "不能使用点号：变量只有简单名称，例如 {}"),
    ("square brackets behind a value are not possible: variables have plain names", "值后面不能用方括号：变量只有简单名称"),
    ("** is not possible", "不能使用 **"),
    ("{…: …} is not possible in an expression", "表达式中不能使用 {…: …}"),
    ("{} is not possible in a text", "短信中不能使用 {}"),
    ("{} is for numbers, not for words", "{} 只能用于数字，不能用于文字"),
    ("there is no filter `{}`.", "没有过滤器 `{}`。"),
    ("there is no test `is {}`.", "没有判断 `is {}`。"),
    ("`{}` takes at most one argument, without a name", "`{}` 最多一个参数，且不带名称"),
    ("the argument of `{}` must be a plain value or variable", "`{}` 的参数必须是简单的值或变量"),
    ("`is {}` takes no argument", "`is {}` 不带参数"),
    ("cannot be read: {}", "无法识别：{}"),
    ("{} is undefined", "{} 没有定义"),
)  # fmt: skip
_CLOSE = re.compile(r" Did you mean `(.+)`\?\Z")


def placed(problem: Problem, language: str) -> str:
    """A problem with its place, as a list of them says it."""
    chinese = language[:2] == "zh"
    line = (f"第 {problem.line} 行" if chinese else f"line {problem.line}") if problem.line else ""
    where = ("，" if chinese else ", ").join(part for part in (problem.place, line) if part)
    return f"{where}{'：' if chinese else ': '}{problem_said(problem.error, language)}"


def problem_said(error: str, language: str) -> str:
    """A problem's words in the language of a page."""
    if language[:2] != "zh":
        return error
    close = _CLOSE.search(error)
    hint = f"您是否想写 `{close[1]}`？" if close else ""
    said = error[: close.start()] if close else error
    for pattern, chinese in _patterns():
        if found := pattern.fullmatch(said):
            parts = [problem_said(one, language) for one in found.groups()]
            return _filled(chinese, parts) + hint
    return said + hint


def _filled(chinese: str, parts: list[str]) -> str:
    for number, one in enumerate(parts):
        place = f"{{{number}}}" if f"{{{number}}}" in chinese else "{}"
        chinese = chinese.replace(place, one, 1)
    return chinese


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [
        (re.compile("(.+?)".join(re.escape(one) for one in english.split("{}")), re.DOTALL), chinese)
        for english, chinese in SAID
    ]
