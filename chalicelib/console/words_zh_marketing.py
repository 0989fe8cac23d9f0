"""The Chinese of marketing's pages."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "State": "状态", "All": "全部", "state|draft": "草稿", "state|in_review": "待审核", "state|approved": "已批准", "state|live": "运行中",
    "state|paused": "已暂停", "state|ended": "已结束", "category|mandatory": "法定通知", "category|service": "服务",
    "category|survey": "调查", "category|marketing": "营销", "category|reply": "自动回复",
    "New campaign": "新建活动", "Campaign": "活动", "Category": "类别", "Latest version": "最新版本", "Live version": "运行版本",
    "Author": "作者", "Written": "编写", "No campaign is here": "这里没有活动",
    "Begin one from an existing one with “New campaign”, or bring files with: ringback templates push":
        "可点“新建活动”从已有活动复制，或用命令导入文件：ringback templates push",
    "Begin from": "复制自", "Name in addresses and files": "标识（用于网址和文件名）", "Small letters, digits and hyphens; it stays.": "小写字母、数字和连字符；之后不可更改。",
    "Title in Chinese": "中文标题", "Title in English": "英文标题", "Make the draft": "生成草稿", "Back": "返回",
    "2 to 40 small letters, digits and hyphens, such as spring-offer": "2 到 40 个小写字母、数字或连字符，例如 spring-offer",
    "There is a campaign of this name: choose another.": "已有同名活动，请换一个。", "Choose the campaign to begin from.": "请选择要复制的活动。",
    "Say what it is called.": "请填写标题。", "The draft is made: now its words.": "草稿已生成，请编写文字。",
    "These characters make the text dearer:": "以下字符会增加短信费用：",
    "line {line}, column {column}: {fix} would do": "第 {line} 行第 {column} 列：可改为 {fix}",
    "Encoding": "编码", "Segments": "条数", "Price": "价格", "Shortest": "最短", "Typical": "一般", "Longest": "最长",
    "Campaign {id}": "活动 {id}", "Edit campaign {id}": "编辑活动 {id}", "Audience of {id}": "{id} 的目标人群", "Results of {id}": "{id} 的效果",
    "Edit": "编辑", "Audience": "目标人群", "New campaign from this one": "以此新建活动", "What it does": "活动说明", "Version {n}": "版本 {n}",
    "Sent back:": "退回原因：", "Why": "原因", "It goes to about {n} people: type the number": "将发给约 {n} 人，请输入这个数字确认",
    "Text": "文字", "My phone, with country code": "我的手机（含国家码）", "Send me a test": "发送测试短信", "Difference": "差异",
    "Who did what": "经办记录", "Submitted": "提交", "Approved": "批准", "Live since": "上线", "Ended": "结束", "Versions": "版本", "compare": "对比",
    "Done: {step}.": "已完成：{step}。", "The text is on its way to your phone.": "测试短信已发往您的手机。",
    "No subscriber is of a brand that can text this number: there is nobody to fill it with.": "没有用户所属品牌可以向该号码发送，无法填充内容。",
    "{who} saved version {n} meanwhile: look at it first. What you typed is kept below; saving now is on top of theirs.":
        "{who} 刚保存了版本 {n}，请先查看。您输入的内容保留在下方；现在保存将以对方版本为基础。",
    "Send window": "发送时段", "Such as 09:00-20:00 where the subscriber is; empty is any time.": "例如 09:00-20:00（用户当地时间）；留空为不限。",
    "Worth sending for": "有效时长", "Such as 6h or 1d; later than that it is not sent.": "例如 6h 或 1d；超过后不再发送。",
    "Priority": "优先级", "0 to 100; the higher one goes first when caps are scarce.": "0 到 100；频次名额不足时数值高者优先。",
    "Keep as a draft": "保存为草稿", "Preview": "预览", "Replace what makes it dearer": "替换增加费用的字符", "What a text may name": "可用变量",
    "Kept as version {n}, a draft.": "已保存为版本 {n}（草稿）。",
    "{n} people": "{n} 人", "About {n} people": "约 {n} 人", "between {low} and {high}, by a sample of {looked} of {all}": "{low} 至 {high} 之间（抽样 {looked} / {all}）",
    "Not asked here, as only the event or the day says it:": "以下条件由事件或日期决定，此处不计：",
    "Counted: {n} people of {all}.": "精确统计：{n} 人（共 {all} 人）。",
    "{n} of {all} parts counted, {people} people so far": "已统计 {n} / {all} 部分，目前 {people} 人", "Look again": "刷新",
    "Count exactly": "精确统计", "Some who are in": "目标人群示例", "Nobody": "无", "Nobody of the sample is in: look at the reasons beside.": "抽样中无人符合，请看旁边的原因。",
    "Some who are not, and why": "不在其中的示例及原因", "not true:": "不符合：",
    "Planned": "计划", "Sent": "已发送", "Delivered": "已送达", "Opt-outs": "退订", "Cost": "费用",
    "They appear within a minute of a campaign's first text.": "活动发出第一条短信后一分钟内显示。",
    "From planned to answered": "从计划到回复", "Scored": "评分", "Cost by receipts": "费用（按回执）", "Average score": "平均分", "On their way": "发送途中",
    "done of what is planned": "计划完成比例", "Resume": "继续", "Pause": "暂停", "What was not sent, and why": "未发送及原因",
    "In brackets: where the rate lies with 95 % certainty.": "括号内为 95% 置信区间。",
    "by|variant": "按版本组", "by|language": "按语言", "by|step": "按步骤", "status|suppressed": "未发送",
    "Registration in {country}": "{country} 模板备案号", "The number that the registered texts have there; without it the campaign cannot go live.": "该国家或地区已备案模板的编号；没有编号不能上线。",
    "Words or campaign": "内容或活动", "{n} of {all} texts": "{n} / {all} 条", "Words": "内容",
    "UCS-2 only because of {characters}": "仅因 {characters} 变为 UCS-2", "Changed": "更改", "No text has these words": "没有包含这些内容的模板",
    "Take a word away, or choose any language.": "请减少关键词，或选择所有语言。", "No texts yet": "还没有模板", "They come with the first campaign.": "创建第一个活动后会显示在这里。",
}  # fmt: skip
