// Mermaid's own verdict on texts: `oracle.mjs [PACKAGE]`, which is `mermaid` or `mermaid-on-github`. Reads JSON
// strings, one a line, on standard input; writes one JSON value a line: {"error": message} or what its database
// holds. The modules come from the folder named by MERMAID2GHA_NODE_MODULES (see .ci/package.json).
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

const modules = process.env.MERMAID2GHA_NODE_MODULES ?? path.resolve("node_modules");
const packageName = process.argv[2] ?? "mermaid";
const require = createRequire(path.join(modules, "noop.js"));
const { JSDOM } = require("jsdom");
const dom = new JSDOM("<!DOCTYPE html><body></body>", { pretendToBeVisual: true });
globalThis.window = dom.window;
globalThis.document = dom.window.document;
globalThis.Option = dom.window.Option;
globalThis.DOMParser = dom.window.DOMParser;
globalThis.Element = dom.window.Element;
globalThis.Node = dom.window.Node;
// Mermaid asks CSS.supports for a box's colour; the answers of browsers to words and functions come from the
// CSS engine of jsdom, which is asked by setting a style.
const supports = (property, value) => {
  const style = dom.window.document.createElement("div").style;
  style[property] = "";
  style[property] = value;
  return style[property] !== "";
};
if (!dom.window.CSS) dom.window.CSS = { supports };

const quiet = () => {};
console.error = console.warn = console.info = console.debug = quiet;
const { default: mermaid } = await import(pathToFileURL(path.join(modules, packageName, "dist/mermaid.core.mjs")));
mermaid.initialize({ startOnLoad: false, maxTextSize: 1e9, logLevel: 5 });

function content(db) {
  const boxes = db.getBoxes();
  return {
    actors: [...db.getActors().entries()].map(([id, actor]) => [
      id, actor.description, actor.type, actor.box ? boxes.indexOf(actor.box) : null,
    ]),
    boxes: boxes.map((box) => [box.name ?? null, box.fill, box.actorKeys]),
    messages: db.getMessages().map((message) => [
      message.type, message.from ?? null, message.to ?? null, message.message, message.placement ?? null,
      message.centralConnection ?? 0, message.activate ?? false,
    ]),
    title: db.getDiagramTitle(), accTitle: db.getAccTitle(), accDescr: db.getAccDescription(),
    created: [...db.getCreatedActors().keys()], destroyed: [...db.getDestroyedActors().keys()],
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const diagram = await mermaid.mermaidAPI.getDiagramFromText(JSON.parse(line));
    answer = diagram.type === "sequence" ? content(diagram.db) : { error: "other type " + diagram.type };
  } catch (error) {
    answer = { error: String(error?.message ?? error?.str ?? error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
