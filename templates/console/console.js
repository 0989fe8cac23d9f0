// What makes pages quicker for the hand; every page works without it.
"use strict";
(() => {
  document.documentElement.classList.add("js");
  const rows = [...document.querySelectorAll("tr[data-to], a.case")];
  let at = rows.findIndex((one) => one.matches("a[aria-current]"));
  const go = (to) => {
    if (!rows.length) return;
    if (at >= 0) rows[at].classList.remove("here");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add("here");
    (rows[at].matches("a") ? rows[at] : rows[at].querySelector("a")).focus();
  };
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
  const row = () => rows[at]?.matches("tr") && rows[at].isConnected ? rows[at] : null;
  // Reply, note and call share a box: a key turns to one of them.
  const face = (key) => {
    const choice = document.querySelector(`.composer > [data-key=${key}]`);
    if (!choice) return document.querySelector("#f-text, #o-text")?.focus();
    choice.checked = true;
    document.querySelector({ r: "#f-text", n: "#n-text", l: "#c-text" }[key]).focus();
  };
  const unfold = (field) => {
    const place = document.querySelector(field);
    place?.closest("details").setAttribute("open", "");
    if (place?.closest(".props") && !place.offsetParent) location.hash = "props";
    place?.focus();
  };
  const open = (id) => { location.href = `${row().dataset.to}#${id}`; };
  const claim = () => {
    const form = document.getElementById("take");
    form.action = `${row().dataset.to}/claim`;
    form.elements.revision.value = row().dataset.revision;
    form.submit();
  };
  const keys = {
    j: () => go(at + 1),
    k: () => go(at - 1),
    x: () => row()?.querySelector("input[name=case]")?.click(),
    "/": () => document.querySelector("input[type=search]")?.focus(),
    c: () => row() ? claim() : document.querySelector("form[data-key=c] button")?.click(),
    r: () => row() ? open("f-text") : face("r"),
    n: () => face("n"),
    l: () => face("l"),
    h: () => unfold("#v-text"),
    e: () => row() ? open("r-text") : unfold("#r-text"),
    u: () => document.querySelector(".toast form button")?.click(),
    Escape: () => document.querySelectorAll("details.menu-of[open]").forEach((one) => one.removeAttribute("open")),
    "?": () => document.getElementById("keys")?.togglePopover(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form) return event.target.form.requestSubmit();
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  // A page that was opened at a field, from the queue's keys or the next step, is ready for typing.
  const ready = () => {
    if (!/^#[a-z]-text$/.test(location.hash)) return;
    const field = document.querySelector(location.hash);
    field?.closest("details")?.setAttribute("open", "");
    field?.focus();
  };
  addEventListener("hashchange", ready);
  ready();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = `zone=${encodeURIComponent(zone)}; Path=/; Max-Age=31536000; SameSite=Lax`;
  const all = document.querySelector("input[data-all]");
  const boxes = [...document.querySelectorAll("input[form=many][type=checkbox]")];
  const count = () => {
    const chosen = document.querySelector("[data-chosen]");
    if (chosen) chosen.textContent = boxes.filter((box) => box.checked).length || "";
  };
  all?.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); count(); });
  boxes.forEach((box) => box.addEventListener("change", count));
  const what = document.querySelector("#many select[name=what]");
  const fields = () => document.querySelectorAll("#many [data-for]").forEach((one) => { one.hidden = one.dataset.for !== what.value; });
  what?.addEventListener("change", fields);
  if (what) fields();
  // Asks the page's own address again while somebody looks, and lets it be where that fails.
  const often = (look, seconds) => setInterval(() => { if (!document.hidden) look().catch(() => {}); }, 1000 * seconds);
  const asked = async (address, form) => {
    // X-Live: the page asks by itself, which does not keep a session alive.
    const answer = await fetch(address, form ? { method: "POST", body: new URLSearchParams(form) } : { headers: { "X-Live": "1" } });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };
  const tabs = document.querySelector("[data-live]");
  if (tabs) often(async () => {
    for (const [tab, n] of Object.entries(await asked(tabs.dataset.live))) {
      const shown = tabs.querySelector(`[data-count=${tab}]`);
      if (shown && shown.textContent !== `${n}`) { shown.textContent = n; shown.classList.add("moved"); }
    }
  }, 15);
  // A list that stays open says how much came since, and leaves what is shown and typed as it is.
  const list = document.querySelector("[data-news]");
  if (list) often(async () => {
    const news = await asked(list.dataset.news);
    for (const [what, n] of Object.entries(news.counts)) document.querySelectorAll(`[data-count=${what}]`).forEach((shown) => { shown.textContent = n; });
    const bar = document.querySelector("[data-newer]");
    bar.textContent = news.newer;
    bar.hidden = !news.newer;
  }, 5);
  // Who types an answer means to answer.
  document.querySelector(".peek textarea")?.addEventListener("input", (event) => { event.target.form.querySelector("input[value=answer]").checked = true; });
  // What came meanwhile appears in the conversation; what is typed, and what is checked when it is sent, stay.
  let shown = "";
  const inPlace = async (revision) => {
    if (shown === revision) return;
    const answer = await fetch(location.href, { headers: { "X-Live": "1" } });
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".log .talk");
    if (!answer.ok || !found) return;
    document.querySelector(".log .talk").replaceWith(found);
    if (!document.title.startsWith("• ")) document.title = `• ${document.title}`;
    shown = revision;
  };
  const others = document.querySelector("[data-here]");
  if (others) often(async () => {
    const seen = await asked(others.dataset.here);
    const names = others.querySelector("[data-names]");
    if (`${seen.revision}` !== others.dataset.revision) {
      const again = Object.assign(document.createElement("a"), { href: location.pathname, textContent: others.dataset.reload });
      names.replaceChildren(`${others.dataset.changed.replace("{who}", seen.by)} `, again);
      await inPlace(seen.revision);
    } else names.textContent = `${names.dataset.names} ${seen.here.join(", ")}`;
    others.hidden = !seen.here.length && `${seen.revision}` === others.dataset.revision;
  }, 10);
  const told = document.querySelector("[data-preview]");
  let waiting = 0;
  const preview = async () => {
    const form = told.closest("form");
    const written = form.elements.text.value;
    const said = written.trim() ? (await asked(told.dataset.preview, { mark: form.elements.mark.value, text: written, as: "json" })).said : [];
    told.replaceChildren(...said.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  };
  told?.closest("form").elements.text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => preview().catch(() => {}), 300);
  });
  document.querySelectorAll("input[data-into]").forEach((file) => file.addEventListener("change", async () => {
    document.getElementById(file.dataset.into).value = await file.files[0].text();
    document.querySelector("input[name=source][value=list]").checked = true;
  }));
  document.querySelectorAll("input[data-base64]").forEach((file) => file.addEventListener("change", () => {
    const chosen = file.files[0];
    const reader = new FileReader();
    reader.onload = () => { document.getElementById(file.dataset.base64).value = reader.result.split(",")[1] || ""; };
    if (!chosen) return;
    document.getElementById(file.dataset.name).value = chosen.name;
    reader.readAsDataURL(chosen);
  }));
  document.addEventListener("click", (event) => {
    const to = event.target.closest(".strip a[href^='#p-']");
    if (!to) return;
    event.preventDefault();
    const turn = document.getElementById(to.hash.slice(1));
    turn.parentElement.scrollTo({ left: turn.offsetLeft - turn.parentElement.offsetLeft, behavior: "smooth" });
  });
  // A campaign's text: its marks lie behind the box, and its phone follows what is typed.
  const writing = document.querySelector("form[data-look]");
  let lastBox = null;
  const grow = (area) => { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 2}px`; };
  const look = async (over, area) => {
    const typed = area.value;
    const form = new URLSearchParams(new FormData(writing));
    form.set("what", "look");
    form.set("box", over.dataset.box);
    const answer = await fetch(writing.dataset.look, { method: "POST", body: form });
    if (!answer.ok || area.value !== typed) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = (name) => [...found.querySelector(`[data-part=${name}]`).childNodes];
    const marked = over.querySelector(".marked");
    marked.replaceChildren(...part("marks"));
    marked.classList.remove("old");
    document.querySelector(`[data-legend="${over.dataset.box}"]`).replaceChildren(...part("legend"));
    document.querySelector(`[data-phone="${over.dataset.box}"]`).replaceChildren(...part("phone"));
  };
  document.querySelectorAll(".over[data-box]").forEach((over) => {
    const area = over.querySelector("textarea");
    let waiting = 0;
    over.classList.add("live");
    area.addEventListener("focus", () => { lastBox = area; });
    new ResizeObserver(() => grow(area)).observe(over);
    area.addEventListener("input", () => {
      over.querySelector(".marked").classList.add("old");
      grow(area);
      clearTimeout(waiting);
      waiting = setTimeout(() => look(over, area), 400);
    });
  });
  document.querySelectorAll("[data-insert]").forEach((name) => name.addEventListener("click", () => {
    const area = lastBox || document.querySelector(".over textarea");
    area.setRangeText(name.dataset.insert, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input"));
    area.focus();
  }));
  if (document.querySelector("[data-again]")) setTimeout(() => location.reload(), 2000);
  document.querySelectorAll("form").forEach((form) => form.addEventListener("submit", () => {
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
  }));
})();
