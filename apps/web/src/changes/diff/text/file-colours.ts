import type { CodeLine } from "../../../files/code/highlight.ts";
import type { PatchHunk, PatchLine } from "../parse-patch.ts";

/** Colours a piece of code, line by line; null if it stays plain. */
export type Colour = (code: string) => Promise<readonly CodeLine[] | null>;

/** Lines coloured at once: enough for a grammar to know where it is, and few enough to be there at once. */
const BLOCK = 200;
/** Longer lines are generated, and stay plain. In UTF-16 units. */
const MAX_LINE_CHARS = 1_000;
const NONE: () => void = () => {};

interface Block {
  lines: Map<PatchLine, CodeLine> | null;
  listeners: Set<() => void>;
}

/**
 * The colours of one file's diff. They are found out block by block, for the lines that are looked at; until then, and where there is no
 * grammar, lines are plain.
 */
export class FileColours {
  readonly #hunks: readonly PatchHunk[];
  readonly #colour: Colour;
  readonly #blocks = new Map<string, Block>();

  constructor(hunks: readonly PatchHunk[], colour: Colour) {
    this.#hunks = hunks;
    this.#colour = colour;
  }

  /** The colours of a line, once they are known. */
  read(hunk: number, line: PatchLine): CodeLine | null {
    return this.#blocks.get(toKey(hunk, line))?.lines?.get(line) ?? null;
  }

  /** Asks for the colours of a line and calls `listener` when they are there. Returns what ends that. */
  subscribe(hunk: number, line: PatchLine, listener: () => void): () => void {
    if (line.text.length > MAX_LINE_CHARS) return NONE;
    const key = toKey(hunk, line);
    const known = this.#blocks.get(key);
    const block = known ?? { lines: null, listeners: new Set() };
    if (!known) {
      this.#blocks.set(key, block);
      void this.#fill(block, hunk, Math.floor(line.place / BLOCK) * BLOCK);
    }
    if (block.lines !== null) return NONE;
    block.listeners.add(listener);
    return () => block.listeners.delete(listener);
  }

  async #fill(block: Block, hunk: number, from: number): Promise<void> {
    const lines = (this.#hunks[hunk]?.lines ?? []).slice(from, from + BLOCK).filter(({ text }) => text.length <= MAX_LINE_CHARS);
    const found = new Map<PatchLine, CodeLine>();
    // Each side is code of its own: what was replaced would confuse the grammar of what replaced it.
    const sides = [lines.filter(({ kind }) => kind !== "deleted"), lines.filter(({ kind }) => kind !== "added")] as const;
    for (const [side, shown] of sides.entries()) {
      if (side === 1 && !shown.some(({ kind }) => kind === "deleted")) break;
      const coloured = await this.#colour(shown.map(({ text }) => text.replace(/\r$/, "")).join("\n"));
      shown.forEach((line, at) => {
        const tokens = coloured?.[at];
        if (tokens && (side === 0 || line.kind === "deleted")) found.set(line, tokens);
      });
    }
    block.lines = found;
    const { listeners } = block;
    block.listeners = new Set();
    for (const listener of listeners) listener();
  }
}

const toKey = (hunk: number, { place }: PatchLine) => `${hunk} ${Math.floor(place / BLOCK)}`;
