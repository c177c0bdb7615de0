// The compiler: CPython in WebAssembly with the package, beside the page so that typing never waits for it.
//
// In: {kind: "compile", id, drawing, settings}, {kind: "run", …}, {kind: "rule", name}.
// Out: "loading" (words), "ready", then for each drawing "compiled", "fixed" and "pictures" as each is known, and
// "rest" at its end; a drawing that is no longer the newest is left where it is. "failed" ends a question.

import { loadPyodide } from "./npm/pyodide/pyodide.mjs";

const here = (path) => new URL(path, import.meta.url).href;
const tell = (kind, more = {}) => postMessage({ kind, ...more });
const turn = () => new Promise((resolve) => setTimeout(resolve));

let playground = null;
let draw = null;
let newest = 0;
const questions = []; // what was asked before there was a compiler

addEventListener("message", ({ data }) => {
  if (data.kind === "compile") newest = data.id;
  if (playground) answer(data);
  else questions.push(data);
});

async function start() {
  tell("loading", { words: "Loading Python" });
  const bytes = fetch(here("python.zip")).then((reply) => {
    if (!reply.ok) throw new Error(`python.zip: ${reply.status}`);
    return reply.arrayBuffer();
  });
  bytes.catch(() => {}); // awaited below
  const python = await loadPyodide({ indexURL: here("npm/pyodide/") });
  tell("loading", { words: "Loading the compiler" });
  python.unpackArchive(await bytes, "zip", { extractDir: "/playground" });
  python.runPython("import sys; sys.path.insert(0, '/playground'); sys.dont_write_bytecode = True");
  playground = python.pyimport("answers").Playground();
  tell("ready");
  for (const question of questions.splice(0))
    if (question.kind !== "compile" || question.id === newest) await answer(question);
}

async function answer(question) {
  try {
    if (question.kind === "compile") await compile(question);
    else if (question.kind === "run")
      tell("run", {
        id: question.id,
        ...JSON.parse(playground.run(question.occasion, question.flags, question.failing)),
      });
    else if (question.kind === "rule") tell("rule", { rule: question.name, html: playground.rule(question.name) });
  } catch (fault) {
    // After a fault of Python's it goes on; after one of the machine below, nothing is sure.
    tell("failed", { id: question.id, words: String(fault.message ?? fault), isBroken: fault.name !== "PythonError" });
  }
}

async function compile({ id, drawing, settings }) {
  await turn(); // a newer drawing may be waiting
  if (id !== newest) return;
  const made = JSON.parse(playground.compiled(drawing, settings));
  tell("compiled", { id, ...made });
  await turn();
  if (id !== newest) return;
  tell("fixed", { id, ...JSON.parse(playground.fixed()) });
  await turn();
  if (id !== newest) return;
  draw ??= await engine();
  if (id !== newest) return;
  tell("pictures", { id, ...JSON.parse(playground.pictures(draw)) });
  tell("rest", { id });
}

// Graphviz is loaded once the first workflow is shown.
async function engine() {
  const { instance } = await import("./npm/viz/viz.js");
  const viz = await instance();
  return (dot) => viz.renderString(dot, { format: "svg" });
}

start().catch((fault) => tell("lost", { words: String(fault.message ?? fault) }));
