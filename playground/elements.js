// Elements from texts: what comes from a drawing is never read as HTML.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else if (value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

// What stands between backticks is code.
export function words(text) {
  return text.split("`").map((part, at) => (at % 2 ? element("code", {}, part) : part));
}

// Tabs as people with a keyboard expect them: arrows go along, the panel of the chosen one is shown.
export function tabs(list, chosen = () => {}) {
  const all = () => [...list.querySelectorAll('[role="tab"]')];
  const select = (tab) => {
    for (const one of all()) {
      const is = one === tab;
      one.setAttribute("aria-selected", is);
      one.tabIndex = is ? 0 : -1;
      document.getElementById(one.getAttribute("aria-controls")).hidden = !is;
    }
    chosen(tab);
  };
  list.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) select(tab);
  });
  list.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    const here = all();
    const at = here.indexOf(event.target.closest('[role="tab"]')) + steps[event.key];
    const next = here.at(Number.isFinite(at) ? at % here.length : at < 0 ? 0 : -1);
    select(next);
    next.focus();
    event.preventDefault();
  });
  for (const one of all()) one.tabIndex = one.getAttribute("aria-selected") === "true" ? 0 : -1;
  return select;
}
