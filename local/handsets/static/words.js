// Everything the page says, in both languages.
const WORDS = {
  en: {
    handsets: "Handsets", skip: "To the phones", wallLabel: "Phones", connecting: "Connecting", connected: "Live",
    offline: "Reconnecting", paused: "Paused", polling: "Live (polling)",
    texts: "Texts", answers: "Answers", undelivered: "Not delivered", phones: "Phones", rate: "Texts / s",
    search: "Find a phone", searchLabel: "Find a phone by number or name",
    pause: "Pause the wall", resume: "Resume", addPhone: "Add phone", languageLabel: "切换为中文", theme: "Light or dark",
    pausedNotice: "Paused. {n} new texts since.", pausedNoticeOne: "Paused. 1 new text since.", pausedNoticeNone: "Paused. Nothing new since.",
    notConnected: "Texts arrive, but answers go nowhere yet: the simulator has not been told where the service is (POST /connect).",
    receiptsLost: "{n} receipts could not be handed to the service. Is the emulator up?",
    emptyTitle: "No texts yet", emptyText: "Every text that Ringback sends appears here, on the phone of the subscriber it is for. You can answer it, and break its network.",
    emptyHow: "To make one appear, put an event on the bus:", tryOne: "Send a test text", clearSearch: "Show all phones", copy: "Copy", copied: "Copied",
    nothingFound: "No phone found", nothingFoundText: "No number or name holds “{q}”. Phones appear with their first text; you can also add one.",
    showMore: "Show more", showing: "{shown} of {all} phones. Search for the others, or",
    addHelp: "A phone without texts waits on the wall until one arrives.", number: "Number", name: "Name", speaks: "Language", cancel: "Cancel",
    unnamed: "Unknown subscriber", noTexts: "No texts yet", noSender: "Messages",
    accepted: "On its way", delivered: "Delivered", notDelivered: "Never arrived", expired: "Expired on the way",
    answering: "Sending", published: "Sent", answerFailed: "Not sent", segmentsOne: "1 segment", segments: "{n} segments", copies: "delivered {n} times",
    answer: "Answer", answerLabel: "Answer from {name}", send: "Send", twice: "Send twice: the network delivers the same answer two times",
    quick: "Quick answers", answerTo: "Answer to", today: "Today", yesterday: "Yesterday",
    networkAll: "Network of all phones", networkOf: "Network of {name}", seconds: "Seconds", secondsShort: "s", allShort: "All",
    inherit: "As all", deliver: "Delivers", fail: "Unreachable", delay: "Slow", lose_receipt: "Loses receipts",
    out_of_order: "Receipts jumbled", throttle: "Throttled", timeout_after_accept: "Answer lost", groupPhone: "What the network does", groupApi: "What the API answers",
    MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT: "Spend limit", DESTINATION_PHONE_NUMBER_OPTED_OUT: "Opted out", InternalServerException: "Internal error", errorOther: "Refuses",
    failed: "That did not work: {error}", thread: "Conversation on the phone of {name}",
    testText: "[Ringback] A test text: it went straight to this phone, not through the service. Try an answer below.",
  },
  zh: {
    handsets: "手机墙", skip: "跳到手机", wallLabel: "手机", connecting: "连接中", connected: "实时",
    offline: "重新连接中", paused: "已暂停", polling: "实时（轮询）",
    texts: "短信", answers: "回复", undelivered: "未送达", phones: "手机", rate: "条 / 秒",
    search: "查找手机", searchLabel: "按号码或姓名查找手机",
    pause: "暂停更新", resume: "继续更新", addPhone: "添加手机", languageLabel: "Switch to English", theme: "浅色或深色",
    pausedNotice: "已暂停，期间有 {n} 条新短信。", pausedNoticeOne: "已暂停，期间有 1 条新短信。", pausedNoticeNone: "已暂停，期间没有新短信。",
    notConnected: "短信可以收到，但回复暂时无处可去：模拟器还不知道服务的地址（POST /connect）。",
    receiptsLost: "有 {n} 条回执未能交给服务，请检查模拟环境是否在运行。",
    emptyTitle: "还没有短信", emptyText: "Ringback 发出的每条短信都会出现在对应用户的手机上。您可以直接回复，也可以让它的网络出故障。",
    emptyHow: "想看到第一条短信，向事件总线发送一个事件：", tryOne: "发一条测试短信", clearSearch: "显示全部手机", copy: "复制", copied: "已复制",
    nothingFound: "没有找到手机", nothingFoundText: "没有号码或姓名包含“{q}”。手机会在收到第一条短信时出现，也可以手动添加。",
    showMore: "显示更多", showing: "共 {all} 部手机，显示 {shown} 部。其余可搜索，或",
    addHelp: "没有短信的手机会先放在墙上，等待第一条短信。", number: "号码", name: "姓名", speaks: "语言", cancel: "取消",
    unnamed: "未知用户", noTexts: "暂无短信", noSender: "信息",
    accepted: "发送中", delivered: "已送达", notDelivered: "未送达", expired: "途中过期",
    answering: "发送中", published: "已发送", answerFailed: "未发出", segmentsOne: "1 段", segments: "{n} 段", copies: "投递 {n} 次",
    answer: "回复", answerLabel: "以{name}的身份回复", send: "发送", twice: "发送两次：同一条回复会被网络投递两次",
    quick: "快捷回复", answerTo: "回复给", today: "今天", yesterday: "昨天",
    networkAll: "全部手机的网络", networkOf: "{name}的网络", seconds: "秒数", secondsShort: "秒", allShort: "全部",
    inherit: "跟随全部", deliver: "正常送达", fail: "无法接通", delay: "延迟送达", lose_receipt: "回执丢失",
    out_of_order: "回执乱序", throttle: "限流", timeout_after_accept: "应答丢失", groupPhone: "网络的表现", groupApi: "接口的应答",
    MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT: "超出限额", DESTINATION_PHONE_NUMBER_OPTED_OUT: "号码退订", InternalServerException: "内部错误", errorOther: "拒绝",
    failed: "操作未成功：{error}", thread: "{name}手机上的对话",
    testText: "【Ringback】这是一条测试短信，直接发到了这部手机，没有经过服务。可以在下面试着回复。",
  },
};

