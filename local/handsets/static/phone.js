// One phone on the wall.
import { call, h, icon, say, show } from "./dom.js";
import { networkChoice, tone } from "./network.js";
import { brandColour, senderName } from "./phones.js";
import { clock, day, exact, locale, msisdn, t } from "./words.js";

const QUICK = ["1", "2", "3", "4", "5", "STOP", "退订"];
const STATES = {
  accepted: ["sent", "accepted"],
  delivered: ["delivered", "delivered"],
  undelivered: ["failed", "notDelivered"],
  expired: ["late", "expired"],
};
const ANSWER_STATES = { accepted: ["late", "answering"], published: ["sent", "published"], failed: ["failed", "answerFailed"] };

export function makePhone(phone, getStatus) {
  const rows = new Map(); // entry id -> { element, state }
  let shownLocale = "";
  let drawn = false; // what comes after the first drawing arrives visibly

  const name = h("h2");
  const number = h("span", { class: "number" });
  const speaks = h("span", { class: "speaks" });
  const problem = h("p", { class: "problem", role: "alert" });
  const complain = (error) => say(problem, t("failed", { error: error.message }));
  const named = () => phone.name || msisdn(phone.msisdn);
  const network = networkChoice(phone.msisdn, true, () => t("networkOf", { name: named() }), complain, async (body) => {
    say(problem, "");
    await call("/network", body);
  });

  const time = h("span", { class: "time" });
  const bars = icon("signal");
  const avatar = h("span", { class: "avatar", "aria-hidden": "true" });
  const sender = h("strong");
  const senderNumber = h("small");
  const list = h("ol");
  const thread = h("div", { class: "thread", tabindex: "0", role: "region" }, list); // the style keeps it at its end
  const nothing = h("p", { class: "nothing" });
  const quick = h("div", { class: "quick", role: "group" });
  const to = h("select", { class: "to", hidden: true });
  const input = h("input", { type: "text", maxlength: "1600", autocomplete: "off", enterkeyhint: "send" });
  const twice = h("button", { type: "button", class: "twice", "aria-pressed": "false" }, "×2");
  const send = h("button", { type: "submit", class: "send" }, icon("send"));
  const form = h("form", { class: "answer", novalidate: true }, quick, to, h("div", { class: "line" }, input, twice, send), problem);
  const element = h(
    "article",
    { class: "card", "data-msisdn": phone.msisdn },
    h("header", { class: "owner" }, h("div", { class: "who" }, name, h("p", {}, number, speaks)), network.element),
    h(
      "div",
      { class: "phone" },
      h(
        "div",
        { class: "screen" },
        h("div", { class: "statusbar", "aria-hidden": "true" }, time, h("i", { class: "island" }), h("span", { class: "signs" }, bars, icon("battery"))),
        h("div", { class: "sender" }, avatar, h("div", {}, sender, senderNumber)),
        thread,
        nothing,
        form,
      ),
    ),
  );

  for (const words of QUICK) {
    const attributes = { type: "button", on: { click: () => answer(words) } };
    if (words === "退订") attributes.lang = "zh-CN";
    quick.append(h("button", attributes, words));
  }
  twice.addEventListener("click", () => twice.setAttribute("aria-pressed", String(twice.getAttribute("aria-pressed") !== "true")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim()) answer(input.value, () => (input.value = ""));
  });

  async function answer(body, done = () => {}) {
    say(problem, "");
    const times = twice.getAttribute("aria-pressed") === "true" ? 2 : 1;
    const request = { from: phone.msisdn, body, times };
    if (to.value) request.to = to.value;
    try {
      const sent = call("/reply", request);
      done();
      await sent;
      twice.setAttribute("aria-pressed", "false");
    } catch (error) {
      if (!input.value && body !== input.value && !QUICK.includes(body)) input.value = body; // nothing typed is lost
      complain(error);
    }
  }

  function row(entry) {
    const mark = icon("sent");
    const meta = h("p", { class: "meta" }, mark);
    const words = document.createTextNode("");
    meta.append(words);
    const bubble = h("p", { class: "bubble", dir: "auto", lang: /\p{Script=Han}/u.test(entry.body) ? "zh-CN" : null }, entry.body);
    const made = h("li", { class: entry.kind }, bubble, meta);
    if (entry.pdus) made.append(submitted(entry.pdus));
    if (entry.kind === "mt") made.dataset.brand = brandColour(entry.from, getStatus().originators);
    const update = (now) => {
      const [sign, key] = (entry.kind === "mt" ? STATES : ANSWER_STATES)[now.state] ?? ["sent", now.state];
      const parts = [clock(now.sent_at), t(key)];
      if (entry.kind === "mt") parts.push(now.segments === 1 ? t("segmentsOne") : t("segments", { n: now.segments }));
      else if (now.times > 1) parts.push(t("copies", { n: now.times }));
      made.dataset.state = now.state;
      meta.title = exact(now.sent_at);
      show(mark, sign);
      words.data = parts.join(" · ");
    };
    update(entry);
    return { element: made, entry, update };
  }

  // What the SMSC got: one submit_sm a part.
  function submitted(pdus) {
    const lines = pdus.map((one) => h("li", {},
      `data_coding ${one.data_coding} · esm_class 0x${one.esm_class.toString(16).padStart(2, "0")} · registered_delivery ${one.registered_delivery} · ${one.length} B`,
      h("code", {}, one.hex)));
    return h("details", { class: "pdus" }, h("summary", {}, `submit_sm × ${pdus.length}`), h("ol", {}, ...lines));
  }

  function divider(kind, words) {
    return h("li", { class: kind }, words);
  }

  function drawThread() {
    if (shownLocale !== locale()) {
      rows.clear();
      shownLocale = locale();
    }
    for (const id of rows.keys()) if (!phone.entries.has(id)) rows.delete(id);
    const wanted = [];
    let lastDay = "";
    let lastSender = null;
    for (const entry of phone.entries.values()) {
      const known = rows.get(entry.id);
      if (known) known.update(entry);
      else {
        rows.set(entry.id, row(entry));
        rows.get(entry.id).element.classList.toggle("fresh", drawn);
      }
      const on = day(entry.sent_at);
      if (on !== lastDay) wanted.push(divider("day", on));
      lastDay = on;
      if (entry.kind === "mt" && lastSender !== null && lastSender !== entry.from) {
        wanted.push(divider("from", `${senderName(entry, getStatus().originators, locale())} · ${entry.from}`));
      }
      if (entry.kind === "mt") lastSender = entry.from;
      wanted.push(rows.get(entry.id).element);
    }
    drawn = true;
    list.replaceChildren(...wanted);
  }

  function drawSenders() {
    const texts = [...phone.entries.values()].filter((one) => one.kind === "mt");
    const newest = texts.at(-1);
    const titles = getStatus().originators;
    const words = newest ? senderName(newest, titles, locale()) : t("noSender");
    say(sender, words);
    say(senderNumber, newest && newest.from !== words ? msisdn(newest.from) : "");
    say(avatar, newest ? [...words.replace(/^\+/, "")][0] : "·");
    avatar.dataset.brand = newest ? brandColour(newest.from, titles) : "none";
    const senders = [...new Set(texts.map((one) => one.from))];
    to.hidden = senders.length < 2;
    if (senders.join() !== [...to.options].map((one) => one.value).join()) {
      const chosen = to.value;
      to.replaceChildren(...senders.map((one) => h("option", { value: one }, `→ ${msisdn(one)}`)));
      to.value = newest && !(document.activeElement === to && senders.includes(chosen)) ? newest.from : chosen;
    }
  }

  function update(now = phone) {
    const relabel = shownLocale !== locale() || now.name !== phone.name;
    phone = now;
    say(name, phone.name || t("unnamed"));
    name.classList.toggle("unknown", !phone.name);
    say(number, msisdn(phone.msisdn));
    say(speaks, phone.language ? (phone.language.startsWith("zh") ? "中" : phone.language.slice(0, 2).toUpperCase()) : "");
    speaks.hidden = !phone.language;
    if (phone.language) name.lang = phone.language;
    const effective = phone.network ?? getStatus().network;
    element.dataset.tone = tone(effective);
    show(bars, tone(effective) === "bad" ? "nosignal" : "signal");
    if (relabel || !element.hasAttribute("aria-label")) {
      element.setAttribute("aria-label", `${phone.name} ${msisdn(phone.msisdn)}`.trim());
      thread.setAttribute("aria-label", t("thread", { name: named() }));
      input.setAttribute("aria-label", t("answerLabel", { name: named() }));
      quick.setAttribute("aria-label", t("quick"));
      to.setAttribute("aria-label", t("answerTo"));
      input.placeholder = t("answer");
      send.setAttribute("aria-label", t("send"));
      send.title = t("send");
      twice.setAttribute("aria-label", t("twice"));
      twice.title = t("twice");
      say(nothing, t("noTexts"));
      network.relabel();
    }
    network.update(phone.network, effective);
    const now24 = new Date();
    say(time, `${String(now24.getHours()).padStart(2, "0")}:${String(now24.getMinutes()).padStart(2, "0")}`);
    drawSenders();
    drawThread();
    const empty = phone.entries.size === 0;
    nothing.hidden = !empty;
    thread.hidden = empty;
    input.disabled = send.disabled = twice.disabled = empty;
    for (const button of quick.children) button.disabled = empty;
  }

  update();
  return { element, update };
}
