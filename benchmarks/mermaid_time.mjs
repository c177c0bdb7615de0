// The time that Mermaid's own parser takes for a list of diagrams, in seconds, one turn a line. The first turn
// includes loading the library, as a command would. Arguments: a JSON file of texts, the number of turns.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

let begin = performance.now();
const modules = process.env.MERMAID2GHA_NODE_MODULES;
const require = createRequire(path.join(modules, "noop.js"));
const { JSDOM } = require("jsdom");
const dom = new JSDOM("<!DOCTYPE html><body></body>");
for (const name of ["window", "document", "Option", "Element", "Node"]) {
  globalThis[name] = name === "window" ? dom.window : dom.window[name];
}
dom.window.CSS ??= { supports: () => true };
const { default: mermaid } = await import(pathToFileURL(path.join(modules, "mermaid/dist/mermaid.core.mjs")));
mermaid.initialize({ startOnLoad: false, maxTextSize: 1e9, logLevel: 5 });
const texts = JSON.parse(readFileSync(process.argv[2], "utf8"));
for (let turn = 0; turn < Number(process.argv[3]); turn += 1) {
  if (turn) begin = performance.now();
  for (const text of texts) await mermaid.parse(text);
  console.log((performance.now() - begin) / 1000);
}
