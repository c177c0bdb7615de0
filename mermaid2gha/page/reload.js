"use strict";
// Only in a page that is served: it asks twice a second whether there is a newer one, and keeps what was chosen.
(() => {
  const version = document.documentElement.dataset.version;
  const form = document.querySelector(".choices");
  const kept = JSON.parse(sessionStorage.getItem("choices") || "{}");
  sessionStorage.removeItem("choices");
  for (const name of ["occasion", "flags", "failing"]) {
    const select = form && form[name];
    if (!select || ![...select.options].some((one) => one.value === kept[name])) continue;
    select.value = kept[name];
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
  document.querySelectorAll("section").forEach((one, at) => one.scrollTo(0, (kept.scrolled || [])[at] || 0));
  const renew = () => {
    const chosen = Object.fromEntries([...((form && form.elements) || [])].map((one) => [one.name, one.value]));
    const scrolled = [...document.querySelectorAll("section")].map((one) => one.scrollTop);
    sessionStorage.setItem("choices", JSON.stringify({ ...chosen, scrolled }));
    location.reload();
  };
  const gone = document.createElement("p");
  gone.className = "gone";
  gone.setAttribute("role", "status");
  document.querySelector("header").append(gone);
  const ask = async () => {
    try {
      const answer = await fetch("/version", { cache: "no-store" });
      gone.textContent = "";
      if (answer.ok && (await answer.text()) !== version) return renew();
    } catch {
      gone.textContent = "mermaid2gha has ended: this page is as it was";
    }
    setTimeout(ask, 500);
  };
  ask();
})();
