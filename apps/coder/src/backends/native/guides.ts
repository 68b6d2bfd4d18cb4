import { listGuideFolders } from "@boocode/shared/models/list-guide-folders";
import { limitGuides } from "@boocode/shared/models/limit-guides";
import { readTextFile } from "./tools/folder/text-file.ts";
import { toReadingFolder, type ToolPlace } from "./tools/folder/tool-place.ts";

/** The files in which a project tells agents how to work in it, in order of preference. */
const NAMES = ["AGENTS.md", "CLAUDE.md"];

export interface GuidesPorts {
  /** Called with the path of each file whose text is given to the model, and whether that is all of it. */
  onRead(path: string, isWhole: boolean): void | Promise<void>;
  /** Returns the model's context in tokens, before this many bytes are added to it; null if it is not known. */
  contextFor(bytes: number): Promise<number | null>;
}

/** Reads the guides of a trusted project for one context of a model: the root's first, then those of folders that are worked in. */
export class Guides {
  readonly #place: ToolPlace;
  readonly #ports: GuidesPorts;
  readonly #looked = new Set<string>();
  #bytes = 0;

  constructor(place: ToolPlace, ports: GuidesPorts) {
    this.#place = place;
    this.#ports = ports;
  }

  /** The root's guide, to be added to the instructions; empty if there is none. */
  async readRoot(): Promise<string> {
    return (await this.#read("")) ?? "";
  }

  /** The guides of folders that are worked in for the first time, to be added to a tool's result; empty if there are none. */
  async readBelow(paths: readonly string[]): Promise<string> {
    const found: string[] = [];
    for (const folder of listGuideFolders(paths)) found.push((await this.#read(folder)) ?? "");
    return found.join("");
  }

  async #read(folder: string): Promise<string | null> {
    if (this.#looked.has(folder) || this.#roomIn(null) <= 0) return null;
    this.#looked.add(folder);
    for (const name of NAMES) {
      const path = folder === "" ? name : `${folder}/${name}`;
      // One that is not there, leads out of the worktree or is no text does not count.
      const read = (maxBytes: number) => readTextFile(toReadingFolder(this.#place), path, maxBytes).catch(() => null);
      let file = await read(this.#roomIn(null));
      if (file === null || file.text.trim() === "") continue;
      const bytes = Buffer.byteLength(file.text);
      const room = this.#roomIn(await this.#ports.contextFor(bytes));
      if (room <= 0) return null;
      if (bytes > room) file = await read(room);
      if (file === null) continue;
      this.#bytes += Buffer.byteLength(file.text);
      await this.#ports.onRead(path, file.isWhole);
      const where = folder === "" ? "the project" : `${folder}/`;
      const rest = file.isWhole ? "" : `\n[The rest of ${path} is left out.]`;
      return `\n\n[${path}, how to work in ${where}:]\n${file.text.trim()}${rest}`;
    }
    return null;
  }

  /** The bytes that the next file may have. */
  #roomIn(contextTokens: number | null): number {
    const { one, together } = limitGuides(contextTokens);
    return Math.min(one, together - this.#bytes);
  }
}
