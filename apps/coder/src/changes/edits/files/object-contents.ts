import { DomainError } from "@boocode/shared/faults/domain-error";
import { z } from "zod";
import type { GitOverlay, GitSetting } from "../../../platform/git/git-environment.ts";
import type { Git } from "../../../platform/git/git.ts";
import { findLooseTime, isLoose, storeLooseTree, toTreeBody } from "../../../platform/git/loose-object.ts";
import { withoutFiles } from "../../compare/read-tree-changes.ts";
import type { PlannedTree } from "../plan-moved-tree.ts";

/** Contents are read in batches of this size; a larger file is read alone. */
const BATCH_BYTES = 16 * 1024 * 1024;
const LIMIT_MS = 300_000;
/** Objects written for an edit survive a power cut: after it, they are the only copy. */
const DURABLE: readonly GitSetting[] = [
  ["core.fsync", "loose-object,reference"],
  ["core.fsyncObjectFiles", "true"],
];
/** After this time a system has long written a file by itself: it waits for half a minute, and for some minutes to spare a battery. */
const WRITTEN_MS = 15 * 60 * 1_000;
/** Up to so many trees are stored without a git. */
const FEW_TREES = 8;
const Oid = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);

/** Reads and writes git objects in a repository's object store, through BooCode's own git directory. */
export class ObjectContents {
  readonly #git: Git;
  readonly #overlay: GitOverlay;

  constructor(git: Git, overlay: GitOverlay) {
    this.#git = git;
    this.#overlay = withoutFiles(overlay);
  }

  /** Returns the size of each blob; null for one that is not in the store. One git for all. */
  async measure(oids: Iterable<string>): Promise<Map<string, number | null>> {
    const unique = [...new Set(oids)];
    if (unique.length === 0) return new Map();
    const { text } = await this.#git.read(this.#overlay.gitDir, ["cat-file", "--batch-check=%(objecttype) %(objectsize)"], {
      overlay: this.#overlay,
      stdin: unique.map((oid) => `${oid}\n`).join(""),
      limitMs: LIMIT_MS,
    });
    const lines = text.split("\n");
    return new Map(unique.map((oid, place) => [oid, toSize(lines[place] ?? "")]));
  }

  /** Returns which of the blobs are not in the store. One git, and none where each is in a file of its own. */
  async findMissing(oids: Iterable<string>): Promise<string[]> {
    const packed = [...new Set(oids)].filter((oid) => !isLoose(this.#overlay.objectsDir, oid));
    const sizes = await this.measure(packed);
    return packed.filter((oid) => sizes.get(oid) === null);
  }

  /** Whether a stored blob is sure to survive a power cut: git waits for what it packs, and the system has written what is old. */
  isDurable(oid: string, now: number): boolean {
    const storedAt = findLooseTime(this.#overlay.objectsDir, oid);
    return storedAt === null || (storedAt > 0 && storedAt < now - WRITTEN_MS);
  }

  /** Returns the size of each blob. Faults: those of git, also if one is missing. */
  async requireAll(oids: Iterable<string>): Promise<Map<string, number>> {
    return requireSizes(await this.measure(oids));
  }

  /** Reads blobs whose sizes are known, and hands over each as soon as it is read. */
  async readEach(sizes: ReadonlyMap<string, number>, take: (oid: string, content: Buffer) => Promise<void>): Promise<void> {
    let batch: string[] = [];
    let bytes = 0;
    for (const [oid, size] of sizes) {
      if (batch.length > 0 && bytes + size > BATCH_BYTES) {
        await this.#readBatch(batch, bytes, take);
        [batch, bytes] = [[], 0];
      }
      batch.push(oid);
      bytes += size;
    }
    if (batch.length > 0) await this.#readBatch(batch, bytes, take);
  }

  /** Stores files byte for byte and returns their ids. The paths must contain no line break. */
  async storeFiles(paths: readonly string[]): Promise<string[]> {
    if (paths.length === 0) return [];
    const { text } = await this.#git.write(this.#overlay.gitDir, ["hash-object", "-w", "--no-filters", "--stdin-paths"], {
      overlay: this.#overlay,
      settings: DURABLE,
      stdin: paths.map((path) => `${path}\n`).join(""),
      limitMs: LIMIT_MS,
    });
    return z.array(Oid).length(paths.length).parse(text.split("\n"));
  }

  /** Stores trees, each listed after those that it contains; objects they name need not be in the store. One git for many, none for few. */
  async storeTrees(trees: readonly Pick<PlannedTree, "entries">[]): Promise<string[]> {
    if (trees.length === 0) return [];
    const stored = trees.length > FEW_TREES ? null : await Promise.all(trees.map(({ entries }) => this.#storeTree(entries)));
    if (stored?.every((oid) => oid !== null)) return stored;
    const input = trees.map(({ entries }) => `${entries.map((entry) => `${entry}\0`).join("")}\0`).join("");
    const { text } = await this.#git.write(this.#overlay.gitDir, ["mktree", "--batch", "--missing", "-z"], {
      overlay: this.#overlay,
      settings: DURABLE,
      stdin: Buffer.from(input, "latin1"),
      limitMs: LIMIT_MS,
    });
    return z.array(Oid).length(trees.length).parse(text.split("\n"));
  }

  /** Returns null if it is to be stored by git. */
  async #storeTree(lines: readonly string[]): Promise<string | null> {
    const entries = lines.map((line) => {
      const [, mode = "", type = "", oid = "", name = ""] = /^(\d+) (\w+) ([0-9a-f]+)\t([^]*)$/.exec(line) ?? [];
      return { mode, type, oid, name };
    });
    // Its ids say which format the store has.
    if (entries.length === 0) return null;
    const format = entries[0]!.oid.length === 40 ? "sha1" : "sha256";
    return storeLooseTree(this.#overlay.objectsDir, toTreeBody(entries), format);
  }

  async #readBatch(oids: readonly string[], bytes: number, take: (oid: string, content: Buffer) => Promise<void>): Promise<void> {
    const { stdout } = await this.#git.read(this.#overlay.gitDir, ["cat-file", "--batch"], {
      overlay: this.#overlay,
      stdin: oids.map((oid) => `${oid}\n`).join(""),
      // The header of each object, and its line break.
      maxOutputBytes: bytes + oids.length * 128,
      limitMs: LIMIT_MS,
    });
    let at = 0;
    for (const oid of oids) {
      const end = stdout.indexOf(10, at);
      const size = toSize(stdout.toString("latin1", at, end).replace(/^[0-9a-f]+ /, ""));
      if (size === null) throw missingObject(oid);
      await take(oid, stdout.subarray(end + 1, end + 1 + size));
      at = end + 2 + size;
    }
  }
}

/** Returns the sizes of objects that all exist. Throws if one does not. */
function requireSizes(sizes: ReadonlyMap<string, number | null>): Map<string, number> {
  return new Map(
    [...sizes].map(([oid, size]) => {
      if (size === null) throw missingObject(oid);
      return [oid, size];
    }),
  );
}

/** The fault for an object that is not in the store. */
export function missingObject(oid: string): DomainError {
  return new DomainError({ kind: "git_failed", command: "git cat-file", exitCode: null, stderrTail: `object ${oid} is missing` });
}

function toSize(line: string): number | null {
  const [, size] = /^blob (\d+)$/.exec(line) ?? [];
  return size === undefined ? null : Number(size);
}
