import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorSelection, EditorState, type Extension, Text } from "@codemirror/state";
import * as View from "@codemirror/view";
import { toLines, toWholeText, type TextShape } from "@boocode/shared/files/text-shape";
import { detectIndent } from "./detect-indent.ts";
import { editorTheme } from "./editor-theme.ts";
import { loadLanguage } from "./load-language.ts";

export interface FileEditorInput {
  path: string;
  text: string;
  /** Identifies the content that the text was made over; it comes back with what is written. */
  version: string | null;
  isReadOnly: boolean;
  onEdit: (text: string, over: string | null) => void;
  onSave: () => void;
  /** Further behaviour, such as a comparison. */
  extensions?: Extension;
}

/** Files whose lines are paragraphs. */
const PROSE = /\.(?:md|markdown|mdx|txt|rst|adoc)$/i;

/** How long after a key the text is handed on, in milliseconds. */
const GATHER_MS = 150;

/** An editor of one file's text, which keeps its line ends and byte order mark. */
export class FileEditor {
  readonly #view: View.EditorView;
  readonly #input: FileEditorInput;
  #shape: TextShape;
  /** The text that the owner knows. */
  #known: string;
  #version: string | null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(parent: HTMLElement, input: FileEditorInput) {
    this.#input = input;
    const { lines, shape } = toLines(input.text);
    this.#shape = shape;
    this.#known = input.text;
    this.#version = input.version;
    const language = new Compartment();
    this.#view = new View.EditorView({
      parent,
      state: EditorState.create({
        doc: Text.of(lines),
        extensions: [this.#behaviour(detectIndent(lines)), language.of([]), input.extensions ?? []],
      }),
    });
    window.addEventListener("pagehide", this.flush);
    void loadLanguage(input.path).then((support) => {
      if (support && !this.#isClosed) this.#view.dispatch({ effects: language.reconfigure(support) });
    });
  }

  /** Shows another text, and keeps the place where it can. Does nothing if the owner only repeats what was written here. */
  setText(text: string, version: string | null): void {
    // What was written a moment ago is not written over: the owner learns of it, and of what it was made over.
    if (this.#timer !== undefined) return this.flush();
    this.#version = version;
    if (text === this.#known) return;
    this.#known = text;
    const { lines, shape } = toLines(text);
    this.#shape = shape;
    const [before, after] = [this.#view.state.doc, Text.of(lines)];
    const change = findChange(before.toString(), after.toString());
    if (change) this.#view.dispatch({ changes: { from: change.from, to: change.to, insert: after.slice(change.from, change.end) } });
  }

  /** Shows a place. Both count from 1. */
  goTo(line: number, column: number): void {
    const { doc } = this.#view.state;
    const at = doc.line(Math.min(Math.max(1, line), doc.lines));
    const place = Math.min(at.to, at.from + Math.max(0, column - 1));
    this.#view.dispatch({
      selection: EditorSelection.cursor(place),
      effects: View.EditorView.scrollIntoView(place, { y: "center" }),
    });
    this.#view.focus();
  }

  /** Hands on what was written and not yet handed on. */
  readonly flush = (): void => {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#known = toWholeText(this.#view.state.doc.toJSON(), this.#shape);
    this.#input.onEdit(this.#known, this.#version);
  };

  close(): void {
    this.flush();
    this.#isClosed = true;
    window.removeEventListener("pagehide", this.flush);
    this.#view.destroy();
  }

  #behaviour(indent: string): Extension {
    const { path, isReadOnly, onSave } = this.#input;
    const save = () => {
      this.flush();
      onSave();
      return true;
    };
    return [
      View.lineNumbers(),
      View.highlightActiveLineGutter(),
      View.highlightSpecialChars(),
      history(),
      foldGutter(),
      View.drawSelection(),
      View.dropCursor(),
      EditorState.allowMultipleSelections.of(true),
      EditorState.readOnly.of(isReadOnly),
      indentUnit.of(indent),
      EditorState.tabSize.of(indent === "\t" ? 4 : indent.length),
      indentOnInput(),
      bracketMatching(),
      closeBrackets(),
      View.rectangularSelection(),
      View.crosshairCursor(),
      View.highlightActiveLine(),
      highlightSelectionMatches(),
      search({ top: true }),
      View.keymap.of([
        { key: "Mod-s", run: save, preventDefault: true },
        ...closeBracketsKeymap,
        ...defaultKeymap,
        ...searchKeymap,
        ...historyKeymap,
        ...foldKeymap,
        indentWithTab,
      ]),
      View.EditorView.contentAttributes.of({
        "aria-label": `Text of ${path}`,
        tabindex: "0",
        ...(isReadOnly && { "aria-readonly": "true" }),
      }),
      View.EditorView.updateListener.of(({ docChanged }) => {
        if (docChanged) this.#gather();
      }),
      PROSE.test(path) ? View.EditorView.lineWrapping : [],
      editorTheme,
    ];
  }

  #gather(): void {
    // What the owner has just set is no edit.
    if (this.#timer === undefined && this.#isKnown()) return;
    this.#timer ??= setTimeout(this.flush, GATHER_MS);
  }

  #isKnown(): boolean {
    const { doc } = this.#view.state;
    return toWholeTextLength(doc, this.#shape) === this.#known.length && toWholeText(doc.toJSON(), this.#shape) === this.#known;
  }
}

/** The length of {@link toWholeText}, without making it. */
function toWholeTextLength(doc: Text, { hasMark, lineBreak }: TextShape): number {
  return doc.length + (doc.lines - 1) * (lineBreak.length - 1) + (hasMark ? 1 : 0);
}

/** The part between the common beginning and the common end of two texts; null if they are equal. `end` is in the new text. */
function findChange(before: string, after: string): { from: number; to: number; end: number } | null {
  if (before === after) return null;
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from += 1;
  let same = 0;
  while (same < most - from && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  return { from, to: before.length - same, end: after.length - same };
}
