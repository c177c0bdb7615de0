// Draws the Mermaid fences of a page as they come into sight, in the scheme of the page, and anew when that changes.
// Its source is below it, open where a comment says what a drawing cannot. A diagram that Mermaid refuses stays text:
// pages of rules have some. Where the site has its playground, a sequence diagram can be opened there.
// A page without diagrams does not load Mermaid.
import { address } from "./playground.mjs";

const SEQUENCE = /^(?:---\n[^]*?\n---\n)?(?:\s*%%[^\n]*\n)*\s*sequenceDiagram\b/;
const CLAIM = /^ *%% (?:error|warning|note): .*\n/gm; // what tests read
const drawings = document.querySelectorAll("pre.diagram");
const mermaid = drawings.length > 0 ? (await import("./mermaid/mermaid.esm.min.mjs")).default : null;
const figures = new Map(); // figure → its source
const isDark = () => document.body.dataset.mdColorScheme === "slate";

const settings = () => ({
  startOnLoad: false,
  theme: isDark() ? "dark" : "default",
  // Mermaid's own grey on grey of notes is hard to read.
  themeVariables: isDark() ? { noteBkgColor: "#30363d", noteTextColor: "#e6edf3", noteBorderColor: "#8b949e" } : {},
  fontFamily: getComputedStyle(document.body).fontFamily,
  sequence: { useMaxWidth: false, mirrorActors: false },
  flowchart: { useMaxWidth: false },
});

let count = 0;
let last = Promise.resolve(); // Mermaid draws one after the other

function draw(figure) {
  last = last.then(async () => {
    const source = figures.get(figure);
    const place = figure.querySelector(".drawn");
    if (!(await mermaid.parse(source, { suppressErrors: true }))) {
      figure.classList.add("refused");
      figure.querySelector("details").open = true;
      figure.querySelector("summary").textContent = "Mermaid draws no such diagram";
      return;
    }
    const { svg } = await mermaid.render(`diagram-${++count}`, source);
    place.innerHTML = svg;
    place.style.setProperty("--natural", `${place.querySelector("svg").viewBox.baseVal.width}px`);
    figure.classList.add("shown");
  });
  return last;
}

const sight = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      sight.unobserve(target);
      draw(target);
    }
  },
  { rootMargin: "600px" },
);

function framed(pre) {
  const figure = document.createElement("figure");
  figure.className = "diagram";
  figure.innerHTML = '<div class="drawn"></div><details><summary>Source</summary></details>';
  const source = pre.textContent;
  const before = pre.previousElementSibling;
  pre.replaceWith(figure);
  const details = figure.querySelector("details");
  details.append(pre);
  details.open = /^\s*%%/m.test(source);
  figures.set(figure, source);
  if (address !== null && SEQUENCE.test(source)) offered(details, source.replaceAll(CLAIM, ""), settingsOf(before));
  return figure;
}

// The settings that an example has above its drawing.
function settingsOf(block) {
  const isSettings = block?.querySelector(".filename")?.textContent === "mermaid2gha.yml";
  return isSettings ? block.querySelector("code").textContent : "";
}

async function offered(details, drawing, settings) {
  const link = document.createElement("a");
  link.className = "playground";
  link.textContent = "Open in the playground";
  link.href = new URL("../playground/", import.meta.url).href + (await address(drawing, settings));
  details.before(link);
}

mermaid?.initialize(settings());
for (const pre of drawings) sight.observe(framed(pre));

new MutationObserver(() => {
  mermaid?.initialize(settings());
  for (const figure of figures.keys()) if (figure.classList.contains("shown")) draw(figure);
}).observe(document.body, { attributeFilter: ["data-md-color-scheme"] });
