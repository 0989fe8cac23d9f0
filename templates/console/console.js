// What makes pages quicker for the hand; every page works without it.
"use strict";
(() => {
  const rows = [...document.querySelectorAll("tr[data-to]")];
  let at = -1;
  const go = (to) => {
    if (!rows.length) return;
    if (at >= 0) rows[at].classList.remove("here");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add("here");
    rows[at].querySelector("a").focus();
  };
  const typing = (target) => target.closest("input, textarea, select");
  const keys = {
    j: () => go(at + 1),
    k: () => go(at - 1),
    "/": () => document.querySelector("input[type=search]")?.focus(),
    c: () => document.querySelector("form[data-key=c] button")?.click(),
    r: () => document.querySelector("textarea[name=text]")?.focus(),
    e: () => document.querySelector("details[data-key=e]")?.setAttribute("open", ""),
    "?": () => document.querySelector("details[data-key=help]")?.toggleAttribute("open"),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter" && event.target.form) return event.target.form.requestSubmit();
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });
  const all = document.querySelector("input[data-all]");
  all?.addEventListener("change", () => document.querySelectorAll("input[name=case]").forEach((box) => { box.checked = all.checked; }));
  document.querySelectorAll("select[data-fill]").forEach((choice) => choice.addEventListener("change", () => {
    const area = document.getElementById(choice.dataset.fill);
    if (choice.value) { area.value = choice.value; area.focus(); }
  }));
  document.querySelectorAll("input[data-into]").forEach((file) => file.addEventListener("change", async () => {
    document.getElementById(file.dataset.into).value = await file.files[0].text();
    document.querySelector("input[name=source][value=list]").checked = true;
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
  document.querySelectorAll(".over").forEach((over) => {
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
