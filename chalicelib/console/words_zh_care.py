"""The Chinese of the pages of care and its supervisors, and of what cannot be done to a case."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # The frame
    "Supervision": "主管", "Teams": "班组", "Deadlines": "时限", "People": "人员", "Policy": "规则", "Where this is": "当前位置",
    "{time} there": "当地 {time}", "Undo": "撤销", "key|the next line": "下一行", "key|the line before": "上一行",
    "key|open it": "打开", "key|choose it, or not": "选中或取消", "key|claim": "认领", "key|reply": "回复", "key|resolve": "解决",
    "key|search": "搜索", "key|send": "发送", "key|this help": "本帮助",
    # The queue
    "Place in the queue: opened at": "队列位置：开立时间", "tab|any": "全部状态", "new": "新回复", "tier|standard": "普通", "tier|silver": "银卡",
    "tier|gold": "金卡", "tier|diamond": "钻石", "filter|topic": "主题", "filter|tier": "等级", "filter|team": "班组", "filter|region": "地区",
    "filter|campaign": "活动", "filter|brand": "品牌", "filter|score": "评分", "filter|since": "开立不早于", "filter|until": "开立不晚于",
    "filter|overdue": "已超时", "filter|urgent": "紧急", "Without {filter}": "去掉筛选：{filter}", "Clear all": "全部清除",
    "{n} on this page": "本页 {n} 件", "sorted within this page": "仅在本页内排序", "worst first": "最差优先", "the latest first": "最近优先",
    "worst first; point at a deadline to see why a case stands where it does": "最差优先；指向时限可查看排序依据",
    "close as duplicates": "作为重复工单关闭", "No case fits these filters": "没有符合筛选条件的工单",
    "Take a filter away, or look in another tab.": "请去掉一项筛选，或查看其他标签页。", "You have no open case": "您没有未结工单",
    "Claim one under Unowned: it is yours until the subscriber says that it got better.": "请在“未认领”中认领：在用户确认改善之前由您负责。",
    "Nobody is being asked": "没有正在回访的工单", "A resolved case waits here until the subscriber says whether it got better.":
        "已解决的工单在此等待用户确认是否改善。", "No case yet": "还没有工单", "{n} found": "找到 {n} 件",
    "Close as duplicates": "作为重复工单关闭",
    "Of {n} cases one stays; the others are closed as its duplicates and their subscriber is not asked again. This cannot be undone.":
        "{n} 件工单中保留一件，其余作为其重复工单关闭，不再回访用户。此操作无法撤销。",
    "Stays": "保留", "Case": "工单", "Close {n} as duplicates": "将 {n} 件作为重复工单关闭", "Leave it": "取消",
    "Given to {to}: {n}.": "已分派给 {to}：{n} 件。", "The topic is set: {n}.": "已设置主题：{n} 件。", "Closed as duplicates: {n}.": "已作为重复工单关闭：{n} 件。",
    "Taken back: {n}.": "已撤销：{n} 件。", "Not changed:": "未更改：",
    "Choose at least two cases: the duplicates, and the one that stays.": "请至少选择两件工单：重复的，以及要保留的。",
    # A case
    "{who} changed this case just now.": "{who} 刚刚更改了此工单。", "Look at it": "查看", "Next: answer": "下一步：答复", "Next: resolve": "下一步：解决",
    "Next: the subscriber says whether it got better; closed by itself without an answer": "下一步：等待用户确认是否改善；无答复则自动关闭",
    "Price and time": "费用与时间", "Set the department": "设置部门", "Set the remedy": "设置补救", "Customer since": "入网日期",
    "subscriber|active": "在网", "subscriber|suspended": "停机", "subscriber|left": "离网", "by {who}: {why}": "{who}：{why}",
    "from {n} in {days} days": "{days} 天内达到 {n}", "roster_why|complaints": "投诉次数", "roster_why|dissatisfied": "不满意次数",
    "roster_why|worst": "最低分次数", "roster_why|reopened": "重新打开次数", "roster_why|urgent": "紧急次数", "scope|all": "全部短信",
    "scope|category": "一类短信", "scope|campaign": "一项活动", "scope|redlist": "营销（红名单）", "every brand": "所有品牌", "Change the roster": "更改名单",
    "Change": "更改", "Not urgent": "取消紧急", "It is urgent": "标为紧急", "did|undone": "撤销", "Taken back.": "已撤销。",
    "The roster is changed.": "名单已更改。", "There is no such case.": "没有这个工单。", "yes": "是", "no": "否", "call|reached": "已接通",
    "call|no_answer": "无人接听", "call|busy": "占线", "call|wrong_number": "号码错误", "call|call_back": "稍后回拨", "which|answer": "答复", "which|resolve": "解决",
    "{who} changed this case at {time}. Look at it, then send again what you typed.": "{who} 在 {time} 更改了此工单。请先查看，再重新提交您输入的内容。",
    "{n} segments · {left} characters left · {encoding}": "{n} 条计费 · 还可输入 {left} 字 · {encoding}", "Waits until {time}.": "将等到 {time} 发出。",
    "It would not go out: {reason}.": "不会发出：{reason}。", "It is {time} where the subscriber is.": "用户当地时间为 {time}，可能打扰休息。",
    "reason|paused": "已暂停发送", "reason|not_live": "答复活动未上线", "reason|no_brand": "没有品牌", "reason|no_number": "没有号码",
    "reason|number_released": "号码已释放", "reason|no_originator": "没有可用的发送号码", "reason|opted_out": "用户已退订", "reason|red_list": "用户在红名单中",
    "reason|roster_red": "用户为红名单", "reason|window": "有效期内没有可发送时段", "reason|unrenderable": "内容无法填充",
    "reason|campaign_ended": "答复活动已结束", "reason|audience": "用户不在人群中", "reason|cap_day": "已达每日上限", "reason|cap_week": "已达每周上限",
    # What was refused; the English is what the rule itself says
    "refused|owned": "该工单已有负责人，请对方转交。", "refused|note": "请写明说明，以便同事了解。", "refused|team": "没有这个班组，请重新选择。",
    "refused|to": "请选择另一位同事或另一个班组。", "refused|text": "请填写答复内容，且不要超过长度上限。",
    "refused|closed": "工单已关闭，请先重新打开。", "refused|topic": "没有这个主题，请重新选择。", "refused|department": "没有这个部门，请重新选择。",
    "refused|remedy": "没有这项补救，请重新选择。", "refused|state": "工单当前状态不允许此操作，请重新查看。", "refused|reason": "请写明关闭原因。",
    "refused|into": "请选择同一用户的另一件未重复的工单。", "refused|undo": "已无法撤销，请重新查看工单。", "refused|outcome": "没有这种通话结果，请重新选择。",
    "refused|colour": "没有这种名单颜色，请重新选择。", "refused|why": "请写明原因，以便同事了解。", "refused|kind": "没有这种含义，请重新选择。",
    "refused|score": "评分超出范围。", "refused|item": "该回复已不再保存。", "refused|not_found": "没有这个工单。", "refused|changed": "已被他人更改。",
    # Supervisors
    "What a team has to do now, and who is in it. Names are those people sign in with.": "各班组当前的工作量和成员。姓名为登录用户名。",
    "load|working": "处理中", "load|unowned": "未认领", "load|overdue": "已超时", "load|waiting": "待回访", "Hours": "工作时间", "Regions": "服务地区",
    "every other region": "其余地区", "Reopened cases go to": "重新打开的工单转至", "leads": "组长", "Change who is in it": "更改成员",
    "Members, with commas between them": "成员，用逗号分隔", "Who hears of what is overdue": "超时通知人", "day|weekdays": "工作日", "day|monday": "周一",
    "day|tuesday": "周二", "day|wednesday": "周三", "day|thursday": "周四", "day|friday": "周五", "day|saturday": "周六", "day|sunday": "周日",
    "Saved. It holds from now on.": "已保存，即刻生效。", "Saved. It holds for deadlines that begin from now on.": "已保存，对此后开始的时限生效。",
    "name at least one person: cases of a team without people wait for ever": "请至少填写一名成员：没有成员的班组，其工单将无人处理",
    "How long a case may take": "工单处理时限", "Working time of the team, such as 24h or 90m. An empty field holds what stands for standard.":
        "按班组工作时间计算，例如 24h 或 90m。留空则与“普通”相同。",
    "span|answer": "首次答复", "span|resolve": "解决", "span|urgent": "紧急工单解决", "Hours ahead in the queue": "队列提前小时数",
    "Warn when so much of the time is over, in percent": "时限用去多少百分比时预警", "What comes first": "排序权重",
    "A case stands in the queue as if it had been opened so many hours earlier.": "工单在队列中的位置，视同提前这么多小时开立。",
    "weight|worst_score": "最低评分", "weight|urgent": "紧急", "weight|wording": "每个紧急用语", "weight|level": "每次重新打开", "After a solution": "解决之后",
    "Close without an answer after": "多久无答复后关闭",
    # Administrators
    "Who may sign in. People are added to the user pool by whoever runs the operator's directory; here they get their role.":
        "可以登录的人员。人员由运营商的目录管理员加入用户池，在此分配角色。",
    "Role": "角色", "role|admin": "管理员", "role|supervisor": "主管", "role|marketing": "营销", "role|care": "客服", "no role": "无角色",
    "{n} people": "{n} 人", "Since": "加入时间", "Another role": "更改角色", "may sign in": "可登录", "may not sign in": "已停用",
    "has to set a password first": "需先设置密码", "Role of {name}": "{name} 的角色", "Nobody has this role": "没有人担任此角色",
    "Give it to somebody in the list of everybody.": "可在全部人员列表中分配。", "Changed: it holds when they sign in next.": "已更改，下次登录时生效。",
    "Nobody changes their own role: ask another administrator.": "不能更改自己的角色，请联系另一位管理员。",
    "What decides about every text, in force now. The operator's engineers change it in templates/policy.yaml, where it is reviewed like code.":
        "当前生效的发送规则。由运营商的工程师在 templates/policy.yaml 中修改，与代码一样经过审核。",
    "Categories": "类别", "Category": "类别", "Stopped by a no to": "受以下退订限制", "Not for": "不发给", "At any hour": "全天可发",
    "Without a place under a cap": "达到上限时", "full|suppress": "不发送", "full|hold": "等待名额", "Send windows": "可发送时段", "For": "适用于", "Place": "地区",
    "Hours there": "当地时间", "everywhere": "所有地区", "Caps": "发送上限", "Of these together": "合计", "At most": "最多", "Within": "期间",
    "within|day": "一天内", "within|week": "一周内", "Consent": "同意与退订", "The one confirmation of an opt-out follows within": "退订确认短信发出时限",
    "Proof of consent is kept for": "同意凭证保存", "{n} months": "{n} 个月", "No version is kept yet.": "还没有保存的版本。",
    "Nothing differs from the version before.": "与上一版本没有差异。",
    # The board
    "Unowned": "未认领", "Score day by day": "逐日评分",
}  # fmt: skip
