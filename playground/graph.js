// The pictures, and what an event runs of them.

import { element, words } from "./elements.js";

const STATES = ["success", "failure", "cancelled", "waiting", "skipped"];

export class Graph {
  // `asked` is called with what was chosen; `pointed` with the job that was clicked.
  constructor(panel, { asked, pointed }) {
    this.form = panel.querySelector("form");
    this.runs = panel.querySelector(".runs");
    this.pictures = panel.querySelector(".pictures");
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("change", (event) => {
      if (event.target.name === "occasion") this.form.failing.replaceChildren(new Option("no job", ""));
      asked(this.chosen);
    });
    for (const kind of ["click", "keydown"])
      this.pictures.addEventListener(kind, (event) => {
        const node = event.target.closest("[data-job]");
        if (node && (kind === "click" || event.key === "Enter")) pointed(node.dataset.job);
      });
  }

  get chosen() {
    const { occasion, flags, failing } = this.form;
    return { occasion: occasion.value, flags: flags.value, failing: failing.value };
  }

  show({ pictures, occasions, flags }) {
    this.pictures.replaceChildren(...pictures.map(([file, svg]) => picture(file, svg)));
    options(this.form.occasion, ["", ...occasions], "all jobs");
    options(this.form.flags, flags);
    this.form.hidden = occasions.length === 0;
    this.form.flags.closest("label").hidden = flags.length === 0;
    if (!this.form.occasion.value) this.tell(null);
  }

  // Who runs; without an answer all jobs are as they are drawn.
  tell(answer) {
    const jobs = answer ? answer.jobs : {};
    for (const node of this.pictures.querySelectorAll("[data-job]")) {
      const state = jobs[node.dataset.job]?.[0];
      node.classList.remove(...STATES);
      if (answer) node.classList.add(STATES.includes(state) ? state : "skipped");
    }
    this.form.failing.closest("label").hidden = !answer;
    const entries = Object.entries(jobs);
    if (answer) {
      const ran = entries.filter(([, [, wave]]) => wave).map(([job]) => job);
      options(this.form.failing, ["", ...ran], "no job");
    }
    this.runs.replaceChildren(...(answer ? [runs(entries, answer.remarks)] : []));
  }
}

function options(select, values, none = "") {
  const before = select.value;
  select.replaceChildren(...values.map((value) => new Option(value || none, value)));
  select.value = values.includes(before) ? before : (values[0] ?? "");
}

// The pictures are of our own making, from texts that are escaped; the page's policy lets no script of one run.
function picture(file, svg) {
  const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const [width] = (parsed.getAttribute("width") ?? "").split("pt");
  parsed.removeAttribute("height");
  parsed.setAttribute("width", "100%");
  parsed.style.maxWidth = `${(width * 4) / 3}px`;
  parsed.style.minWidth = `min(${(width * 4) / 3}px, 560px)`;
  for (const one of parsed.querySelectorAll("[id]")) one.removeAttribute("id");
  for (const one of parsed.querySelectorAll("[data-job]")) {
    one.dataset.job = `${file}:${one.dataset.job}`;
    one.setAttribute("tabindex", "0");
  }
  return element(
    "figure",
    { "aria-label": file || "What passes between them" },
    element("div", { class: "scroll" }, parsed),
  );
}

function runs(entries, remarks) {
  const list = element("ul");
  const several = new Set(entries.map(([job]) => job.split(":")[0])).size > 1;
  const short = (job) => (several ? job : job.slice(job.indexOf(":") + 1));
  const waves = [...new Set(entries.map(([, [, wave]]) => wave))].filter(Boolean).sort((a, b) => a - b);
  for (const wave of waves) {
    const here = entries.filter(([, one]) => one[1] === wave);
    const well = here.filter(([, one]) => one[0] === "success").map(([job]) => short(job));
    if (well.length) list.append(element("li", { class: "yes" }, `${wave}. ${well.join(", ")}`));
    for (const [job, [result, , why]] of here)
      if (result !== "success")
        list.append(
          element(
            "li",
            { class: "bad" },
            ...words(`${wave}. ${short(job)}: ${result}${why && why !== result ? `, ${why}` : ""}`),
          ),
        );
  }
  for (const [job, [, wave, why]] of entries)
    if (!wave) list.append(element("li", { class: "no" }, ...words(`${short(job)}${why ? `: ${why}` : ""}`)));
  for (const remark of remarks) list.append(element("li", { class: "no" }, ...words(remark)));
  if (!waves.length) list.append(element("li", { class: "no" }, "nothing runs"));
  return list;
}
