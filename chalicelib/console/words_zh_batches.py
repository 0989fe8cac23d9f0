"""The Chinese of the pages for one-off sends."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "One-off sends": "单次群发", "New one-off send": "新建单次群发", "One-off send {id}": "单次群发 {id}", "What would happen": "试算结果",
    "batch|done": "已完成", "batch|planned": "已排期", "batch|started": "进行中", "batch|cancelled": "已取消", "Planned.": "已排期。",
    "{n} of {all} parts": "第 {n} / {all} 部分", "people looked at": "已核对人数", "Texts made": "已生成短信", "on the list, but nobody": "名单中查无此人",
    "{n} of {all} texts handled": "已处理 {n} / {all} 条", "{n} a minute; the last one at about": "每分钟 {n} 条；最后一条约在",
    "The figures are the campaign's since the hour in which this send began.": "数字为该活动自本次群发开始的那个小时起的累计。",
    "What became of the texts": "查看发送效果", "Cancel": "取消", "Resume the campaign": "恢复活动", "Pause the campaign": "暂停活动",
    "its audience": "活动目标人群", "a list": "名单", "{n} people looked at so far": "已核对 {n} 人", "would get it": "将收到", "Time": "时间", "To": "收件人",
    "in it, but may not be texted": "符合条件但不可发送", "outside its audience": "不在目标人群", "Why not": "未发送原因",
    "At the originators' pace the last one goes out:": "按发送号码速率，最后一条发出时间：", "{n} wait for their send window": "{n} 条等待可发送时段",
    "too late for its send window": "有效期内没有可发送时段", "the text cannot be filled in": "内容无法填充", "Plan it for {n} people": "排期，发给 {n} 人",
    "Nobody would get it: change the list or the audience.": "没有人会收到：请修改名单或目标人群。", "No campaign can be sent by hand": "没有可手动发送的活动",
    "Put one live whose trigger is manual; “New campaign” makes one from an existing one.": "请先上线触发方式为手动的活动；可用“新建活动”从现有活动复制。", "Choose": "选择",
    "In {zone}; empty is now. A text waits for its send window anyway.": "时区为 {zone}；留空为立即。短信仍会等到可发送时段。",
    "Everybody in the campaign's audience": "活动目标人群中的所有人", "Those of this list who are in its audience": "名单中属于目标人群的人", "Fill the list from a file": "从文件导入名单",
    "List": "名单内容", "One number with + or one subscriber's id a line; of a CSV file the first column counts.": "每行一个带 + 的号码或一个用户编号；CSV 文件取第一列。",
    "Such as {example}": "例如 {example}", "Look what would happen": "试算", "Nothing is sent yet.": "此时不会发送。", "Nothing is planned": "没有排期",
    "A one-off send goes to a campaign's audience, or to a list, at a time that you set.": "单次群发在您设定的时间发给活动目标人群或一份名单。",
    "Choose a campaign.": "请选择活动。", "Say what it is this time.": "请填写本次内容。", "Line {lines}: neither a number with + nor a subscriber's id.": "第 {lines} 行：既不是带 + 的号码，也不是用户编号。",
    "Write a time as 2026-11-30 10:00, or leave it empty for now.": "时间请写成 2026-11-30 10:00，留空为立即。", "This time is over: choose a later one.": "该时间已过，请选择更晚的时间。",
    "This is more than a year ahead.": "不能超过一年。", "Wait until everybody was looked at.": "请等待全部核对完成。", "It goes to {n} people: type that number to confirm.": "将发给 {n} 人：请输入该数字确认。",
    "Cancelled: nobody gets it.": "已取消，不会发送。", "It has begun: pause the campaign to stop what is left.": "已开始发送：请暂停活动以停止剩余部分。",
}  # fmt: skip
