// Colours for what is typed: sequence diagrams, alone or in the fences of Markdown, and YAML.

import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

const WORDS = new RegExp(
  "^(?:sequenceDiagram|participant|actor|create|destroy|box|end|note|over|left of|right of|par_over|par|and|opt|alt|" +
    "else|loop|critical|option|break|rect|activate|deactivate|autonumber|title|as)\\b",
  "i",
);

function diagram(stream) {
  if (stream.eatSpace()) return null;
  if (stream.match(/^%%.*/)) return stream.current().match(/^%%\s*[\w-]+(?::|$)/) ? "meta" : "comment";
  if (stream.match(/^(?:<<)?-{1,2}(?:>>|>|\)|x)[+-]?/)) return "operator";
  if (stream.match(/^:/)) {
    stream.skipToEnd();
    return "string";
  }
  if (stream.match(WORDS)) return "keyword";
  stream.match(/^[^\s:%-]+|^./);
  return null;
}

export const drawing = StreamLanguage.define({
  startState: () => ({ fence: "", isPlain: null }),
  copyState: (state) => ({ ...state }),
  token(stream, state) {
    // What begins like a diagram is one; else only what stands in a fence.
    if (state.isPlain === null && stream.match(/^\s*(?:sequenceDiagram|%%)/, false)) state.isPlain = true;
    if (state.isPlain) return diagram(stream);
    if (stream.sol()) {
      const mark = stream.match(/^[ >]*(`{3,}|~{3,})(.*)/);
      if (mark) {
        if (!state.fence) state.fence = mark[2].trim().startsWith("mermaid") ? "mermaid" : "other";
        else if (!mark[2].trim()) state.fence = "";
        return "meta";
      }
      if (stream.string.trim() && state.isPlain === null) state.isPlain = false;
      if (!state.fence && stream.match(/^#{1,6} .*/)) return "heading";
    }
    if (state.fence === "mermaid") return diagram(stream);
    stream.skipToEnd();
    return null;
  },
});

function yamlToken(stream, state) {
  if (stream.sol()) {
    const lead = stream.indentation();
    if (state.block >= 0 && (lead > state.block || !stream.string.trim())) {
      stream.skipToEnd();
      return "string";
    }
    state.block = -1;
  }
  if (stream.eatSpace()) return null;
  if (stream.match(/^#.*/)) return "comment";
  if (stream.match(/^- /)) return "operator";
  if (stream.match(/^(?:[\w./-]+|"[^"]*"|'[^']*')(?=:(?:\s|$))/)) return "propertyName";
  if (stream.match(/^: *[|>][-+0-9]*$/)) {
    state.block = stream.indentation();
    return "operator";
  }
  if (stream.match(/^\$\{\{.*?\}\}/)) return "meta";
  if (stream.match(/^"(?:[^"\\]|\\.)*"|^'(?:[^']|'')*'/)) return "string";
  stream.next();
  stream.match(/^[^\s#$"'{}[\],:]+/);
  return null;
}

export const yaml = StreamLanguage.define({
  startState: () => ({ block: -1 }),
  token: yamlToken,
});

export const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.keyword, color: "var(--word)", fontWeight: "600" },
    { tag: tags.operator, color: "var(--faint)" },
    { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
    { tag: tags.meta, color: "var(--mark)" },
    { tag: tags.string, color: "var(--string)" },
    { tag: tags.propertyName, color: "var(--word)" },
    { tag: tags.heading, fontWeight: "600" },
  ]),
);
