"use strict";
(() => {
  const { words, runs } = JSON.parse(document.getElementById("runs").textContent);
  const marked = [...document.querySelectorAll("[data-job]")];
  const parts = new Map();
  for (const one of marked) {
    const job = one.dataset.job;
    parts.set(job, [...(parts.get(job) || []), one]);
  }
  const jobOf = (target) => target.closest && target.closest("[data-job]");
  const light = (job, is) => (parts.get(job) || []).forEach((one) => one.classList.toggle("lit", is));

  // What one points at is lit wherever it is shown.
  let pointed = "";
  const point = (event) => {
    const found = jobOf(event.target);
    const job = found ? found.dataset.job : "";
    if (job !== pointed) {
      light(pointed, false);
      light(job, true);
      pointed = job;
    }
  };
  document.addEventListener("mouseover", point);
  document.addEventListener("focusin", point);

  // What one chooses stays, is in the address, and is scrolled to in the other columns.
  const pin = (from) => {
    document.querySelectorAll(".pinned").forEach((one) => one.classList.remove("pinned"));
    const job = decodeURIComponent(location.hash.slice(1));
    const column = from && from.closest("section");
    const seen = new Set();
    for (const one of parts.get(job) || []) {
      one.classList.add("pinned");
      const place = one.closest("section");
      const hidden = one.closest("details:not([open])");
      if (place !== column && !seen.has(place) && !hidden) {
        seen.add(place);
        one.scrollIntoView({ block: "center", inline: "nearest" });
      }
    }
  };
  let last = null;
  const choose = (found) => {
    last = found;
    const address = "#" + encodeURIComponent(found.dataset.job);
    if (location.hash === address) pin(found);
    else location.hash = address;
  };
  document.addEventListener("click", (event) => {
    const found = jobOf(event.target);
    if (found) choose(found);
  });
  window.addEventListener("hashchange", () => pin(last));

  // j and k go from job to job, Enter chooses, Escape lets go.
  const order = [...parts.keys()];
  document.addEventListener("keydown", (event) => {
    if ((event.target.matches && event.target.matches("select")) || event.ctrlKey || event.metaKey || event.altKey) return;
    const found = jobOf(event.target);
    if (event.key === "Enter" && found) choose(found);
    else if (event.key === "Escape") history.replaceState(null, "", location.pathname + location.search), pin(null);
    else if (event.key === "j" || event.key === "k") {
      const at = order.indexOf(found ? found.dataset.job : decodeURIComponent(location.hash.slice(1)));
      const next = order[(at + (event.key === "j" ? 1 : order.length - 1)) % order.length];
      const shown = (parts.get(next) || []).find((one) => one.hasAttribute("tabindex"));
      if (shown) shown.focus();
    }
  });

  // Who runs, in which waves, and why not.
  const form = document.querySelector(".choices");
  const told = document.querySelector(".told");
  const STATES = ["success", "failure", "cancelled", "waiting", "skipped"];
  const run = (occasion, flags, failing) =>
    runs.find((one) => one[0] === occasion && one[1] === flags && one[2] === failing);
  const short = (job, several) => (several ? job : job.slice(job.indexOf(":") + 1));
  const item = (list, kind, text) => {
    const entry = document.createElement("li");
    entry.className = kind;
    entry.textContent = text;
    list.append(entry);
  };
  const show = () => {
    const occasion = form.occasion.value;
    const usual = form.flags ? form.flags.options[0].value : runs[0][1];
    const flags = form.flags ? form.flags.value : usual;
    let failing = form.failing.value;
    const choices = runs.filter((one) => one[0] === occasion && one[1] === flags && one[2]).map((one) => one[2]);
    form.failing.replaceChildren(new Option("no job"), ...choices.map((job) => new Option(job)));
    if (!choices.includes(failing)) failing = "no job";
    form.failing.value = failing;
    marked.forEach((one) => one.classList.remove(...STATES));
    told.replaceChildren();
    const found = run(occasion, flags, failing === "no job" ? "" : failing);
    if (!found) return;
    const answer = found[3];
    for (const [job, elements] of parts) {
      const state = job in answer ? answer[job][0] : "skipped";
      const isKnown = STATES.includes(state) ? state : "skipped";
      elements.forEach((one) => one.classList.add(isKnown));
    }
    const several = new Set(Object.keys(answer).map((job) => job.slice(0, job.indexOf(":")))).size > 1;
    const list = document.createElement("ol");
    const ran = Object.entries(answer).filter(([, one]) => one[1]);
    for (const wave of [...new Set(ran.map(([, one]) => one[1]))].sort((a, b) => a - b)) {
      const here = ran.filter(([, one]) => one[1] === wave);
      const well = here.filter(([, one]) => one[0] === "success").map(([job]) => short(job, several));
      if (well.length) item(list, "yes", `${wave}. ${well.join(", ")}`);
      for (const [job, one] of here)
        if (one[0] !== "success") item(list, "bad", `${wave}. ${short(job, several)}: ${one[0]}`);
    }
    for (const [job, one] of Object.entries(answer))
      if (!one[1]) item(list, "no", `${short(job, several)}${one[2] ? ": " + words[one[2]] : ""}`);
    for (const remark of found[4]) item(list, "no", remark);
    if (!ran.length) item(list, "no", "nothing runs");
    told.append(list);
  };
  if (form) {
    form.addEventListener("change", show);
    form.addEventListener("submit", (event) => event.preventDefault());
    show();
  }
  pin(null);
})();
