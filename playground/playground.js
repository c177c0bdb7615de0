// The page: two editors, a compiler beside them, and four views of what it says.

import { address, drawn } from "./address.js";
import { Compiler } from "./compiler.js";
import { Editor } from "./editor.js";
import { element, tabs } from "./elements.js";
import { showFindings, showMarks, showRule } from "./findings.js";
import { Graph } from "./graph.js";
import { drawing, yaml } from "./languages.js";
import { copied, showWorkflows } from "./workflow.js";

const PAUSE = 300; // milliseconds without a key before the drawing is compiled
const LONG = 600; // milliseconds after which it is said that something is compiled
const SETTINGS = "mermaid2gha.yml";
const by = (id) => document.getElementById(id);
const status = by("status");
const examples = by("examples");

let timer = 0;
let patience = 0;
let asked = { drawing: "", settings: "" };
let began = 0;
let statements = [];
let lit = "";

// Said only if it is something else, since what is said here is read aloud.
const say = (words, kind = "") => {
  clearTimeout(patience);
  if (status.textContent !== words) status.textContent = words;
  status.dataset.kind = kind;
};
const beBusy = () => {
  clearTimeout(patience);
  status.dataset.kind = "busy";
  patience = setTimeout(() => say("Compiling", "busy"), LONG);
};
const changed = () => {
  clearTimeout(timer);
  delete document.body.dataset.compiled;
  delete document.body.dataset.pictures;
  timer = setTimeout(compile, PAUSE);
};
const drawings = new Editor(by("drawing"), {
  label: "Drawing",
  language: drawing,
  words: "sequenceDiagram, or Markdown with such diagrams in fences",
  changed,
  moved: tellLine,
});
const settings = new Editor(by("settings"), {
  label: "Settings",
  language: yaml,
  words: "mermaid2gha.yml: what of it is about compiling counts here, too",
  changed,
});
const selectSource = tabs(document.querySelector(".source [role=tablist]"));
const selectView = tabs(document.querySelector(".views > [role=tablist]"));
const graph = new Graph(by("graph"), {
  asked: (choice) => (choice.occasion ? compiler.ask({ kind: "run", ...choice }) : graph.tell(null)),
  pointed: showJob,
});
const compiler = new Compiler(heard, () =>
  say("The compiler took more than ten seconds and was started anew: change the drawing to try again", "bad"),
);

function compile() {
  clearTimeout(timer);
  asked = { drawing: drawings.text, settings: settings.text };
  began = performance.now();
  if (compiler.isReady) beBusy();
  const example = examples.selectedOptions[0]?.shown;
  if (example && (example.drawing !== asked.drawing || example.settings !== asked.settings)) examples.value = "";
  compiler.compile(asked.drawing, asked.settings);
  address(asked.drawing, asked.settings)
    .then((hash) => asked.drawing === drawings.text && history.replaceState(null, "", hash))
    .catch(() => {}); // browsers refuse addresses of megabytes; the page goes on without
}

function heard(message) {
  const { kind } = message;
  if (kind === "loading") say(message.words, "busy");
  else if (kind === "ready") say("Compiling", "busy");
  else if (kind === "compiled") showCompiled(message);
  else if (kind === "fixed") showFixed(message);
  else if (kind === "pictures") showPictures(message);
  else if (kind === "run") graph.tell(message);
  else if (kind === "rule") showRule(by("findings"), message);
  else if (kind === "failed")
    say(`This is a fault of the compiler, not yours: ${message.words.trim().split("\n").at(-1)}`, "bad");
  else if (kind === "lost")
    say(`The compiler could not be loaded (${message.words}): reload the page to try again`, "bad");
}

function showCompiled({ name, workflows, findings: all, statements: became, defect }) {
  statements = became;
  time("compiled");
  const errors = all.filter((one) => one.severity === "error").length;
  const warnings = all.filter((one) => one.severity === "warning").length;
  const counted = [count(workflows.length, "workflow"), count(errors, "error"), count(warnings, "warning")].filter(
    Boolean,
  );
  if (defect) say(defect.split("\n")[0], "bad");
  else say(counted.join(", ") || "No workflow is drawn", errors ? "bad" : warnings ? "warn" : "good");
  // With an error there is no workflow: the one before stays, faded, so that the page does not jump as one types.
  by("workflow").classList.toggle("old", !workflows.length);
  by("graph").classList.toggle("old", !workflows.length);
  if (workflows.length) showWorkflows(by("workflow"), workflows, say);
  showFindings(by("findings"), all, {
    isDrawn: workflows.length > 0,
    go: (one) => editorOf(one.file).go(one),
    apply: (one, cure) => editorOf(one.file).apply(cure),
    page: (rule) => compiler.ask({ kind: "rule", name: rule }),
  });
  const places = (isOfSettings) => all.filter((one) => one.file !== null && (one.file === SETTINGS) === isOfSettings);
  drawings.show(places(false), asked.drawing);
  settings.show(places(true), asked.settings);
  badge("tab-findings", all.length, errors ? "error" : warnings ? "warning" : "note");
  by("tab-drawing").dataset.name = name;
  const kept = lit;
  tellLine();
  if (lit === kept) light(kept); // in what is shown anew
}

