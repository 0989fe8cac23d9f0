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
  if (document.querySelector("[data-again]")) setTimeout(() => location.reload(), 2000);
  document.querySelectorAll("form").forEach((form) => form.addEventListener("submit", () => {
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }));
  }));
})();
