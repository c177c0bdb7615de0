// An editor of one text with the findings that are about it, and the edits that cure them.

import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers, placeholder } from "@codemirror/view";

import { colours } from "./languages.js";

const SEVERITIES = { error: "error", warning: "warning", note: "info" };

export class Editor {
  // `changed` is called at each change of the text, `words` stand where it is empty.
  // `moved` where the cursor goes.
  constructor(parent, { label, language, words, changed, moved = () => {} }) {
    this.findings = [];
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        extensions: [
          lineNumbers(),
          lintGutter(),
          history(),
          drawSelection(),
          EditorView.lineWrapping,
          language,
          colours,
          placeholder(words),
          EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
          keymap.of([
            { key: "Mod-.", run: () => this.mend() },
            ...lintKeymap,
            ...searchKeymap,
            ...historyKeymap,
            ...defaultKeymap,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed();
            if (update.selectionSet || update.docChanged) moved();
          }),
        ],
      }),
    });
  }

  get line() {
    const { doc, selection } = this.view.state;
    return doc.lineAt(selection.main.head).number;
  }

  get text() {
    return this.view.state.doc.toString();
  }

  // Replaces what is different and nothing else, so that the cursor stays and one step undoes it.
  set text(text) {
    const old = this.text;
    let start = 0;
    const least = Math.min(old.length, text.length);
    while (start < least && old[start] === text[start]) start += 1;
    let end = 0;
    while (end < least - start && old[old.length - 1 - end] === text[text.length - 1 - end]) end += 1;
    if (old !== text)
      this.view.dispatch({
        changes: { from: start, to: old.length - end, insert: text.slice(start, text.length - end) },
      });
  }

  // `text` is what they are about; until it is compiled anew, cures of another one are not made.
  show(findings, text) {
    if (text !== this.text) return;
    this.findings = findings;
    this.judged = text;
    const shown = findings.map((finding) => {
      const { from, to } = this.span(finding);
      return {
        from,
        to,
        severity: SEVERITIES[finding.severity],
        source: finding.rule,
        message: finding.help ? `${finding.message}\n${finding.help}` : finding.message,
        actions: finding.cures.map((cure) => ({ name: cureWords(cure), apply: () => this.apply(cure) })),
      };
    });
    this.view.dispatch(setDiagnostics(this.view.state, shown));
  }

  // The compiler counts code points and says where a finding ends; the editor counts in UTF-16.
  span(place) {
    const from = this.offset(place.line, place.column);
    const to = Math.max(from, this.offset(place.end_line, place.end_column));
    return { from, to };
  }

  offset(line, column) {
    const { doc } = this.view.state;
    if (line > doc.lines) return doc.length;
    const { from, text } = doc.line(line);
    return from + [...text].slice(0, column - 1).join("").length;
  }

  go(place) {
    this.view.dispatch({ selection: { anchor: this.span(place).from }, scrollIntoView: true });
    this.view.focus();
  }

  apply(cure) {
    if (this.judged !== this.text) return;
    const changes = cure.edits.map((edit) => ({ ...this.span(edit), insert: edit.text }));
    this.view.dispatch({ changes, scrollIntoView: true });
  }

  // Makes the only cure of the first finding on the cursor's line.
  mend() {
    const { line } = this;
    const here = this.findings.find((one) => one.line <= line && line <= one.end_line && one.cures.length === 1);
    if (here) this.apply(here.cures[0]);
    return here !== undefined;
  }
}

export function cureWords({ edits }) {
  const [{ line, column, end_line, end_column, text }] = edits;
  if (!text) return "Take it out";
  const isAdded = line === end_line && column === end_column;
  const words = text.trim().replace(/\s+/g, " ");
  return `${isAdded ? "Write" : "Change to"} ${words.length > 40 ? `${words.slice(0, 39)}…` : words}`;
}
