import { createHash } from "node:crypto";
import { constants, type BigIntStats } from "node:fs";
import { lstat, open, readdir, readlink } from "node:fs/promises";
import type { FileState } from "@boocode/shared/changes/edits/file-edit";
import type { FoundState } from "@boocode/shared/changes/edits/found-state";
import { splitPath } from "../../platform/files/byte-folders.ts";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Git } from "../../platform/git/git.ts";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const TOGETHER = 16;
const CHUNK_BYTES = 256 * 1024;
/** How often a file that changes while it is read is read again. */
const ATTEMPTS = 3;

export interface DiskReaderInput {
  git: Git;
  /** Absolute. */
  root: string;
  objectFormat: string;
  /** False if the file system has no executable bit: then a file has the mode that was expected. */
  hasModes: boolean;
  /** True if the file system finds a name in any case. */
  ignoresCase: boolean;
}

/** A path to read, and the states that it is expected to be in. */
export interface Wanted {
  path: string;
  like: readonly FileState[];
}

/** What was found, and an identity that differs after every write; null if there is nothing. */
export interface Found {
  state: FoundState;
  identity: string | null;
}

type Parent = { kind: "folder" | "nothing" } | { kind: "blocked"; by: string; isLink: boolean };

/** Reads what is at paths of a folder, raw and without following any link. It caches folders, so use a new one for a new look. */
export class DiskReader {
  readonly #input: DiskReaderInput;
  readonly #parents = new Map<string, Promise<Parent>>();
  readonly #names = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(input: DiskReaderInput) {
    this.#input = input;
  }

  /** Reads all paths, in the order given. */
  async readAll(wanted: readonly Wanted[]): Promise<Found[]> {
    const found: Found[] = [];
    for (let start = 0; start < wanted.length; start += TOGETHER) {
      found.push(...(await Promise.all(wanted.slice(start, start + TOGETHER).map((each) => this.read(each)))));
    }
    return found;
  }

  async read({ path, like }: Wanted): Promise<Found> {
    const { folder, name } = splitPath(path);
    const parent = await this.#lookAtFolder(folder);
    if (parent.kind === "nothing") return NOTHING;
    if (parent.kind === "blocked") return { state: parent, identity: null };
    for (let attempt = 1; ; attempt++) {
      const stats = await lstatOrNull(this.#toFile(path));
      if (stats === null) return NOTHING;
      if (this.#input.ignoresCase && !(await this.#listNames(folder)).has(name)) return this.#findAlias(folder, name);
      if (stats.isDirectory()) return this.#readFolder(path, like);
      if (!stats.isFile() && !stats.isSymbolicLink()) return OTHER;
      const content = await this.#hash(path, stats).catch(() => "unreadable" as const);
      if (content === "unreadable") return OTHER;
      if (content !== "changed")
        return { state: { kind: "file", state: this.#toState(stats, content, like) }, identity: toIdentity(stats) };
      if (attempt === ATTEMPTS) return OTHER;
    }
  }

  /** Whether a folder holds nothing but the given paths and the folders above them. */
  async holdsOnly(folder: string, paths: ReadonlySet<string>): Promise<boolean> {
    const entries = await readdir(this.#toFile(folder), { withFileTypes: true, encoding: "buffer" }).catch(() => null);
    if (entries === null) return false;
    for (const entry of entries) {
      const path = `${folder}/${entry.name.toString("latin1")}`;
      if (!(entry.isDirectory() ? await this.holdsOnly(path, paths) : paths.has(path))) return false;
    }
    return true;
  }

  #toFile(path: string): Buffer {
    return BytePath.toFile(this.#input.root, BytePath.of(path));
  }

  #lookAtFolder(folder: string): Promise<Parent> {
    if (folder === "") return Promise.resolve({ kind: "folder" });
    const known = this.#parents.get(folder);
    if (known) return known;
    const looking = this.#readParent(folder);
    this.#parents.set(folder, looking);
    return looking;
  }

  async #readParent(folder: string): Promise<Parent> {
    const parent = await this.#lookAtFolder(splitPath(folder).folder);
    if (parent.kind !== "folder") return parent;
    const stats = await lstatOrNull(this.#toFile(folder));
    if (stats === null) return { kind: "nothing" };
    const isOther = !stats.isDirectory() || (await lstatOrNull(this.#toFile(`${folder}/.git`))) !== null;
    return isOther ? { kind: "blocked", by: folder, isLink: stats.isSymbolicLink() } : { kind: "folder" };
  }

  #listNames(folder: string): Promise<ReadonlySet<string>> {
    const known = this.#names.get(folder);
    if (known) return known;
    const path = folder === "" ? this.#input.root : this.#toFile(folder);
    const listing = readdir(path, { encoding: "buffer" }).then((names) => new Set(names.map((name) => name.toString("latin1"))));
    this.#names.set(folder, listing);
    return listing;
  }

  async #findAlias(folder: string, name: string): Promise<Found> {
    const names = await this.#listNames(folder);
    const alias = [...names].find((each) => each.toLowerCase() === name.toLowerCase()) ?? name;
    return { state: { kind: "blocked", by: folder === "" ? alias : `${folder}/${alias}`, isLink: false }, identity: null };
  }

  async #readFolder(path: string, like: readonly FileState[]): Promise<Found> {
    const isRepository = (await lstatOrNull(this.#toFile(`${path}/.git`))) !== null;
    if (!isRepository) return { state: { kind: "folder" }, identity: null };
    // Git is asked only where its answer matters.
    if (!like.some((state) => state?.mode === "160000")) return OTHER;
    const { git, root } = this.#input;
    const cwd = `${root}/${BytePath.toText(BytePath.of(path))}`;
    const head = await git.read(cwd, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]).catch(() => null);
    if (!head || !/^[0-9a-f]{40,64}$/.test(head.text)) return OTHER;
    return { state: { kind: "file", state: { mode: "160000", oid: head.text } }, identity: null };
  }

  /** Returns the git id of a file's bytes. `changed`: it was written meanwhile. */
  async #hash(path: string, stats: BigIntStats): Promise<string> {
    const name = this.#toFile(path);
    if (stats.isSymbolicLink()) {
      const target = await readlink(name, { encoding: "buffer" });
      return this.#startHash(target.length).update(target).digest("hex");
    }
    const file = await open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const hash = this.#startHash(Number(stats.size));
      const chunk = Buffer.allocUnsafe(Math.min(Number(stats.size) + 1, CHUNK_BYTES));
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
        if (bytesRead === 0) break;
        hash.update(chunk.subarray(0, bytesRead));
      }
      return toIdentity(await file.stat({ bigint: true })) === toIdentity(stats) ? hash.digest("hex") : "changed";
    } finally {
      await file.close();
    }
  }

  #startHash(size: number) {
    return createHash(this.#input.objectFormat === "sha256" ? "sha256" : "sha1").update(`blob ${size}\0`);
  }

  #toState(stats: BigIntStats, oid: string, like: readonly FileState[]): NonNullable<FileState> {
    if (stats.isSymbolicLink()) return { mode: "120000", oid };
    const mode = (Number(stats.mode) & 0o100) === 0 ? "100644" : "100755";
    if (this.#input.hasModes) return { mode, oid };
    const files = like.filter((state) => state !== null && state.mode.startsWith("100")) as NonNullable<FileState>[];
    return { mode: (files.find((state) => state.oid === oid) ?? files[0])?.mode ?? mode, oid };
  }
}

const NOTHING: Found = { state: { kind: "nothing" }, identity: null };
const OTHER: Found = { state: { kind: "other" }, identity: null };

/** An identity of a file that differs after every write to it and after its replacement. */
export function toIdentity({ dev, ino, mode, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return `${dev} ${ino} ${mode} ${size} ${mtimeNs} ${ctimeNs}`;
}

async function lstatOrNull(path: Buffer): Promise<BigIntStats | null> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}
