// The wall: loads it, keeps it up to date, and the tools at the top.
import { call, say, show } from "./dom.js";
import { networkChoice } from "./network.js";
import { makePhone } from "./phone.js";
import { makePhones, matches } from "./phones.js";
import { locale, number, switchLanguage, t, translate } from "./words.js";

const STEP = 60;
const MOST = 180;
const POLL_MS = 1000;
const FLOOD = 12; // new phones in one update
const $ = (id) => document.getElementById(id);

const phones = makePhones();
const cards = new Map(); // msisdn -> card
let status = { phones: 0, texts: 0, answers: 0, undelivered: 0, per_second: [], originators: {}, network: null, connected: true };
let revision = 0;
let limit = STEP;
let query = "";
let paused = null; // how many texts there were when it was paused
let liveWords = "connecting";
let problem = "";
const wanted = new Set(); // numbers that an update named and we do not have yet

const everyone = networkChoice("*", false, () => t("networkAll"), complain, async (body) => {
  problem = "";
  await call("/network", body);
});
$("everyone").append(everyone.element);

function complain(error) {
  problem = t("failed", { error: error.message });
  drawStatus();
}

// --- drawing

function drawAll() {
  drawStatus();
  for (const phone of phones.all()) draw(phone.msisdn);
  arrange();
}

function draw(msisdn) {
  const phone = phones.get(msisdn);
  const card = cards.get(msisdn);
  if (card) card.update(phone);
  else if (phone) cards.set(msisdn, makePhone(phone, () => status));
}

function arrange() {
  const wall = $("wall");
  for (const [msisdn, card] of cards) {
    if (!phones.get(msisdn)) {
      card.element.remove();
      cards.delete(msisdn);
    }
  }
  let place = wall.firstElementChild;
  for (const msisdn of phones.order()) {
    const card = cards.get(msisdn);
    if (card.element === place) place = place.nextElementSibling;
    else wall.insertBefore(card.element, place);
  }
  const shown = phones.order().length;
  const searching = query.trim() !== "";
  const waiting = shown > 0 && status.texts === 0 && !searching; // phones, but nothing on them yet
  $("empty").hidden = shown > 0 && !waiting;
  $("empty").classList.toggle("slim", waiting);
  if (!$("empty").hidden) say($("command"), firstStep());
  say($("empty-title"), t(searching ? "nothingFound" : "emptyTitle"));
  say($("empty-text"), searching ? t("nothingFoundText", { q: query.trim() }) : t("emptyText"));
  for (const one of [$("empty-how"), $("empty-how").nextElementSibling, $("try")]) one.hidden = searching;
  if (waiting) $("try").hidden = true;
  $("clear-search").hidden = !searching;
  $("more").hidden = searching || shown >= status.phones || shown === 0;
  say($("more-text"), t("showing", { shown: number(shown), all: number(status.phones) }));
  $("more-button").hidden = limit >= MOST;
}

// A command that makes the first text: about the first phone on the wall, when it is known whose it is.
function firstStep() {
  const subscriber = phones.order().map((one) => phones.get(one).subscriber_id).find(Boolean);
  if (!subscriber) return "ringback events send FILE";
  const time = new Date().toISOString();
  const cycle = time.slice(0, 7);
  const event = {
    type: "usage.reported", id: `try-${time.slice(0, 16)}`, time, subscriber_id: subscriber,
    resource: "data", used: 27648, allowance: 30720, unit: "MB", cycle, cycle_ends_on: `${cycle}-28`,
  };
  return `echo '${JSON.stringify(event)}' > .local/event.jsonl && .venv/bin/ringback events send .local/event.jsonl`;
}

function drawStatus() {
  say($("f-texts"), number(status.texts));
  say($("f-answers"), number(status.answers));
  say($("f-undelivered"), number(status.undelivered));
  say($("f-phones"), number(status.phones));
  const seconds = status.per_second;
  say($("f-rate"), number(seconds.at(-2) ?? 0)); // the last whole second
  const most = Math.max(...seconds, 5);
  const points = seconds.map((count, index) => `${(index * 60) / Math.max(seconds.length - 1, 1)},${19 - (count / most) * 18}`);
  if (points.length) $("spark").firstElementChild.setAttribute("points", points.join(" "));
  everyone.update(status.network);
  const state = paused === null ? liveWords : "paused";
  say($("live").lastElementChild, t(state));
  $("live").dataset.state = state;
  const notice = $("notice");
  let words = problem;
  if (!words && paused !== null) {
    const n = status.texts - paused;
    words = n > 1 ? t("pausedNotice", { n: number(n) }) : t(n === 1 ? "pausedNoticeOne" : "pausedNoticeNone");
  }
  if (!words && status.receipts_lost) words = t("receiptsLost", { n: number(status.receipts_lost) });
  if (!words && !status.connected) words = t("notConnected");
  say(notice, words);
  notice.hidden = !words;
}

// --- keeping up

async function load() {
  const found = await call(`/wall?limit=${limit}&q=${encodeURIComponent(query)}`);
  revision = found.revision;
  status = found.status;
  phones.begin(found.phones);
  drawAll();
}

