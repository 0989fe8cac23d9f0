// What makes pages quicker for the hand; every page works without it.
"use strict";
(() => {
  document.documentElement.classList.add("js");
  const rows = () => [...document.querySelectorAll("tr[data-to], a.case")];
  let at = rows().findIndex((one) => one.matches("a[aria-current]"));
  const go = (to) => {
    const all = rows();
    if (!all.length) return;
    all[at]?.classList.remove("here");
    at = Math.max(0, Math.min(all.length - 1, to));
    all[at].classList.add("here");
    (all[at].matches("a") ? all[at] : all[at].querySelector("a")).focus();
  };
  // The button that sends what is typed in a field of a case.
  const goes = (field) => field.closest(".deed")?.querySelector("button:not(.no-js)");
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select");
  const row = () => rows()[at]?.matches("tr") ? rows()[at] : null;
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
  const open = (id) => { location.href = Object.assign(new URL(row().querySelector("a").href), { hash: id }).href; };
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
    c: () => row() ? claim() : document.querySelector("button[data-key=c]")?.click(),
    r: () => row() ? open("f-text") : face("r"),
    n: () => face("n"),
    l: () => face("l"),
    h: () => unfold("#v-text"),
    s: () => unfold("#f-until"),
    e: () => row() ? open("r-text") : unfold("#r-text"),
    u: () => document.querySelector(".toast button")?.click(),
    Escape: () => document.querySelectorAll("details.menu-of[open]").forEach((one) => one.removeAttribute("open")),
    "?": () => document.getElementById("keys")?.togglePopover(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.form) return event.target.form.requestSubmit(goes(event.target));
    if (event.key === "Enter" && event.target.matches(".deed input:not([type=checkbox])")) { event.preventDefault(); return goes(event.target).click(); }
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
    if (!chosen) return;
    const many = boxes.filter((box) => box.checked).length;
    chosen.textContent = many || "";
    chosen.closest(".many").hidden = !many; // what is done with many is in nobody's way before
  };
  all?.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); count(); });
  boxes.forEach((box) => box.addEventListener("change", count));
  count();
  const what = document.querySelector("#many select[name=what]");
  const fields = () => document.querySelectorAll("#many [data-for]").forEach((one) => { one.hidden = one.dataset.for !== what.value; one.classList.toggle("on", !one.hidden); });
  what?.addEventListener("change", fields);
  if (what) fields();
  // Asks the page's own address again while somebody looks, more rarely while nobody does anything, and lets it
  // be where that fails. A page out of sight asks for nothing, unless its reader wants notices of the desktop; one
  // that comes back into sight asks at once.
  let acted = Date.now();
  ["keydown", "pointerdown", "scroll"].forEach((kind) => document.addEventListener(kind, () => { acted = Date.now(); }, { capture: true, passive: true }));
  const often = (look) => {
    let last = Date.now();
    const now = () => {
      if (document.hidden && localStorage.getItem("notice") !== "1") return;
      const idle = document.hidden || Date.now() - acted > 300000;
      if (Date.now() - last < (idle ? 30000 : 4500)) return;
      last = Date.now();
      look().catch(() => {});
    };
    setInterval(now, 5000);
    document.addEventListener("visibilitychange", now);
  };
  const asked = async (address, form) => {
    // X-Live: the page asks by itself, which does not keep a session alive.
    const answer = await fetch(address, form ? { method: "POST", body: new URLSearchParams(form) } : { headers: { "X-Live": "1" } });
    if (!answer.ok) throw new Error(answer.status);
    if (!answer.headers.get("content-type")?.includes("json")) signedOut();
    return answer.json();
  };
  // What a page asks by itself is answered with the start page when the session is over: the page says so and stays.
  const signedOut = () => {
    if (document.getElementById("over")) return;
    const line = Object.assign(document.createElement("p"), { id: "over", className: "notice bad", textContent: `${document.body.dataset.over} ` });
    line.setAttribute("role", "alert");
    line.append(Object.assign(document.createElement("a"), { href: document.querySelector(".brand").href, target: "_blank", textContent: document.body.dataset.signIn }));
    document.getElementById("content").prepend(line);
  };
  // How much is new stands in the title, by sound and in a notice of the desktop where that was asked for.
  const plain = document.title;
  let fresh = 0;
  const tell = (n, words) => {
    if (n === fresh) return;
    document.title = n ? `(${n}) ${plain}` : plain;
    if (n > fresh) {
      if (localStorage.getItem("sound") === "1") {
        const sound = new AudioContext();
        const tone = sound.createOscillator();
        tone.frequency.value = 660;
        tone.connect(sound.destination);
        tone.start();
        tone.stop(sound.currentTime + 0.12);
      }
      if (document.hidden && localStorage.getItem("notice") === "1" && Notification.permission === "granted") new Notification(plain, { body: words, tag: "ringback" });
    }
    fresh = n;
  };
  document.querySelectorAll("input[data-wish]").forEach((wish) => {
    wish.checked = localStorage.getItem(wish.dataset.wish) === "1";
    wish.addEventListener("change", () => {
      localStorage.setItem(wish.dataset.wish, wish.checked ? "1" : "");
      if (wish.checked && wish.dataset.wish === "notice") Notification.requestPermission();
    });
  });
  // A list that stays open says how much came since, and leaves what is shown and typed as it is. Now and then it
  // looks at the list itself, for what changes no count.
  let asks = 0;
  const others = document.querySelector("[data-here]");
  const bar = document.querySelector("[data-newer]");
  const news = (seen) => {
    for (const [what, n] of Object.entries(seen.counts)) {
      document.querySelectorAll(`[data-count=${what}]`).forEach((shown) => {
        if (shown.textContent === `${n}`) return;
        shown.textContent = n;
        shown.classList.add("moved");
        const badge = shown.closest(".nav .n");
        if (badge) badge.hidden = `${n}` === "0";
      });
    }
    if (bar && seen.n !== null) {
      bar.textContent = seen.newer;
      bar.hidden = !seen.newer;
      listed = seen.n;
    }
    tell(listed + (changed || heard), seen.newer || others?.textContent.trim());
  };
  let listed = 0; // new in the list
  let changed = 0; // the case that is open has changed
  let heard = 0; // a reply came that changed no case
  const since = (address) => `${address}${address.includes("?") ? "&" : "?"}look=${asks++ % 6 ? "" : "1"}`;
  const list = document.querySelector("[data-news]");
  if (list) often(async () => news(await asked(since(list.dataset.news))));
  // What another page of the same address shows: the drawings that it needs come with it.
  const other = async (address) => {
    const answer = await fetch(address, { headers: { "X-Live": "1" } });
    if (!answer.ok) throw new Error(answer.status);
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    found.querySelectorAll(".drawings > [id]").forEach((one) => document.getElementById(one.id) || document.querySelector(".drawings").append(one));
    return found;
  };
  if (bar?.dataset.newer === "list") bar.addEventListener("click", async (event) => {
    event.preventDefault();
    const found = await other(bar.href).catch(() => null);
    if (!found) { location.href = bar.href; return; }
    document.querySelector(".list .pane").replaceChildren(...found.querySelector(".list .pane").childNodes);
    others.dataset.here = found.querySelector("[data-here]").dataset.here;
    at = rows().findIndex((one) => one.matches("a[aria-current]"));
    bar.hidden = true;
    listed = 0;
    tell(changed, "");
  });
  // Who types an answer means to answer.
  document.querySelector(".peek textarea")?.addEventListener("input", (event) => { event.target.form.querySelector("input[value=answer]").checked = true; });
  // What came meanwhile appears in the conversation; what is typed, and what is checked when it is sent, stay.
  let shown = "";
  const about = (one) => [one.className, one.querySelector("time")?.dateTime, (one.querySelector("p, bdi, b") || one).textContent].join("\n");
  const inPlace = async (revision) => {
    if (shown === revision) return;
    const found = (await other(bar.href)).querySelector(".log .talk");
    const talk = document.querySelector(".log .talk");
    if (!found) return;
    // What stands there stays, with what is open or chosen in it, and is not read out again; only how far a text came follows.
    const fresh = [...found.children];
    const there = [...talk.children];
    let n = 0;
    while (n < there.length && n < fresh.length && about(there[n]) === about(fresh[n])) {
      there[n].querySelector(".tick")?.replaceWith(fresh[n].querySelector(".tick") || "");
      n += 1;
    }
    there.slice(n).forEach((one) => one.remove());
    talk.append(...fresh.slice(n));
    shown = revision;
  };
  if (others) often(async () => {
    const seen = await asked(since(others.dataset.here));
    const names = others.querySelector("[data-names]");
    changed = `${seen.revision}` === others.dataset.revision ? 0 : 1;
    if (seen.replies > others.dataset.replies) {
      others.dataset.replies = seen.replies;
      heard = 1;
      shown = "";
      await inPlace(seen.revision);
    }
    if (changed) {
      const again = Object.assign(document.createElement("a"), { href: bar.href, textContent: others.dataset.reload });
      names.replaceChildren(`${others.dataset.changed.replace("{who}", seen.by)} `, again);
      await inPlace(seen.revision);
    } else names.textContent = `${names.dataset.names} ${seen.here.join(", ")}`;
    news(seen);
    others.hidden = !seen.here.length && !changed;
  });
  const told = document.querySelector("[data-preview]");
  let waiting = 0;
  const preview = async () => {
    const form = told.closest("form");
    const written = form.elements["text-answer"].value;
    const said = written.trim() ? (await asked(told.dataset.preview, { mark: form.elements.mark.value, text: written, as: "json" })).said : [];
    told.replaceChildren(...said.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
  };
  told?.closest("form").elements["text-answer"].addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => preview().catch(() => {}), 300);
  });
  if (document.querySelector("[data-again]")) setTimeout(() => location.reload(), 2000);
  document.querySelectorAll("form").forEach((form) => form.addEventListener("submit", () => {
    setTimeout(() => [...form.elements].forEach((one) => { if (one.type === "submit") one.disabled = true; }));
  }));
  // A page that comes back by Back, as it was left: its buttons do something again.
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("button:disabled").forEach((one) => { one.disabled = false; });
  });
})();
