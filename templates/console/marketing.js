// What helps to write campaigns and to bring lists: files into fields, marks behind the text, the phone beside it.
"use strict";
(() => {
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
})();
