"""The console's Chinese, by the English words that stand in the templates.

Rooms with many words keep them in a module of their own; a test holds every template against all of them.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.console import (
    words_zh_admin,
    words_zh_batches,
    words_zh_care,
    words_zh_form,
    words_zh_marketing,
    words_zh_rules,
)

WORDS: Mapping[str, str] = {
    "Skip to the content": "跳到正文", "Search: number, name or case": "搜索：号码、姓名或工单号", "Light": "浅色", "Dark": "深色",
    "Sign out": "退出", "Sign in": "登录", "Menu": "菜单", "Care": "客服", "Marketing": "营销", "Administration": "管理",
    "Queue": "待办队列", "Cases": "工单", "Board": "看板", "Campaigns": "营销活动", "Templates": "模板", "Results": "效果",
    "Audit": "操作记录", "Dead letters": "死信", "Health": "运行状况", "User name": "用户名", "Password": "密码",
    "In a local run, the names and passwords of the day are in .local/stack.json.":
        "本机运行时，当日的用户名和密码在 .local/stack.json 中。",
    "The name or the password is wrong, or the user has no role yet. Ask an administrator.":
        "用户名或密码不正确，或该用户尚未分配角色。请联系管理员。",
    "Go to the first page": "回到首页", "There is no such page": "没有这个页面",
    "Your role may not open this page": "您的角色无权打开此页面",
    "This form is too old: go back, reload the page and send it again": "表单已失效：请返回、刷新页面后重新提交",
    "share": "占比", "in time": "未到期", "soon": "即将到期", "overdue": "已超时", "urgent": "紧急", "any": "不限",
    "cause|score": "评分", "cause|tier": "等级", "cause|wording": "措辞", "cause|level": "重开", "cause|urgent": "紧急", "open": "打开", "Choose all": "全选", "Deadline": "时限",
    "Score": "评分", "Subscriber": "用户", "What they wrote": "回复内容", "Topic": "主题", "Team": "班组", "Owner": "负责人",
    "Waiting since": "等待时间", "Choose {id}": "选择 {id}", "to be said": "待确认", "nobody": "无人", "Whose cases": "谁的工单",
    "tab|mine": "我的", "tab|team": "本组", "tab|unowned": "未认领", "tab|all": "全部", "tab|waiting": "待回访", "tab|closed": "已关闭",
    "Filter": "筛选", "Chosen cases:": "已选工单：", "give to": "分派给", "set the topic": "设置主题", "Colleague": "同事",
    "Do it": "执行", "Nothing waits here": "这里没有待办",
    "A case appears when a subscriber answers a survey with a bad score or writes something that needs a person.":
        "当用户在回访中打低分，或回复了需要人工处理的内容时，这里会出现工单。",
    "More": "更多", "Keys": "快捷键", "move": "移动", "state|open": "待处理", "claim": "认领", "reply": "回复", "resolve": "解决",
    "search": "搜索", "this help": "本帮助", "Number, name or case": "号码、姓名或工单号", "Search": "搜索", "No case was found": "没有找到工单",
    "A number may be written as people write it, or as its last four digits; a name by how it begins.":
        "号码可按习惯写法输入，也可只输后四位；姓名输入开头即可。",
    "Search all cases": "搜索全部工单", "Open ones are in the queue; here the closed ones are found, too.":
        "未结工单在队列中；这里也能找到已关闭的工单。",
    "Case {id}": "工单 {id}", "Also open at:": "同时在查看：", "Level": "级别", "Claim": "认领", "Conversation": "短信往来",
    "read as": "识别为", "No texts are kept of this number.": "没有保存该号码的短信。", "Ready answers": "常用答复",
    "Answer by SMS": "短信答复",
    "Goes out with the signature inside the send window; at most {n} characters. Ctrl+Enter sends.":
        "在允许时段内带签名发出，最多 {n} 个字符。Ctrl+Enter 发送。",
    "Send": "发送", "Resolve": "解决", "What was done": "处理结果", "Resolve and ask the subscriber": "解决并回访用户",
    "Record a call": "登记通话", "Outcome": "结果", "reached": "已接通", "no answer": "无人接听", "busy": "占线", "wrong number": "号码错误",
    "call back": "稍后回拨", "Note": "备注", "Record": "登记", "For colleagues only": "仅同事可见", "Keep": "保存", "Hand over": "转交",
    "Topic, department, remedy": "主题、部门、补救", "Set": "设置", "Department": "责任部门", "Remedy": "补救措施",
    "Close without asking": "不回访直接关闭", "Reason": "原因", "Close": "关闭", "Or it is a duplicate of case": "或与以下工单重复",
    "Join": "合并", "Why it is opened again": "重新打开的原因", "Open again": "重新打开", "Number": "号码", "Show": "显示", "Tier": "等级",
    "Region": "地区", "Language": "语言", "Plan": "套餐", "Status": "状态", "Roster": "名单", "Refuses": "已退订", "nothing": "无",
    "Complaint": "投诉", "Answer due": "答复时限", "Solution due": "解决时限", "Other cases": "其他工单", "History": "处理记录",
    "state|claimed": "已认领", "state|in_progress": "处理中", "state|resolved": "已解决", "state|recheck_sent": "已发回访", "state|closed": "已关闭",
    "state|reopened": "重新打开", "outcome|confirmed": "回访满意", "outcome|unconfirmed": "未确认", "outcome|duplicate": "重复", "outcome|by_person": "人工关闭",
    "roster|red": "红名单", "roster|yellow": "黄名单", "roster|green": "绿名单", "status|held": "等待时段", "status|sending": "发送中", "status|sent": "已发送", "status|delivered": "已送达",
    "status|undelivered": "未送达", "status|expired": "已过期", "status|failed": "失败", "status|in_doubt": "待核实", "kind|rating": "评分", "kind|choice": "选项",
    "Correct this": "更正", "It means": "实际含义", "first read as": "最初识别为", "Noted: that is what it means.": "已记录更正。", "did|corrected": "更正答复",
    "kind|opt_out": "退订", "kind|opt_in": "恢复订阅", "kind|help": "求助", "kind|not_me": "非本人", "kind|text": "文字", "kind|ask": "需确认",
    "did|opened": "开立", "did|joined": "并入", "did|words": "用户来信", "did|claimed": "认领", "did|assigned": "分派", "did|handed_over": "转交",
    "did|note": "备注", "did|called": "通话", "did|answered": "短信答复", "did|topic": "主题", "did|department": "部门", "did|remedy": "补救",
    "did|urgent": "紧急", "did|resolved": "解决", "did|recheck_sent": "发出回访", "did|recheck_good": "回访满意", "did|recheck_bad": "回访不满意",
    "did|unconfirmed": "未获确认", "did|closed": "关闭", "did|reopened": "重新打开", "did|duplicate": "标为重复", "did|duplicates": "收到重复工单",
    "did|warned": "时限预警", "did|overdue": "超时", "did|roster": "名单变更", "did|number_shown": "查看号码", "Today": "今天",
    "{n} days": "{n} 天", "Days": "天数", "Score, 0 to 100": "评分（0 至 100）", "Satisfied": "满意", "Response rate": "回复率",
    "Open cases": "未结工单", "Overdue": "已超时", "{n} min": "{n} 分钟", "Time to first answer": "首次答复用时",
    "Closed by re-check": "经回访关闭", "No figures yet": "还没有数据", "They appear with the first answered survey.": "收到第一份回访答复后显示。",
    "Answers by score": "评分分布", "No answers yet.": "还没有答复。", "Day by day": "逐日", "Day": "日期", "Answers": "答复", "Opened": "开立",
    "Closed": "关闭", "by|brand": "按品牌", "by|team": "按班组", "by|topic": "按主题", "by|campaign": "按活动", "by|region": "按地区",
    "by|tier": "按等级", "provinces": "按省份", "cities": "按城市", "When": "时间", "Who": "人员", "Did": "操作", "What": "对象",
    "Before": "之前", "After": "之后", "Nothing was changed on this day": "当天没有变更",
    "Every change to templates, campaigns and settings is written down here.": "对模板、活动和设置的每次变更都记录在这里。",
    "First": "首次", "Last": "最近", "Everything was handled": "全部已处理",
    "What cannot be handled waits here with its reason until somebody puts it back or drops it.":
        "无法处理的消息连同原因保存在这里，直到有人放回或丢弃。",
    "Sending": "发送", "everything is paused": "已全部暂停", "on": "正常", "Resume everything": "全部恢复", "Pause everything": "全部暂停",
    "Texts that wait are kept, and go out when sending is resumed, unless they are too late by then.":
        "等待中的短信会保留，恢复后继续发出；届时已过期的除外。",
    "Live": "已上线", "Paused:": "已暂停：", "Originators left alone because they keep failing:": "因持续失败而停用的号码：",
    "Everything is paused.": "已全部暂停。", "Everything goes on.": "已全部恢复。",
    "Choose some cases first.": "请先选择工单。", "Only a supervisor gives cases to others.": "只有主管可以把工单分派给他人。",
    "Choose what to do with them first.": "请先选择要执行的操作。",
    "The case is yours.": "工单已归您处理。", "Given to a colleague.": "已分派给同事。", "Handed over.": "已转交。", "Noted.": "已备注。",
    "The call is recorded.": "通话已登记。", "The text is on its way.": "短信已提交发送。", "The topic is set.": "主题已设置。",
    "The department is set.": "部门已设置。", "The remedy is recorded.": "补救措施已登记。", "Changed.": "已更改。",
    "Resolved: the subscriber will be asked whether it got better.": "已解决：将回访用户是否改善。", "Closed.": "已关闭。",
    "Open again.": "已重新打开。", "Joined to the other case.": "已并入另一工单。",
    "Topics": "主题规则", "Try a text": "试一条短信", "What a subscriber may write": "用户可能写的内容", "Sort": "归类", "a person decides": "由人判断",
    "Against what colleagues said": "与同事判断对照", "right": "正确", "left to a person": "交人判断", "wrong": "错误", "What was written": "用户原文",
    "Colleagues": "同事判断", "These rules": "现有规则", "Nobody has set a topic yet": "还没有人设置过主题",
    "Each topic that is set or corrected on a case is kept, and the rules are measured against it here.": "工单上设置或更正的主题都会保留，并在此对照检验规则。",
    "One phrase a line, a space, its weight from 0.1 to 100. Chinese is found anywhere; Latin letters as whole words, or from the start of one with * behind.": "每行一个词语，空格后写权重（0.1 至 100）。中文在任意位置匹配；拉丁字母按整词匹配，末尾加 * 则按词首匹配。",
    "Urgent words": "紧急用语", "Table": "表格", "Save": "保存", "Phrases and weights": "词语与权重", "in force": "生效中", "Bring back": "恢复此版本",
    "Saved. What is written from now on is sorted by it.": "已保存。此后收到的短信按新规则归类。",
}  # fmt: skip
ROOMS: tuple[Mapping[str, str], ...] = (
    WORDS,
    words_zh_care.WORDS,
    words_zh_marketing.WORDS,
    words_zh_form.WORDS,
    words_zh_batches.WORDS,
    words_zh_rules.WORDS,
    words_zh_admin.WORDS,
)
WORDS_ZH: Mapping[str, str] = {key: words for room in ROOMS for key, words in room.items()}
