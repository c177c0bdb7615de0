// The findings with their cures, and what `fix` would write.

import { cureWords } from "./editor.js";
import { element, words } from "./elements.js";

const SIGNS = { error: "✕", warning: "!", note: "i" };
const MOST = 4_000_000; // pairs of lines that are compared
const AROUND = 2; // lines that are shown beside a change

const UNDRAWN =
  "No workflow is drawn. A diagram begins with the line sequenceDiagram, in Markdown in a fence of mermaid, and has " +
  "a lifeline that is a workflow, as in GitHub->>CI: push.";

// `go` shows a finding's place, `apply` makes a cure, `page` asks for the page of a rule.
export function showFindings(panel, findings, { isDrawn, go, apply, page }) {
  const isFaulty = findings.some((one) => one.severity === "error");
  const clear = isDrawn ? "Nothing to tell: what is drawn is what is compiled." : UNDRAWN;
  const notice = findings.length && (isDrawn || isFaulty) ? [] : [element("p", { class: "notice" }, clear)];
  const items = inOrder(findings).map((one) => {
    const place = one.file ? `${one.file}:${one.line}:${one.column}` : "";
    const rule = element("div", { class: "rule", hidden: true, "data-rule": one.rule });
    const why = element("button", { type: "button", class: "link", "aria-expanded": "false" }, one.rule);
    why.addEventListener("click", () => {
      rule.hidden = !rule.hidden;
      why.setAttribute("aria-expanded", String(!rule.hidden));
      if (!rule.hidden && !rule.hasChildNodes()) page(one.rule);
    });
    return element(
      "li",
      { class: one.severity },
      element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[one.severity]),
      element(
        "div",
        {},
        element("span", { class: "severity" }, one.severity),
        " ",
        why,
        " ",
        ...(place ? [element("button", { type: "button", class: "link place", onclick: () => go(one) }, place)] : []),
        element("p", {}, ...words(one.message)),
        ...(one.help ? [element("p", { class: "help" }, ...words(one.help))] : []),
        ...one.cures.map((cure) =>
          element("button", { type: "button", class: "cure", onclick: () => apply(one, cure) }, cureWords(cure)),
        ),
        rule,
      ),
    );
  });
  panel.replaceChildren(...notice, ...(items.length ? [element("ul", { class: "findings" }, ...items)] : []));
}

// The gravest first; among equals as they stand in the texts.
function inOrder(findings) {
  const ranks = Object.keys(SIGNS);
  return [...findings].sort((a, b) => ranks.indexOf(a.severity) - ranks.indexOf(b.severity));
}

// A page of a rule comes from the package, which has no HTML of others in it.
export function showRule(panel, { rule, html }) {
  for (const place of panel.querySelectorAll(`[data-rule="${CSS.escape(rule)}"]`)) place.innerHTML = html;
}

// `pairs` are a name, a text as it is and as it would be.
export function showMarks(panel, pairs, count, apply) {
  const changed = pairs.filter(([, old, text]) => old !== text);
  if (!changed.length) {
    panel.replaceChildren(
      element(
        "p",
        { class: "notice" },
        "fix would change nothing: no finding has just one cure that is an exact edit.",
      ),
    );
    return;
  }
  const button = count === 1 ? "Mend 1 finding" : `Mend ${count} findings`;
  panel.replaceChildren(
    element("button", { type: "button", class: "cure", onclick: apply }, button),
    ...changed.map(([name, old, text]) =>
      element("figure", {}, element("figcaption", {}, name), difference(old, text)),
    ),
  );
}

function difference(old, text) {
  const rows = compared(old.split("\n"), text.split("\n"));
  if (!rows)
    return element("p", { class: "notice" }, "Too many lines are between the first change and the last to show them.");
  const isNear = rows.map((_, at) =>
    rows.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(([sign]) => sign !== " "),
  );
  const shown = [];
  rows.forEach(([sign, line], at) => {
    if (isNear[at]) shown.push(element(sign === "+" ? "ins" : sign === "-" ? "del" : "span", {}, `${sign} ${line}\n`));
    else if (isNear[at - 1]) shown.push(element("span", { class: "gap" }, "…\n"));
  });
  return element("pre", { class: "difference" }, ...shown);
}

// The longest common lines, by the common start and end, and a table for what is between.
function compared(old, now) {
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old[old.length - 1 - end] === now[now.length - 1 - end])
    end += 1;
  const left = old.slice(start, old.length - end);
  const right = now.slice(start, now.length - end);
  if (left.length * right.length > MOST) return null;
  const best = Array.from({ length: left.length + 1 }, () => new Uint32Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i -= 1)
    for (let j = right.length - 1; j >= 0; j -= 1)
      best[i][j] = left[i] === right[j] ? best[i + 1][j + 1] + 1 : Math.max(best[i + 1][j], best[i][j + 1]);
  const rows = old.slice(0, start).map((line) => [" ", line]);
  let [i, j] = [0, 0];
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) rows.push([" ", left[i++], j++]);
    else if (j < right.length && (i === left.length || best[i][j + 1] > best[i + 1][j])) rows.push(["+", right[j++]]);
    else if (i < left.length) rows.push(["-", left[i++]]);
  }
  return [...rows, ...old.slice(old.length - end).map((line) => [" ", line])];
}
