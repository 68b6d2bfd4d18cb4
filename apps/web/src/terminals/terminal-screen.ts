import "@xterm/xterm/css/xterm.css";
import type { TerminalSize } from "@boocode/shared/terminals/terminal";
import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { WebglAddon } from "@xterm/addon-webgl";
import { Terminal as Xterm } from "@xterm/xterm";
import { MouseSelection } from "./input/mouse-selection.ts";
import { swallowSequences } from "./input/swallow-sequences.ts";
import { decideKey } from "./input/terminal-keys.ts";
import type { TerminalPiece } from "./terminal-line.ts";
import { toGapText } from "./to-gap-text.ts";
import { toPasted } from "./input/to-pasted.ts";
import { onThemeChange, readTheme } from "./terminal-theme.ts";

export interface TerminalScreenDeps {
  /** Called with what the person types. */
  onType(text: string): void;
  /** Called with an address that the person clicks: `http` or `https`. */
  onLink(url: string): void;
  onFind(): void;
  onCopy(text: string): void;
  /** Called with what is to be pasted, without control characters. */
  onPaste(text: string): void;
}

const FONT = '"JetBrains Mono Variable", ui-monospace, "SF Mono", Menlo, Consolas, monospace';
const FONT_PX = 12.5;
const SCROLLBACK_LINES = 10_000;
/** Drawn without a pause: the browser gets its turn between two of these. */
const SLICE_UNITS = 8_192;
const WEB = /^https?:\/\//i;

/** The screen of a terminal: xterm with what this page allows it. */
export class TerminalScreen {
  readonly #xterm: Xterm;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon();
  readonly #stopTheme: () => void;
  readonly #deps: TerminalScreenDeps;
  readonly #closing = new AbortController();
  #isEmpty = true;

  constructor(deps: TerminalScreenDeps, isForReader: boolean) {
    const open = (event: MouseEvent, url: string) => {
      event.preventDefault();
      if (WEB.test(url)) deps.onLink(url);
    };
    const xterm = new Xterm({
      allowProposedApi: true,
      fontFamily: FONT,
      fontSize: FONT_PX,
      lineHeight: 1.3,
      scrollback: SCROLLBACK_LINES,
      theme: readTheme(),
      minimumContrastRatio: 4.5,
      screenReaderMode: isForReader,
      // Many layouts type brackets, @ and ~ with Option.
      macOptionIsMeta: false,
      linkHandler: { activate: open, allowNonHttpProtocols: false },
    });
    this.#xterm = xterm;
    this.#deps = deps;
    swallowSequences(xterm.parser);
    xterm.loadAddon(this.#fit);
    xterm.loadAddon(this.#search);
    xterm.loadAddon(new Unicode11Addon());
    xterm.unicode.activeVersion = "11";
    xterm.loadAddon(new WebLinksAddon(open));
    xterm.onData((text) => deps.onType(text));
    xterm.attachCustomKeyEventHandler((event) => {
      const key = decideKey(event, xterm.hasSelection());
      if (key === "typed" || key === "page") return key === "typed";
      event.preventDefault();
      if (event.type === "keydown" && key === "find") deps.onFind();
      else if (event.type === "keydown" && xterm.hasSelection()) deps.onCopy(xterm.getSelection());
      return false;
    });
    this.#stopTheme = onThemeChange(() => (xterm.options.theme = readTheme()));
  }

  /** Puts the screen into an element of the page. */
  open(element: HTMLElement): void {
    this.#xterm.open(element);
    const { signal } = this.#closing;
    const paste = (event: ClipboardEvent) => {
      event.preventDefault();
      event.stopPropagation();
      const text = toPasted(event.clipboardData?.getData("text/plain") ?? "");
      if (text !== "") this.#deps.onPaste(text);
    };
    // Before xterm, which would paste at once.
    element.addEventListener("paste", paste, { capture: true, signal });
    // What is selected with the first button is copied, as in other terminals.
    const selection = new MouseSelection();
    const onFirst = (type: string, act: (selected: string) => void, capture = false) =>
      element.addEventListener(type, (event) => event instanceof MouseEvent && event.button === 0 && act(this.#xterm.getSelection()), {
        capture,
        signal,
      });
    onFirst("mousedown", (selected) => selection.press(selected), true);
    onFirst("mousedown", (selected) => selection.settle(selected));
    onFirst("mouseup", (selected) => {
      const copied = selection.release(selected);
      if (copied !== null) this.#deps.onCopy(copied);
    });
    try {
      const webgl = new WebglAddon();
      webgl.onContextLoss(() => webgl.dispose());
      this.#xterm.loadAddon(webgl);
    } catch {
      // There is no GPU: the screen is drawn without one.
    }
  }

  get size(): TerminalSize {
    return { cols: this.#xterm.cols, rows: this.#xterm.rows };
  }

  /** The size that fills the element; null while it is not shown. */
  measure(): TerminalSize | null {
    const size = this.#fit.proposeDimensions();
    if (!size || !Number.isFinite(size.cols) || !Number.isFinite(size.rows)) return null;
    return { cols: Math.min(1_000, Math.max(2, size.cols)), rows: Math.min(1_000, Math.max(1, size.rows)) };
  }

  resize({ cols, rows }: TerminalSize): void {
    if (cols !== this.#xterm.cols || rows !== this.#xterm.rows) this.#xterm.resize(cols, rows);
  }

  /** Draws a piece of output; resolves when it is drawn. */
  async draw({ text, isAnew, lost, prelude }: TerminalPiece): Promise<void> {
    if (isAnew) this.#xterm.reset();
    if (lost > 0) {
      const isOnSecondScreen = this.#xterm.buffer.active.type === "alternate";
      await this.#write(toGapText({ lost, prelude }, { isEmpty: this.#isEmpty, isOnSecondScreen }));
    }
    this.#isEmpty = false;
    for (let at = 0; at < text.length; at += SLICE_UNITS) {
      const drawn = this.#write(text.slice(at, at + SLICE_UNITS));
      // Only the last slice is waited for: xterm takes turns with the browser by itself.
      if (at + SLICE_UNITS >= text.length) await drawn;
    }
  }

  /** Enters a text as a paste, which programs that ask for it can tell from typing. */
  paste(text: string): void {
    this.#xterm.paste(toPasted(text));
  }

  /** Finds a text; returns whether there is one. */
  find(text: string, step: 1 | -1): boolean {
    if (text === "") {
      this.#search.clearDecorations();
      return true;
    }
    return step === 1 ? this.#search.findNext(text) : this.#search.findPrevious(text);
  }

  focus(): void {
    this.#xterm.focus();
  }

  setForReader(isForReader: boolean): void {
    this.#xterm.options.screenReaderMode = isForReader;
  }

  close(): void {
    this.#closing.abort();
    this.#stopTheme();
    this.#xterm.dispose();
  }

  #write(text: string): Promise<void> {
    return new Promise((resolve) => this.#xterm.write(text, resolve));
  }
}
