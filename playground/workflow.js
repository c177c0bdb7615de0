// The workflows as YAML, a tab for each file; the lines of a job can be lit.

import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";

import { element, tabs } from "./elements.js";
import { yaml } from "./languages.js";

const KINDS = tagHighlighter([
  { tag: tags.propertyName, class: "key" },
  { tag: tags.comment, class: "comment" },
  { tag: tags.string, class: "string" },
  { tag: tags.meta, class: "mark" },
]);

// `shown` are pairs of a name and a text; `chosen` is the file that was looked at before.
export function showWorkflows(panel, shown, said) {
  const before = panel.querySelector('[role="tab"][aria-selected="true"]')?.textContent;
  const kept = Object.fromEntries([...panel.querySelectorAll(".file")].map((one) => [one.dataset.file, one.scrollTop]));
  const first = Math.max(
    0,
    shown.findIndex(([name]) => name === before),
  );
  const list = element("div", { class: "tabs files", role: "tablist", "aria-label": "Files" });
  const files = shown.map(([name, text], number) => {
    const id = `file-${number}`;
    const is = number === first;
    list.append(
      element(
        "button",
        { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": id, "aria-selected": String(is) },
        name,
      ),
    );
    const copy = element(
      "button",
      { type: "button", class: "copy", onclick: () => copied(text, `${name} is copied`, said) },
      "Copy",
    );
    const file = element(
      "div",
      {
        class: "file",
        role: "tabpanel",
        id,
        "aria-labelledby": `tab-${id}`,
        tabindex: "0",
        "data-file": name,
        hidden: !is,
      },
      copy,
      element("ol", { class: "lines" }, ...lines(name, text)),
    );
    return file;
  });
  panel.replaceChildren(list, ...files);
  for (const file of files) file.scrollTop = kept[file.dataset.file] ?? 0;
  tabs(list);
}

export async function copied(text, words, said) {
  try {
    await navigator.clipboard.writeText(text);
    said(words);
  } catch {
    said("The browser does not let this page copy; select the text, or take the address");
  }
}

// Each line with its colours and the job that it is of, as `FILE:ID`.
function lines(file, text) {
  const made = [];
  let code = element("code");
  const parts = [code];
  highlightCode(
    text.replace(/\n$/, ""),
    yaml.parser.parse(text.replace(/\n$/, "")),
    KINDS,
    (words, kind) => code.append(kind ? element("span", { class: kind }, words) : words),
    () => parts.push((code = element("code"))),
  );
  let isInJobs = false;
  let job = "";
  for (const part of parts) {
    const line = part.textContent;
    if (/^\S/.test(line)) [isInJobs, job] = [line.startsWith("jobs:"), ""];
    const head = isInJobs && line.match(/^ {2}(?:([\w-]+)|"([^"]+)"|'([^']+)'):/);
    if (head) job = head[1] ?? head[2] ?? head[3];
    made.push(element("li", job ? { "data-job": `${file}:${job}` } : {}, part));
  }
  return made;
}