const asked = new URLSearchParams(location.search).get("lang");
const kept = localStorage.getItem("handsets-language");
let language = (asked || kept || navigator.language || "en").startsWith("zh") ? "zh" : "en";

export const locale = () => (language === "zh" ? "zh-CN" : "en");

export function t(key, values = {}) {
  const words = WORDS[language][key] ?? WORDS.en[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem("handsets-language", language);
}

// Words of the page's fixed parts: data-t is the text, data-t-label and so on an attribute.
export function translate(root = document) {
  document.documentElement.lang = locale();
  for (const one of root.querySelectorAll("[data-t]")) one.textContent = t(one.dataset.t);
  for (const one of root.querySelectorAll("[data-t-placeholder]")) one.placeholder = t(one.dataset.tPlaceholder);
  for (const one of root.querySelectorAll("[data-t-label]")) one.setAttribute("aria-label", t(one.dataset.tLabel));
  for (const one of root.querySelectorAll("[data-t-title]")) one.title = t(one.dataset.tTitle);
}

// Formatters are dear to make and cheap to use.
const made = new Map();
function format(kind, options, make) {
  const key = `${kind} ${locale()}`;
  if (!made.has(key)) made.set(key, new make(locale(), options));
  return made.get(key);
}

export const number = (value) =>
  value < 100_000
    ? format("number", {}, Intl.NumberFormat).format(value)
    : format("many", { notation: "compact", maximumFractionDigits: 1 }, Intl.NumberFormat).format(value);

export const clock = (iso) => format("clock", { hour: "numeric", minute: "2-digit" }, Intl.DateTimeFormat).format(new Date(iso));

export const exact = (iso) => format("exact", { dateStyle: "medium", timeStyle: "medium" }, Intl.DateTimeFormat).format(new Date(iso));

export function day(iso) {
  const at = new Date(iso);
  const midnight = new Date().setHours(0, 0, 0, 0);
  const days = Math.round((midnight - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return t("today");
  if (days === 1) return t("yesterday");
  return format("day", { month: "short", day: "numeric", weekday: "short" }, Intl.DateTimeFormat).format(at);
}

export function msisdn(value) {
  const cn = /^\+86(1\d\d)(\d{4})(\d{4})$/.exec(value);
  if (cn) return `+86 ${cn[1]} ${cn[2]} ${cn[3]}`;
  const us = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(value);
  return us ? `+1 ${us[1]} ${us[2]} ${us[3]}` : value;
}
