// Evaluates expressions with npm's @actions/expressions: JSON lines `{expression, contexts}` on standard
// input, and on standard output for each either `{error: true}` or `{kind, text}`.
import { createInterface } from "node:readline";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const modules = process.env.MERMAID2GHA_NODE_MODULES;
const at = (name) => pathToFileURL(join(modules, "@actions", "expressions", "dist", name)).href;
const { Evaluator, Lexer, Parser, data } = await import(at("index.js"));
const { reviver } = await import(at("data/reviver.js"));
const { replacer } = await import(at("data/replacer.js"));

function answer({ expression, contexts }) {
  try {
    const values = JSON.parse(JSON.stringify(contexts), reviver);
    const tree = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), []).parse();
    const value = new Evaluator(tree, values).evaluate();
    const isCompound = value.kind === data.Kind.Array || value.kind === data.Kind.Dictionary;
    const text = isCompound ? JSON.stringify(value, replacer, "  ") : value.coerceString();
    return { kind: data.Kind[value.kind], text };
  } catch (fault) {
    return { error: true };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + "\n");
}
