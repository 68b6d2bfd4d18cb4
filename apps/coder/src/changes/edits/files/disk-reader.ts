import { createHash, hash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, readSync, type BigIntStats } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { FileIdentity } from "@boocode/shared/changes/edits/decide-lost";
import type { FileState } from "@boocode/shared/changes/edits/file-edit";
import type { FoundState } from "@boocode/shared/changes/edits/found-state";
import { joinBytes, splitPath } from "../../../platform/files/byte-folders.ts";
import { BytePath } from "../../../platform/git/byte-path.ts";
import type { Git } from "../../../platform/git/git.ts";

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
/** Paths read between two pauses, in which other work of the daemon runs. */
const BETWEEN_PAUSES = 16;
/** Up to this size, reading at once costs less than waiting for other threads. */
const SMALL_BYTES = 256 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** Room for the heading that a content's id is made of. */
const HEAD_BYTES = 32;
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

/** Reads what is at paths of a folder, raw and without following any link; folders that hold no file are nothing. It caches folders, so use a new one for a new look. */
export class DiskReader {
  readonly #input: DiskReaderInput;
  readonly #parents = new Map<string, Parent>();
  #scratch: Buffer | null = null;
  readonly #names = new Map<string, Promise<ReadonlySet<string>>>();

  constructor(input: DiskReaderInput) {
    this.#input = input;
  }

  /** Reads all paths, in the order given. */
  async readAll(wanted: readonly Wanted[]): Promise<Found[]> {
    const found: Found[] = [];
    for (const each of wanted) {
      found.push(await this.read(each));
      if (found.length % BETWEEN_PAUSES === 0) await nextTurn();
    }
    return found;
  }

  async read({ path, like }: Wanted): Promise<Found> {
    const { folder, name } = splitPath(path);
    const parent = this.#lookAtFolder(folder);
    if (parent.kind === "nothing") return NOTHING;
    if (parent.kind === "blocked") return { state: parent, identity: null };
    for (let attempt = 1; ; attempt++) {
      const stats = lstatOrNull(this.#toFile(path));
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

  /**
   * Returns a small file's bytes if they are exactly the content with this id; null otherwise. The id alone says what was read, so links on
   * the way do not matter. The bytes are valid until the next call.
   */
  readContent(path: string, oid: string): Buffer | null {
    let descriptor: number | null = null;
    try {
      descriptor = openSync(this.#toFile(path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      if (!fstatSync(descriptor).isFile()) return null;
      this.#scratch ??= Buffer.allocUnsafe(HEAD_BYTES + SMALL_BYTES);
      const size = readSync(descriptor, this.#scratch, HEAD_BYTES, SMALL_BYTES, null);
      return this.#hashScratch(this.#scratch, size) === oid ? this.#scratch.subarray(HEAD_BYTES, HEAD_BYTES + size) : null;
    } catch {
      return null;
    } finally {
      if (descriptor !== null) closeSync(descriptor);
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

  #toFile(path: string): string | Buffer {
    return joinBytes(this.#input.root, path);
  }

  #lookAtFolder(folder: string): Parent {
    if (folder === "") return { kind: "folder" };
    const known = this.#parents.get(folder);
    if (known) return known;
    const found = this.#readParent(folder);
    this.#parents.set(folder, found);
    return found;
  }

  #readParent(folder: string): Parent {
    const parent = this.#lookAtFolder(splitPath(folder).folder);
    if (parent.kind !== "folder") return parent;
    const stats = lstatOrNull(this.#toFile(folder));
    if (stats === null) return { kind: "nothing" };
    const isOther = !stats.isDirectory() || lstatOrNull(this.#toFile(`${folder}/.git`)) !== null;
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
    const isRepository = lstatOrNull(this.#toFile(`${path}/.git`)) !== null;
    // For git, folders without a file are nothing.
    if (!isRepository) return (await this.holdsOnly(path, new Set())) ? NOTHING : { state: { kind: "folder" }, identity: null };
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
      const target = readlinkSync(name, { encoding: "buffer" });
      return this.#startHash(target.length).update(target).digest("hex");
    }
    const size = Number(stats.size);
    return size > SMALL_BYTES ? this.#hashLarge(name, stats) : this.#hashSmall(name, stats);
  }

  #hashSmall(name: string | Buffer, stats: BigIntStats): string {
    const size = Number(stats.size);
    const descriptor = openSync(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      this.#scratch ??= Buffer.allocUnsafe(HEAD_BYTES + SMALL_BYTES);
      const isWhole = readBytes(descriptor, this.#scratch.subarray(HEAD_BYTES, HEAD_BYTES + size));
      if (!isWhole || toIdentity(fstatSync(descriptor, { bigint: true })) !== toIdentity(stats)) return "changed";
      return this.#hashScratch(this.#scratch, size);
    } finally {
      closeSync(descriptor);
    }
  }

  async #hashLarge(name: string | Buffer, stats: BigIntStats): Promise<string> {
    const file = await open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const hash = this.#startHash(Number(stats.size));
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
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

  /** The id of the content behind the room for its heading. */
  #hashScratch(scratch: Buffer, size: number): string {
    const heading = `blob ${size}\0`;
    const start = HEAD_BYTES - heading.length;
    scratch.write(heading, start, "latin1");
    return hash(this.#algorithm, scratch.subarray(start, HEAD_BYTES + size), "hex");
  }

  get #algorithm(): string {
    return this.#input.objectFormat === "sha256" ? "sha256" : "sha1";
  }

  #startHash(size: number) {
    return createHash(this.#algorithm).update(`blob ${size}\0`);
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

/** The part of an identity that outlives a start of the machine, which may give the device another number. */
export function toLastingIdentity(identity: string): FileIdentity {
  const [, ino = "", , size = "", mtimeNs = "", ctimeNs = ""] = identity.split(" ");
  return { ino, size, mtimeNs, ctimeNs };
}

/** Fills a buffer from an open file; false if that has fewer bytes. */
function readBytes(descriptor: number, bytes: Buffer): boolean {
  for (let filled = 0; filled < bytes.length;) {
    const read = readSync(descriptor, bytes, filled, bytes.length - filled, null);
    if (read === 0) return false;
    filled += read;
  }
  return true;
}

/** What is at a path, which may be a link; null if there is nothing. */
export function lstatOrNull(path: string | Buffer): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return null;
    throw error;
  }
}
