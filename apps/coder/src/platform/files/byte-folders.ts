import { closeSync, constants, fsync, mkdirSync, openSync, realpathSync } from "node:fs";
import { promisify } from "node:util";
import { isAscii } from "./is-ascii.ts";
import { canWalkThroughHandles } from "./pinned-folder.ts";

const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const SLASH = Buffer.from("/");
const flush = promisify(fsync);

/** An open folder below a root. It stays the same folder until it is closed, whatever happens to its path. */
export interface ByteFolder {
  readonly descriptor: number;
  /** A path to an entry of exactly this folder. The name has one character per byte. */
  at(name: string): string | Buffer;
}

/**
 * Opens folders below one root by paths with one character per byte, each component relative to its open parent and without following a
 * link. Folders stay open until {@link close}, so open few at a time. Calls are synchronous, so that nothing of this process comes between
 * a look at a file and its replacement.
 *
 * Throws the system's error: `ENOENT`; `ENOTDIR` or `ELOOP` if a component is a file or a link.
 */
export class ByteFolders {
  readonly #root: Buffer;
  readonly #open = new Map<string, ByteFolder>();
  readonly #changed = new Set<ByteFolder>();
  /** Folders that {@link open} created, outermost first. */
  readonly made: string[] = [];

  constructor(root: string) {
    this.#root = realpathSync.native(root, { encoding: "buffer" }) as unknown as Buffer;
  }

  /** Opens a folder; "" is the root. With `make`, missing folders are created. */
  open(path: string, { make = false }: { make?: boolean } = {}): ByteFolder {
    const known = this.#open.get(path);
    if (known) return known;
    if (path === "") return this.#keep(path, this.#root);
    const at = path.lastIndexOf("/");
    const parent = this.open(at < 0 ? "" : path.slice(0, at), { make });
    const target = parent.at(path.slice(at + 1));
    try {
      return this.#keep(path, target);
    } catch (error) {
      if (!make || (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    mkdirSync(target);
    this.made.push(path);
    this.note(parent);
    return this.#keep(path, target);
  }

  /** How many folders are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Notes that entries of a folder changed, so that {@link flush} makes that durable. */
  note(folder: ByteFolder): void {
    this.#changed.add(folder);
  }

  /** Makes the noted changes durable. */
  async flush(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    await Promise.all(changed.map(({ descriptor }) => flush(descriptor)));
  }

  close(): void {
    for (const { descriptor } of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
    this.#changed.clear();
  }

  #keep(path: string, target: string | Buffer): ByteFolder {
    const descriptor = openSync(target, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK);
    // Systems without `/proc/self/fd` have no path through an open handle, so they use the checked path.
    const here = canWalkThroughHandles ? `/proc/self/fd/${descriptor}` : this.#toPath(path);
    const folder = { descriptor, at: (name: string) => joinBytes(here, name) };
    this.#open.set(path, folder);
    return folder;
  }

  #toPath(path: string): Buffer {
    return path === "" ? this.#root : Buffer.concat([this.#root, SLASH, Buffer.from(path, "latin1")]);
  }
}

/** Joins a folder and a path with one character per byte; a text where that is the same, which costs much less. */
export function joinBytes(folder: string | Buffer, path: string): string | Buffer {
  if (typeof folder === "string" && isAscii(path)) return `${folder}/${path}`;
  return Buffer.concat([Buffer.from(folder as string), SLASH, Buffer.from(path, "latin1")]);
}

/** Splits a path into its folder ("" for the root) and its name. */
export function splitPath(path: string): { folder: string; name: string } {
  const at = path.lastIndexOf("/");
  return { folder: at < 0 ? "" : path.slice(0, at), name: path.slice(at + 1) };
}
