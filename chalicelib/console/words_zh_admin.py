"""The Chinese of the administrator's pages: the audit trail and the dead letters."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "Queues": "队列", "Which queue": "队列", "About": "相关内容", "Content": "内容", "Earlier": "更早", "{n} of {all} letters": "{n} / {all} 封死信",
    "queue|intake": "事件接入", "queue|drops": "文件接入", "queue|runs": "批次执行", "queue|outbox-urgent": "紧急发送", "queue|outbox-bulk": "批量发送",
    "queue|receipts": "回执", "queue|replies": "用户回复", "Chosen letters:": "已选死信：", "Put back": "放回队列", "Drop": "丢弃",
    "Mend the cause first, then put them back; drop what never will work. You are asked before anything happens.":
        "请先排除原因再放回；确实无法处理的可丢弃。执行前会再次确认。",
    "No letter fits these filters": "没有符合筛选条件的死信", "Take a filter away, or look at another queue.": "请去掉筛选条件，或查看其他队列。",
    "{n} letters go back on the queues they came from and are tried again. Nobody gets a text twice by that.":
        "将 {n} 封死信放回原队列重新处理，不会因此重复发送短信。",
    "{n} letters are given up for good; texts among them are recorded as failed. This cannot be undone.":
        "将永久丢弃 {n} 封死信，其中的短信记为失败。此操作无法撤销。",
    "Put {n} back": "放回 {n} 封", "Drop {n} for good": "永久丢弃 {n} 封", "Choose some letters first.": "请先选择死信。",
    "None of them is here any more: a colleague has handled them, or looks at them now.": "所选死信都已不在这里：同事已处理，或正在查看。",
    "Put back: {n}.": "已放回 {n} 封。", "Dropped: {n}.": "已丢弃 {n} 封。", "Texts recorded as failed: {n}.": "{n} 条短信记为失败。",
    "No longer here: {n}.": "{n} 封已不在这里。", "Before → after": "之前 → 之后", "{n} places": "{n} 处变更", "No change fits these filters": "没有符合筛选条件的变更",
    "Take a filter away, or look further back.": "请去掉筛选条件，或查看更早的记录。", "Nothing was changed lately": "近期没有变更",
    "action|save": "保存", "action|submit": "提交审核", "action|send_back": "退回", "action|approve": "批准", "action|go_live": "上线",
    "action|pause": "暂停", "action|resume": "恢复", "action|end": "结束", "action|plan_batch": "排期群发", "action|cancel_batch": "取消群发",
    "action|test_send": "发送测试", "action|pause_all": "全部暂停", "action|resume_all": "全部恢复", "action|set_role": "设置角色",
    "action|put_back_letters": "放回死信", "action|drop_letters": "丢弃死信", "entry|status": "状态", "entry|people": "人数", "entry|note": "备注",
    "entry|letters": "死信", "entry|step": "步骤", "entry|at": "时间", "entry|source": "来源", "entry|submitted_by": "提交人", "entry|submitted_at": "提交时间",
    "entry|approved_by": "批准人", "entry|approved_at": "批准时间", "entry|live_by": "上线人", "entry|live_at": "上线时间", "entry|ended_at": "结束时间",
    "state|planned": "已排期", "state|cancelled": "已取消", "day|holiday": "节假日", "day|closed": "不发送",
}  # fmt: skip
