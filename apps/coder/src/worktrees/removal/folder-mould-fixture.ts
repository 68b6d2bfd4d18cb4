import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

type Entry = { kind: "folder" } | { kind: "file"; bytes: Buffer; mode: number } | { kind: "link"; target: string };

/** A folder as it was read once, to be made again and again. */
export class FolderMould {
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(entries: ReadonlyMap<string, Entry>) {
    this.#entries = entries;
  }

  /** Reads a folder with all below it. */
  static read(root: string): FolderMould {
    const entries = new Map<string, Entry>();
    const walk = (below: string) => {
      for (const name of readdirSync(join(root, below))) {
        const path = join(below, name);
        const entry = readEntry(join(root, path))!;
        entries.set(path, entry);
        if (entry.kind === "folder") walk(path);
      }
    };
    walk("");
    return new FolderMould(entries);
  }

  /** The same with other bytes in some files. */
  with(files: Readonly<Record<string, string>>): FolderMould {
    const changed = Object.entries(files).map(([path, text]): [string, Entry] => [
      path,
      { kind: "file", bytes: Buffer.from(text), mode: 0o644 },
    ]);
    return new FolderMould(new Map([...this.#entries, ...changed]));
  }

  /** Makes a folder be like this. What is so already stays untouched, with its times and identity. */
  pressInto(root: string): void {
    mkdirSync(root, { recursive: true });
    this.#removeOthers(root, "");
    for (const [path, entry] of this.#entries) {
      const place = join(root, path);
      const there = readEntry(place);
      if (there !== null && isSame(there, entry)) continue;
      if (there !== null) rmSync(place, { recursive: true, force: true });
      if (entry.kind === "folder") mkdirSync(place);
      else if (entry.kind === "link") symlinkSync(entry.target, place);
      else {
        writeFileSync(place, entry.bytes);
        chmodSync(place, entry.mode);
      }
    }
  }

  #removeOthers(root: string, below: string): void {
    for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
      const path = join(below, entry.name);
      const known = this.#entries.get(path);
      if (known === undefined) rmSync(join(root, path), { recursive: true, force: true });
      else if (known.kind === "folder" && entry.isDirectory()) this.#removeOthers(root, path);
    }
  }
}

function readEntry(path: string): Entry | null {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return null;
  if (found.isDirectory()) return { kind: "folder" };
  if (found.isSymbolicLink()) return { kind: "link", target: readlinkSync(path) };
  return { kind: "file", bytes: readFileSync(path), mode: found.mode & 0o777 };
}

function isSame(a: Entry, b: Entry): boolean {
  if (a.kind === "file" && b.kind === "file") return a.mode === b.mode && a.bytes.equals(b.bytes);
  return a.kind === "link" && b.kind === "link" ? a.target === b.target : a.kind === "folder" && b.kind === "folder";
}
