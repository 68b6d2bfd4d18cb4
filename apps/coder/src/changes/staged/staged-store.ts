import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SessionId } from "@boocode/shared/ids";
import type { StagedEdit } from "@boocode/shared/changes/staged/staged-edit";
import { ConfinedFolder } from "../../platform/files/confined-folder.ts";
import type { RawWorktree } from "../../worktrees/checkpoints/raw-worktree.ts";
import { ObjectContents } from "../edits/files/object-contents.ts";
import { toEntry } from "./compare-states.ts";

/** The largest file whose content is kept because a staged edit replaces or deletes it. */
export const MAX_BASE_BYTES = 50 * 1024 * 1024;

/** The ref that keeps the contents of a session's staged edits from git's garbage collection. */
export const toStagedRef = (sessionId: SessionId) => `refs/boocode/staged/${sessionId}`;

/** Keeps the contents of staged edits in the project's object store. */
export class StagedStore {
  readonly contents: ObjectContents;
  readonly #raw: RawWorktree;

  constructor(raw: RawWorktree) {
    this.#raw = raw;
    this.contents = new ObjectContents(raw.git, raw.overlay);
  }

  /** Stores contents durably and returns their ids. One git for all. */
  async store(all: readonly Uint8Array[]): Promise<string[]> {
    if (all.length === 0) return [];
    const folder = await mkdtemp(join(this.#raw.overlay.gitDir, "staging-"));
    try {
      const files = all.map((_, place) => join(folder, String(place)));
      for (const [place, content] of all.entries()) await writeFile(files[place]!, content);
      return await this.contents.storeFiles(files);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /**
   * Stores what is on disk at paths, each a file or a link of the given id, unless the store has it. Returns the paths that were not
   * stored: `changed` no longer has that id, `large` is over the limit.
   */
  async storeFromDisk(files: readonly { path: string; oid: string; isLink: boolean }[]): Promise<{ changed: string[]; large: string[] }> {
    const left = { changed: [] as string[], large: [] as string[] };
    const known = await this.contents.measure(files.map(({ oid }) => oid));
    const missing = files.filter(({ oid }) => known.get(oid) === null);
    if (missing.length === 0) return left;
    const disk = await ConfinedFolder.open(this.#raw.path);
    for (const { path, oid, isLink } of missing) {
      const content = isLink ? await readLinkBytes(disk, path) : await readWhole(disk, path);
      if (content === "large") left.large.push(path);
      else if (content === null || (await this.store([content]))[0] !== oid) left.changed.push(path);
    }
    return left;
  }

  /** Reads the beginning of blobs by their ids. */
  async read(oids: readonly string[], maxBytes: number): Promise<Map<string, Uint8Array>> {
    const sizes = new Map<string, number>();
    for (const [oid, size] of await this.contents.measure(oids)) if (size !== null) sizes.set(oid, size);
    const found = new Map<string, Uint8Array>();
    await this.contents.readEach(sizes, async (oid, content) => {
      // A copy, because the rest of what git printed would stay in memory with a part of it.
      found.set(oid, Uint8Array.from(content.subarray(0, maxBytes)));
    });
    return found;
  }

  /** Keeps the contents of these edits from garbage collection; those of all others of the session are let go. */
  async pin(sessionId: SessionId, edits: readonly StagedEdit[]): Promise<void> {
    const { git, path } = this.#raw;
    const states = edits.flatMap(({ base, steps }) => [base, ...steps.map(({ after }) => after)]);
    const entries = new Map(states.flatMap((state) => (state === null ? [] : [[state.oid, toEntry(state, state.oid)] as const])));
    const [tree] = await this.contents.storeTrees([{ entries: [...entries.values()] }]);
    await git.write(path, ["update-ref", toStagedRef(sessionId), tree!], { settings: [["core.fsync", "reference"]] });
  }
}

async function readWhole(disk: ConfinedFolder, path: string): Promise<Buffer | "large" | null> {
  const file = await disk.readFile(path, MAX_BASE_BYTES).catch(() => null);
  if (file === null || file.path !== path) return null;
  return file.bytes.length < file.sizeBytes ? "large" : file.bytes;
}

async function readLinkBytes(disk: ConfinedFolder, path: string): Promise<Buffer | null> {
  const target = await disk.readLink(path).catch(() => null);
  return target === null ? null : Buffer.from(target);
}
