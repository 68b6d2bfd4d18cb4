import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { RepoFiles } from "@boocode/testkit/repo-builder";

/** One kind of change, for tests: the file it begins with, and what an agent does to it. `at` is a path below the worktree. */
interface ChangeCase {
  files: (name: string) => RepoFiles;
  change: (at: string, name: string) => void;
}

const lines = (name: string) => Array.from({ length: 12 }, (_, line) => `${name} ${line}\r\n`).join("");

/** Every kind of change that an edit writes. */
const CASES: readonly ChangeCase[] = [
  {
    files: (name) => ({ [`${name}.txt`]: lines(name) }),
    change: (at, name) => writeFileSync(`${at}.txt`, lines(name).replace(`${name} 5\r\n`, "five")),
  },
  {
    files: (name) => ({ [`${name}.old`]: lines(name) }),
    change: (at) => renameSync(`${at}.old`, `${at}.new`),
  },
  {
    files: (name) => ({ [`${name}.gone/deep/file`]: "gone\n" }),
    change: (at) => rmSync(`${at}.gone`, { recursive: true }),
  },
  {
    files: () => ({}),
    change: (at) => write(`${at}.come/deep/file`, "new"),
  },
  {
    files: (name) => ({ [`${name}.sh`]: "#!/bin/sh\n" }),
    change: (at) => chmodSync(`${at}.sh`, 0o755),
  },
  {
    files: (name) => ({ [`${name}.link`]: "file\n" }),
    change: (at) => {
      unlinkSync(`${at}.link`);
      symlinkSync("nowhere", `${at}.link`);
    },
  },
  {
    files: (name) => ({ [`${name}.bin`]: Buffer.from([0, 1, 2]) }),
    change: (at) => writeFileSync(`${at}.bin`, Buffer.from([0, 255, 10])),
  },
  {
    files: (name) => ({ [`${name}.to-folder`]: `file ${name}\n` }),
    change: (at) => {
      unlinkSync(`${at}.to-folder`);
      write(`${at}.to-folder/inside`, "inside\n");
    },
  },
  {
    files: (name) => ({ [`${name}.to-file/a`]: `a ${name}\n`, [`${name}.to-file/b/c`]: `c ${name}\n` }),
    change: (at) => {
      rmSync(`${at}.to-file`, { recursive: true });
      writeFileSync(`${at}.to-file`, "file\n");
    },
  },
  {
    files: (name) => ({ [`${name}.empty`]: "" }),
    change: (at) => writeFileSync(`${at}.empty`, "no more"),
  },
];

/** Builds a repository's files and a change of each kind in turn, beginning with the kind `first`. */
export function buildCases(count: number, first = 0): { files: RepoFiles; change: (root: string) => void } {
  const cases = Array.from({ length: count }, (_, place) => ({
    name: `dir${place % 4}/${place}`,
    ...CASES[(place + first) % CASES.length]!,
  }));
  return {
    files: { "keep.txt": "keep\n", ...Object.assign({}, ...cases.map(({ name, files }) => files(name))) },
    change: (root) => {
      for (const { name, change } of cases) change(join(root, name), name);
    },
  };
}

/** What is at each path below a folder, git's own files and our temporary files aside. */
export function snapshot(root: string, below = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (path === ".git" || isTemporary(entry.name)) continue;
    const file = join(root, path);
    if (entry.isDirectory()) for (const [inner, content] of snapshot(root, path)) found.set(inner, content);
    else if (entry.isSymbolicLink()) found.set(path, `link ${readlinkSync(file)}`);
    else found.set(path, `${statSync(file).mode & 0o100 ? "executable" : "file"} ${readFileSync(file, "latin1")}`);
  }
  return found;
}

/** Makes a folder again what a snapshot says; `now` is what is there. */
export function putBack(root: string, now: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): void {
  const differs = [...new Set([...now.keys(), ...wanted.keys()])].filter((path) => now.get(path) !== wanted.get(path));
  for (const path of differs) if (now.has(path)) rmSync(join(root, path));
  for (const path of differs) {
    const [, kind, content] = /^(\w+) ([^]*)$/.exec(wanted.get(path) ?? "") ?? [];
    if (content === undefined) continue;
    const file = join(root, path);
    // A folder that has been emptied may be in its place.
    rmSync(file, { recursive: true, force: true });
    mkdirSync(dirname(file), { recursive: true });
    if (kind === "link") symlinkSync(content, file);
    else writeFileSync(file, content, { encoding: "latin1", mode: kind === "executable" ? 0o755 : 0o644 });
  }
}

/** Removes our temporary files, as the next daemon does with those of one that ended. Returns how many there were. */
export function removeTemporaries(root: string): number {
  let removed = 0;
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const path = join(root, entry.name);
    if (isTemporary(entry.name)) {
      rmSync(path, { recursive: true });
      removed++;
    } else if (entry.isDirectory()) removed += entry.name === ".git" ? 0 : removeTemporaries(path);
  }
  return removed;
}

const isTemporary = (name: string) => name.startsWith(".boocode-") && name.endsWith(".tmp");

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