// How long what stands in the editors has taken, in milliseconds, for whoever measures the page.
function time(what) {
  const isCurrent = drawings.text === asked.drawing && settings.text === asked.settings;
  if (isCurrent) document.body.dataset[what] = Math.round(performance.now() - began);
}

function showFixed({ drawing: text, settings: yml, count: mended }) {
  const pairs = [
    [by("tab-drawing").dataset.name, asked.drawing, text],
    [SETTINGS, asked.settings, yml],
  ];
  badge("tab-marks", mended, "warning");
  showMarks(by("marks"), pairs, mended, () => {
    if (drawings.text !== asked.drawing || settings.text !== asked.settings) return;
    drawings.text = text;
    settings.text = yml;
    say(`${count(mended, "finding")} mended; undo takes it back`);
  });
}

function showPictures(message) {
  time("pictures");
  if (!message.pictures.length) return;
  graph.show(message);
  light(lit);
  if (graph.chosen.occasion) compiler.ask({ kind: "run", ...graph.chosen });
}

// What the cursor's line became, and its job in the other views.
function tellLine() {
  if (drawings.text !== asked.drawing) return; // it will be compiled
  const found = statements.find((one) => one.line === drawings.line);
  const why = found?.effect ? ` read as ${found.effect}, by ${found.ground}` : "";
  by("statement").replaceChildren(...(found ? [element("b", {}, found.becomes), why] : []));
  const job = found?.job ? `${found.workflow}:${found.job}` : "";
  if (job === lit) return;
  const lines = light(job);
  if (lines.length) reveal(lines, "nearest");
}

// Lights a job wherever it is shown; gives its lines of the workflow.
function light(job) {
  lit = job;
  const parts = [...document.querySelectorAll(".views [data-job]")];
  for (const one of parts) one.classList.toggle("lit", one.dataset.job === job);
  return parts.filter((one) => one.dataset.job === job && one.tagName === "LI");
}

function reveal(lines, block) {
  const file = lines[0].closest(".file");
  by(file.getAttribute("aria-labelledby")).click();
  const isNarrow = getComputedStyle(file).overflowY === "visible"; // then the page itself would be scrolled
  if (block === "nearest" && isNarrow) return file;
  if (block === "nearest") lines.at(-1).scrollIntoView({ block });
  lines[0].scrollIntoView({ block });
  return file;
}

// From a job of a picture to its lines.
function showJob(job) {
  const lines = light(job);
  if (!lines.length) return;
  selectView(by("tab-workflow"));
  reveal(lines, "start").focus({ preventScroll: true });
}

function editorOf(file) {
  selectSource(by(file === SETTINGS ? "tab-settings" : "tab-drawing"));
  return file === SETTINGS ? settings : drawings;
}

function count(number, word) {
  return number ? `${number} ${word}${number === 1 ? "" : "s"}` : "";
}

function badge(tab, number, kind) {
  const place = by(tab).querySelector(".count");
  place.textContent = number || "";
  place.dataset.kind = kind;
}

function open({ drawing: text, settings: yml = "" }) {
  drawings.text = text;
  settings.text = yml;
  compile();
}

async function begin() {
  const groups = await (await fetch("examples.json")).json();
  examples.append(new Option("of your own", ""));
  for (const group of groups) {
    const made = document.createElement("optgroup");
    made.label = group.name;
    for (const shown of group.examples) {
      const option = new Option(shown.name);
      made.append(Object.assign(option, { shown }));
    }
    examples.append(made);
  }
  examples.addEventListener("change", () => examples.value && open(examples.selectedOptions[0].shown));
  const arrive = async (fallback) => {
    try {
      const linked = await drawn(location.hash);
      if (linked && (linked.drawing !== drawings.text || linked.settings !== settings.text)) {
        examples.value = "";
        return open(linked);
      }
      if (linked) return undefined;
    } catch {
      say("The address holds no drawing that can be read; this is an example", "bad");
    }
    if (fallback) {
      examples.value = fallback.name;
      open(fallback);
    }
    return undefined;
  };
  addEventListener("hashchange", () => arrive(null));
  await arrive(groups[0].examples[0]);
}

by("copy-link").addEventListener("click", async () => {
  const link = new URL(await address(drawings.text, settings.text), location.href);
  copied(link.href, "The link is copied; the drawing is in it", say);
});

begin().catch((fault) => say(`The page could not be loaded (${fault.message}): reload it to try again`, "bad"));