function take(update) {
  revision = update.revision;
  const before = JSON.stringify(status.network);
  status = update.status;
  if (paused !== null) return drawStatus();
  if (update.reload) return reloadSoon();
  const still = $("wall").contains(document.activeElement);
  const { changed, unknown } = phones.merge(update, still);
  const phonesNow = before === JSON.stringify(status.network) ? changed : new Set(phones.order());
  for (const msisdn of phonesNow) draw(msisdn);
  for (const raw of update.phones ?? []) {
    const due = unknown.has(raw.msisdn) && matches(raw, query) && (raw.last_at || phones.order().length < limit);
    if (due) wanted.add(raw.msisdn);
  }
  if (wanted.size) fetchWanted();
  drawStatus();
  arrange();
}

let fetching = false;
async function fetchWanted() {
  if (fetching) return;
  fetching = true;
  try {
    while (wanted.size) {
      if (wanted.size > FLOOD) await new Promise((done) => setTimeout(done, 1000)); // nobody can read that fast
      const numbers = [...wanted].slice(-STEP);
      wanted.clear();
      const found = await call(`/wall?numbers=${encodeURIComponent(numbers.join(","))}`);
      phones.put(found.phones, limit);
      for (const raw of found.phones) draw(raw.msisdn);
      arrange();
    }
  } catch {
    reloadSoon();
  } finally {
    fetching = false;
  }
}

let reloading = null;
function reloadSoon() {
  reloading ??= setTimeout(() => {
    reloading = null;
    load().catch(complain);
  }, 700);
}

function follow() {
  let polling = null;
  const source = new EventSource(`/events?after=${revision}`);
  source.addEventListener("open", () => {
    clearInterval(polling);
    polling = null;
    setLive("connected");
  });
  source.addEventListener("message", (event) => take(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    setLive("offline");
    polling ??= setInterval(poll, POLL_MS); // until the stream is back
  });
  async function poll() {
    try {
      take(await call(`/changes?after=${revision}`));
      setLive("polling");
    } catch {
      setLive("offline");
    }
    if (source.readyState === EventSource.CLOSED) {
      clearInterval(polling);
      follow();
    }
  }
}

function setLive(words) {
  liveWords = words;
  drawStatus();
}

// --- the tools

let searching = null;
$("search").addEventListener("input", (event) => {
  query = event.target.value;
  clearTimeout(searching);
  searching = setTimeout(() => load().catch(complain), 150);
});
$("clear-search").addEventListener("click", () => {
  $("search").value = query = "";
  load().catch(complain);
  $("search").focus();
});
$("more-button").addEventListener("click", () => {
  limit = Math.min(limit + STEP, MOST);
  load().catch(complain);
});
$("pause").addEventListener("click", () => {
  paused = paused === null ? status.texts : null;
  drawPause();
  if (paused === null) load().catch(complain);
  else drawStatus();
});
function drawPause() {
  $("pause").classList.toggle("on", paused !== null); // the label says what it does, so it is not a toggle
  const words = t(paused === null ? "pause" : "resume");
  $("pause").title = words;
  $("pause").setAttribute("aria-label", words);
  show($("pause").firstElementChild, paused === null ? "pause" : "play");
}
$("language").addEventListener("click", () => {
  switchLanguage();
  drawLanguage();
});
function drawLanguage() {
  translate();
  $("language").textContent = locale() === "en" ? "中文" : "EN";
  $("language").lang = locale() === "en" ? "zh-CN" : "en";
  document.title = `Ringback · ${t("handsets")}`;
  everyone.relabel();
  drawPause();
  drawAll();
}
$("theme").addEventListener("click", () => {
  const dark = document.documentElement.dataset.theme !== "auto"
    ? document.documentElement.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("handsets-theme", dark ? "light" : "dark");
});
$("add").addEventListener("click", () => {
  $("person").reset();
  say($("person-problem"), "");
  $("dialog").showModal();
});
$("dialog-cancel").addEventListener("click", () => $("dialog").close());
$("person").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { msisdn, name, language } = Object.fromEntries(new FormData(event.target));
  try {
    const compact = msisdn.replace(/[\s()-]/g, "");
    await call("/people", [{ msisdn: compact, name, language }]);
    $("dialog").close();
    $("search").value = query = "";
    await load();
    const plain = compact.startsWith("+") ? compact : `+${compact}`;
    if (!phones.get(plain)) phones.put((await call(`/wall?numbers=${encodeURIComponent(plain)}`)).phones, MOST);
    drawAll();
    cards.get(plain)?.element.scrollIntoView({ block: "center" });
  } catch (error) {
    say($("person-problem"), t("failed", { error: error.message }));
  }
});
$("try").addEventListener("click", async () => {
  const chinese = locale() === "zh-CN";
  const text = {
    DestinationPhoneNumber: chinese ? "+8613800000001" : "+13125550142",
    OriginationIdentity: Object.keys(status.originators ?? {}).find((one) => one.startsWith(chinese ? "+86" : "+1")) ?? "Ringback",
    MessageBody: t("testText"),
  };
  const headers = { "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "PinpointSMSVoiceV2.SendTextMessage" };
  try {
    const response = await fetch("/", { method: "POST", headers, body: JSON.stringify(text) });
    if (!response.ok) throw new Error((await response.json()).Message);
  } catch (error) {
    complain(error);
  }
});
$("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText($("command").textContent).catch(() => getSelection().selectAllChildren($("command")));
  say($("copy"), t("copied"));
  setTimeout(() => say($("copy"), t("copy")), 1500);
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, dialog");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    $("search").focus();
  }
});

drawLanguage();
load()
  .catch(complain)
  .finally(follow);
