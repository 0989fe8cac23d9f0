// What is typed is kept, ready answers are put in where the cursor is, and Ctrl K finds pages, cases and actions.
"use strict";
(() => {
  const user = document.body.dataset.who;
  const DAY = 24 * 3600 * 1000;
  // Drafts: of each person, case and kind of entry; at once in this browser, for a day, and a moment later on the
  // server, for whatever browser its writer comes back with.
  const mine = `draft ${user} `;
  const place = (area) => mine + area.dataset.draft;
  const stored = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const put = (area) => localStorage.setItem(place(area), JSON.stringify({ text: area.value, at: Date.now(), base: area.dataset.at || "" }));
  const sent = sessionStorage.getItem("sent");
  sessionStorage.removeItem("sent");
  if (sent && document.querySelector(".toast .said")) localStorage.removeItem(sent);
  Object.keys(localStorage).filter((key) => key.startsWith("draft ")).forEach((key) => {
    if (!(stored(key)?.at > Date.now() - DAY)) localStorage.removeItem(key);
  });
  const areas = user ? [...document.querySelectorAll("textarea[data-draft]")] : [];
  const waiting = new Map();
  const save = async (area) => {
    clearTimeout(waiting.get(area));
    waiting.delete(area);
    const [id, kind] = area.dataset.draft.split(" ");
    const form = { mark: area.form.elements.mark.value, kind, text: area.value, was: area.dataset.at || "", as: "json" };
    const answer = await fetch(area.form.action.replace(/\/cases\/.*/, `/cases/${id}/draft`), { method: "POST", body: new URLSearchParams(form), keepalive: true, redirect: "error" });
    if (!answer.ok) return;
    const kept = await answer.json();
    area.dataset.at = kept.at;
    if (area.value) put(area);
    const line = document.querySelector("[data-other]");
    if (!kept.other || !line) return;
    line.querySelector("q").textContent = kept.other;
    line.querySelector("button").onclick = () => {
      area.setRangeText(`${area.value && "\n"}${kept.other}`, area.value.length, area.value.length, "end");
      line.hidden = true;
      area.focus();
      area.dispatchEvent(new Event("input"));
    };
    line.hidden = false;
  };
  const saveAll = () => Promise.allSettled([...waiting.keys()].map(save));
  areas.forEach((area) => {
    const draft = stored(place(area));
    const there = area.value;
    if (draft && !("typed" in area.dataset) && draft.text !== there) {
      const known = draft.base === (area.dataset.at || "") || !there || draft.text.includes(there);
      if (known) area.value = draft.text;
      else if (!there.includes(draft.text)) area.value = `${there}\n${draft.text}`;
    }
    if (area.value) {
      area.closest("details")?.setAttribute("data-kept", "");
      setTimeout(() => area.dispatchEvent(new Event("input")));
    }
    area.addEventListener("input", () => {
      if (area.value) put(area);
      else localStorage.removeItem(place(area));
      clearTimeout(waiting.get(area));
      if (area.value === there && area.dataset.at) return;
      waiting.set(area, setTimeout(() => save(area).catch(() => {}), 1000));
    });
    area.form.addEventListener("submit", (event) => {
      if (event.submitter !== area.closest(".deed").querySelector("button:not(.no-js)")) return;
      clearTimeout(waiting.get(area));
      waiting.delete(area);
      sessionStorage.setItem("sent", place(area));
    });
  });
  addEventListener("pagehide", saveAll);
  document.addEventListener("visibilitychange", () => { if (document.hidden) saveAll(); });
  // Whoever signs out leaves no words in this browser; the server has them.
  document.querySelector("form[action$='/sign-out']")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    await saveAll();
    Object.keys(localStorage).filter((key) => key.startsWith(mine)).forEach((key) => localStorage.removeItem(key));
    event.target.submit();
  });
  // Words that are kept nowhere are not left without a question.
  let leaving = false;
  document.addEventListener("submit", (event) => { leaving = event.target.closest("main") !== null; });
  addEventListener("beforeunload", (event) => {
    const typed = [...document.querySelectorAll("main :is(textarea:not([data-draft]), input:not([type=search], [type=checkbox], [type=radio], [type=hidden]))")];
    if (!leaving && typed.some((one) => one.form?.method === "post" && !one.hidden && one.value !== one.defaultValue)) event.preventDefault();
  });
  // A list that opens while something is typed; arrows and Enter choose from it.
  let at = 0;
  const listed = (list, field, choices, take) => {
    list.replaceChildren(...choices.map((one, n) => {
      const line = Object.assign(document.createElement("li"), { id: `${list.id}-${n}`, role: "option", textContent: one.words });
      line.setAttribute("aria-selected", n === at);
      line.addEventListener("mousedown", (event) => { event.preventDefault(); take(one); });
      return line;
    }));
    list.children[at]?.scrollIntoView({ block: "nearest" });
    if (choices.length) field.setAttribute("aria-activedescendant", `${list.id}-${at}`);
    else field.removeAttribute("aria-activedescendant");
  };
  const moved = (event, choices, show, take) => {
    if (event.isComposing || !choices.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) at = (at + step + choices.length) % choices.length;
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) take(choices[at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (step) show();
  };
  // Ready answers: chosen, or found by / in the answer; they are put in, and replace nothing.
  const ready = document.querySelector("select[data-canned]");
  if (ready) {
    const area = document.getElementById(ready.dataset.canned);
    const answers = [...ready.options].filter((one) => one.value).map((one) => ({ words: one.text, text: one.value, by: `${one.text} ${one.dataset.id}`.toLowerCase() }));
    const list = Object.assign(document.createElement("ul"), { id: "ready-list", role: "listbox", className: "sheet-list", hidden: true });
    list.setAttribute("aria-label", ready.getAttribute("aria-label"));
    area.before(list);
    let found = [];
    const asked = () => /(?:^|\s)\/(\S*)$/.exec(area.value.slice(0, area.selectionStart));
    const take = (one) => {
      const from = area.selectionStart - (asked() ? asked()[1].length + 1 : 0);
      area.setRangeText(one.text, from, area.selectionEnd, "end");
      found = [];
      list.hidden = true;
      area.focus();
      area.dispatchEvent(new Event("input"));
    };
    const show = () => listed(list, area, found, take);
    area.addEventListener("input", (event) => {
      const what = event.isComposing === undefined ? null : asked();
      found = what ? answers.filter((one) => one.by.includes(what[1].toLowerCase())) : [];
      at = 0;
      list.hidden = !found.length;
      show();
    });
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && found.length) { found = []; list.hidden = true; event.stopPropagation(); }
      moved(event, found, show, take);
    });
    ready.addEventListener("change", () => {
      const one = answers[ready.selectedIndex - 1];
      ready.selectedIndex = 0;
      if (one) take(one);
    });
  }
  // What a text that is typed comes to, in the line below its box.
  document.querySelectorAll("[data-counts]").forEach((line) => {
    const area = document.getElementById(line.dataset.counts);
    let soon = 0;
    const count = async () => {
      const typed = area.value;
      const form = { mark: area.form.elements.mark.value, what: "count", language: area.lang, text: typed, as: "json" };
      const answer = await fetch(area.form.action, { method: "POST", body: new URLSearchParams(form) });
      if (answer.ok && area.value === typed) line.textContent = (await answer.json()).said;
    };
    area.addEventListener("input", () => {
      clearTimeout(soon);
      soon = setTimeout(() => count().catch(() => {}), 300);
    });
  });
  // Pages, the cases on this page and what can be done here, by a few letters; else a search.
  const palette = document.getElementById("palette");
  const box = palette?.querySelector("input");
  if (box) {
    const list = palette.querySelector("ul");
    const links = [...document.querySelectorAll(".nav a, a.case, tr[data-to] a:first-of-type")];
    const acts = [...document.querySelectorAll("[data-act]")];
    const every = [
      ...acts.map((one) => ({ words: one.dataset.act, go: () => document.dispatchEvent(new KeyboardEvent("keydown", { key: one.dataset.by, bubbles: true })) })),
      ...links.map((one) => ({ words: (one.querySelector(".name") || one).textContent.trim(), go: () => { location.href = one.href; } })),
    ];
    let found = [];
    const take = (one) => { palette.close(); one.go(); };
    const show = () => {
      const what = box.value.trim().toLowerCase();
      const search = { words: `${palette.dataset.search} ${box.value}`, go: () => { location.href = `${palette.dataset.to}?q=${encodeURIComponent(box.value)}`; } };
      found = [...every.filter((one) => one.words.toLowerCase().includes(what)), ...(what ? [search] : [])].slice(0, 12);
      at = Math.min(at, Math.max(0, found.length - 1));
      listed(list, box, found, take);
    };
    box.addEventListener("input", () => { at = 0; show(); });
    box.addEventListener("keydown", (event) => moved(event, found, show, take));
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      if (palette.open) return palette.close();
      box.value = "";
      at = 0;
      palette.showModal();
      show();
    });
  }
})();
