"""The Chinese of the form that writes a campaign, and of its phones."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "To mend before it can be kept:": "保存前请修改：", "When": "时间", "It starts": "触发方式", "Event": "事件", "Only if": "仅当",
    "A condition such as {example}; empty is always.": "条件，例如 {example}；留空为总是。", "For each value of a list": "逐个尝试列表中的值",
    "Such as {example}: each value is tried, and the highest that is true goes out. Empty for none.": "例如 {example}：逐个判断，发送成立的最高一档。留空为不使用。",
    "Thresholds": "阈值", "A line for each resource, such as {example}; a plan's own come first.": "每种资源一行，例如 {example}；套餐自带的阈值优先。",
    "So long after it": "延后多久", "Such as 30m or 2h; empty is at once.": "例如 30m 或 2h；留空为立即。", "Counted from": "从何时算起", "the event itself": "事件本身",
    "the event's subscriber": "事件涉及的用户", "everybody in the event's region": "事件所在地区的所有人", "Days before": "提前天数", "Such as 7, 3, 1, 0; 0 is the day itself.": "例如 7, 3, 1, 0；0 为当天。",
    "At": "时刻", "Such as 10:00, where the subscriber is.": "例如 10:00（用户当地时间）。", "Occasion": "事由",
    "What one text is about: nobody gets two for the same one. It may name only what starts it, such as {example}.": "一条短信所针对的事情：同一事由不会发两次。只能使用触发方式带来的变量，例如 {example}。",
    "Examples": "示例数据", "A line for each thing that the event, the day or the person who starts it says, with an example for the preview.": "事件、日期或发起人提供的每项数据一行，附上供预览使用的例子。",
    "For whom": "对象", "Brand": "品牌", "all brands": "所有品牌", "Everybody of whom all of this is true": "同时满足以下条件的用户",
    "Several values with commas. An empty row is no rule.": "多个值用逗号分隔。空行不算条件。", "Field {n}": "字段 {n}", "How {n}": "关系 {n}", "Values {n}": "取值 {n}", "And besides": "此外",
    "A condition for what rows cannot say, such as {example}; usually empty.": "上面无法表达的条件，例如 {example}；一般留空。", "“Preview” below says how many that is.": "点下方“预览”可查看人数。",
    "Left empty, it is worded as for everybody.": "留空则与其他人内容相同。", "Show it for": "预览对象", "A number or a subscriber's id; empty is some who differ.": "号码或用户编号；留空为若干不同的用户。",
    "What, and until when": "内容类别与时效", "It decides by the policy whom it may reach.": "按策略决定可以发给谁。", "Lane": "通道", "Policy:": "策略：",
    "Only {hours} where the subscriber is.": "仅限用户当地 {hours}。", "At most {n} a {per}: {of}.": "每{per}最多 {n} 条：{of}。", "At most {n} a {per}: {of} together.": "每{per}合计最多 {n} 条：{of}。",
    "per|day": "天", "per|week": "周", "If nobody knows whether it went out": "不确定是否已发出时", "Variants": "版本组",
    "A stable split: the same people get the same words at every run. The parts and the holdout add up to 100. Each variant may have words of its own, which appear above after “Preview”.":
        "稳定分组：同一用户每次都得到同一版本。各版本与对照组合计 100。每个版本可以有自己的内容，点“预览”后在上方填写。",
    "Name {n}": "名称 {n}", "Percent {n}": "百分比 {n}", "Holdout, percent": "对照组百分比", "So many get nothing, to compare with; empty for none.": "这部分用户不发送，用于对比；留空为没有。",
    "Survey": "调查", "Does it ask for a score?": "是否请用户打分？", "no": "否", "yes": "是", "A text with a survey is called invitation; its answers are read by what stands here.": "带调查的短信称为邀请；用户的答复按这里的设置识别。",
    "Lowest score": "最低分", "Highest score": "最高分", "Which one is best?": "哪个最好？", "the highest": "最高分", "the lowest": "最低分", "Scores that open a case": "开立工单的分数", "Such as 1, 2.": "例如 1, 2。",
    "Words for the scores": "分数对应的文字", "A line for each, such as {example}.": "每个一行，例如 {example}。", "Letters": "字母", "A line for each letter that may be answered, such as {example}; not_me says it was somebody else.": "可回复的每个字母一行，例如 {example}；not_me 表示非本人。",
    "Options": "选项", "A line for each answer of a choice question, such as {example}.": "选择题的每个答案一行，例如 {example}。", "Prefix": "前缀", "What must stand before a score, such as {example}; usually empty.": "分数前必须写的字，例如 {example}；一般留空。",
    "Remind after": "多久后提醒", "Such as 24h; empty is no reminder. Its words appear above after “Preview”.": "例如 24h；留空为不提醒。点“预览”后在上方填写提醒内容。", "Ends after": "多久后结束", "Such as 72h: later answers are not counted.": "例如 72h：之后的答复不再计入。",
    "Asked after the score": "打分后的追问", "A step's name, such as reason; its words appear above after “Preview”.": "步骤名称，例如 reason；点“预览”后在上方填写内容。", "Step {n}": "步骤 {n}", "Asked {n}": "追问对象 {n}", "always": "所有人", "of the dissatisfied": "不满意的用户", "Options {n}": "选项 {n}",
    "{character} makes it dearer: {fix} would do": "{character} 会增加费用：可改为 {fix}", "{character} makes it dearer": "{character} 会增加费用", "line {line}, column {column}: leave it out": "第 {line} 行第 {column} 列：建议去掉", "1 segment": "1 条", "Left": "剩余",
    "Segment {n} begins here": "第 {n} 条从这里开始", "Phone": "手机", "{n} segments": "{n} 条", "{n} characters left": "还可写 {n} 字",
    "One text to each of them costs about {cost}.": "给他们每人发一条约需 {cost}。",
    "Both versions say the same.": "两个版本内容相同。",
    "The one before": "上一位", "The next one": "下一位", "There is nobody to fill it with yet: it appears with words that can be filled in.": "暂时无法填充：内容可以填充后会显示在这里。",
}  # fmt: skip
