import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { askGit, type GuardCase } from "../../src/worktrees/removal/guard-fixture.ts";

/** What would truly be lost, found without any code of the guard: an empty list means that nothing would. */
export async function findLosses({ project, path, branch }: GuardCase): Promise<string[]> {
  const admin = join(project, ".git/worktrees/worktree");
  if (!existsSync(path) || !existsSync(join(path, "a.txt").replace(/a\.txt$/, ".git"))) return ["the folder is gone"];
  try {
    const files = readFolder(path);
    const [{ index, sparse }, graph] = await Promise.all([listIndex(path), readGraph(project, admin)]);
    const head = (graph.head !== null && graph.commits.get(graph.head)?.entries) || new Map<string, string>();
    return [
      ...findLostFiles({ files, index, sparse, head, project }),
      ...files.nested.filter((name) => !isCleanSubmodule(path, name, index)).map((name) => `repository ${name}`),
      ...findLostCommits(graph, { project, branch }),
      ...OPERATIONS.filter((name) => existsSync(join(admin, name))).map((name) => `operation ${name}`),
      ...findStashes(project, branch, graph.headBranch),
    ];
  } catch (error) {
    return [`unreadable: ${String(error)}`];
  }
}

const OPERATIONS = ["MERGE_HEAD", "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_LOG", "sequencer"];

interface Folder {
  /** Path → mode and blob id. */
  blobs: Map<string, string>;
  nested: string[];
}

/** Whether a folder is a submodule as it was fetched: at the one commit of its source, with the one file of it. */
function isCleanSubmodule(root: string, name: string, index: Map<string, string>): boolean {
  if (index.get(name)?.startsWith("160000 ") !== true) return false;
  const folder = join(root, name);
  const gitDir = resolve(folder, readFileSync(join(folder, ".git"), "utf8").replace("gitdir: ", "").trim());
  const head = readFileSync(join(gitDir, "HEAD"), "utf8").trim().replace("ref: ", "");
  const source = readFileSync(join(root, "../source/.git", head), "utf8");
  const isAtSource = readFileSync(join(gitDir, head), "utf8") === source && index.get(name) === `160000 ${source.trim()}`;
  return isAtSource && readdirSync(folder).length === 2 && readFileSync(join(folder, "inner.txt"), "utf8") === "inner\n";
}

/** Hashes every file below a folder, as git would if it changed no byte. */
function readFolder(root: string, below = ""): Folder {
  const found: Folder = { blobs: new Map(), nested: [] };
  for (const name of readdirSync(join(root, below), { encoding: "latin1" })) {
    const inside = below === "" ? name : `${below}/${name}`;
    const file = Buffer.from(`${root}/${Buffer.from(inside, "latin1").toString("utf8")}`);
    const stats = lstatSync(file);
    if (name === ".git") {
      if (below !== "") found.nested.push(below);
      continue;
    }
    if (stats.isDirectory()) {
      const deeper = readFolder(root, inside);
      for (const [path, blob] of deeper.blobs) found.blobs.set(path, blob);
      found.nested.push(...deeper.nested);
    } else found.blobs.set(inside, describe(file));
  }
  return found;
}

function describe(file: Buffer): string {
  const stats = lstatSync(file);
  if (stats.isSymbolicLink()) return `120000 ${toBlobId(readlinkSync(file, { encoding: "buffer" }))}`;
  return `${(stats.mode & 0o111) === 0 ? "100644" : "100755"} ${toBlobId(readFileSync(file))}`;
}

const toBlobId = (bytes: Buffer) => createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** Reads the index: path → mode and blob id, a conflict having none of its own; and the paths that need not be on disk. */
async function listIndex(cwd: string): Promise<{ index: Map<string, string>; sparse: Set<string> }> {
  const listed = await askGit(cwd, "ls-files", "-s", "-v", "-z");
  const entries = new Map<string, string>();
  const sparse = new Set<string>();
  for (const entry of listed.split("\0").filter(Boolean)) {
    const tab = entry.indexOf("\t");
    const [tag, mode, oid, stage] = entry.slice(0, tab).split(" ");
    if (tag === "S") sparse.add(entry.slice(tab + 1));
    entries.set(entry.slice(tab + 1), stage === "0" ? `${mode} ${oid}` : "conflict");
  }
  return { index: entries, sparse };
}

/** The rules of the repositories' one `.gitignore`, and of `info/exclude`. */
function isIgnored(name: string, project: string): boolean {
  const segments = name.split("/");
  const rules = join(project, ".git/info/exclude");
  const excluded = existsSync(rules) && readFileSync(rules, "utf8").includes("*.o");
  return (
    segments.includes(".env") ||
    segments.slice(0, -1).some((segment) => ["build", "node_modules", "vendor"].includes(segment)) ||
    name.endsWith(".log") ||
    (excluded && name.endsWith(".o"))
  );
}

interface FilesOfAll {
  files: Folder;
  index: Map<string, string>;
  sparse: Set<string>;
  head: Map<string, string>;
  project: string;
}

function findLostFiles({ files, index, sparse, head, project }: FilesOfAll): string[] {
  const lost: string[] = [];
  for (const name of new Set([...files.blobs.keys(), ...index.keys(), ...head.keys()])) {
    // A submodule that was fetched is judged as a repository, and one that was not holds nothing.
    if (index.get(name)?.startsWith("160000 ") && index.get(name) === head.get(name)) continue;
    if (files.nested.some((folder) => name.startsWith(`${folder}/`) && !index.has(name) && !head.has(name))) continue;
    const [disk = "none", staged = "none", committed = "none"] = [files.blobs.get(name), index.get(name), head.get(name)];
    const isTracked = staged !== "none" || committed !== "none";
    const file = Buffer.from(`${project}/${Buffer.from(name, "latin1").toString("utf8")}`);
    const there = existsSync(file) || isLink(file) ? describe(file) : "none";
    if (isTracked) {
      if (disk === committed && staged === committed) continue;
      // Absent as in a sparse checkout: no byte of it is only here.
      if (disk === "none" && staged === committed && sparse.has(name)) continue;
      const isElsewhere = disk === there && (staged === disk || staged === committed || staged === "none");
      if (!isElsewhere) lost.push(`file ${name}`);
    } else if (disk !== there && !isIgnored(name, project)) lost.push(`untracked ${name}`);
    else if (disk !== there && (name === ".env" || (name.endsWith(".pem") && !name.startsWith("node_modules/")))) lost.push(`key ${name}`);
  }
  return lost;
}

const isLink = (file: Buffer) => lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;

interface Commit {
  parents: string[];
  tree: string;
  /** What differs from its first parent: each path's mode and blob, before and after. */
  changes: string;
  /** The changes that are its own: none, for a merge. */
  patch: string;
  entries: Map<string, string>;
}

interface Graph {
  commits: Map<string, Commit>;
  refs: Map<string, string>;
  head: string | null;
  headBranch: string | null;
}

async function readGraph(project: string, admin: string): Promise<Graph> {
  const headText = readFileSync(join(admin, "HEAD"), "utf8").trim();
  if (!/^(ref: refs\/heads\/.+|[0-9a-f]{40})$/.test(headText)) throw new Error("HEAD is damaged");
  const refs = readRefs(join(project, ".git"));
  const headBranch = headText.startsWith("ref: refs/heads/") ? headText.slice("ref: refs/heads/".length) : null;
  const head = headBranch === null ? headText : (refs.get(`refs/heads/${headBranch}`) ?? null);
  const tips = [...new Set([...refs.values(), ...(head === null ? [] : [head])])];
  const argv = [
    "log",
    "--raw",
    "--no-abbrev",
    "--no-renames",
    "--root",
    "--diff-merges=first-parent",
    "--format=%x01%H %T %P",
    ...tips,
    "--",
  ];
  const log = await askGit(project, ...argv);
  const commits = new Map<string, Commit>();
  for (const block of log.split("\u0001").slice(1)) {
    const [first = "", ...lines] = block.split("\n").filter(Boolean);
    const [oid = "", tree = "", ...parents] = first.split(" ").filter(Boolean);
    const changes = lines.toSorted().join("\n");
    commits.set(oid, { parents, tree, changes, patch: parents.length > 1 ? "" : changes, entries: new Map() });
  }
  for (const oid of commits.keys()) fillEntries(commits, oid);
  return { commits, refs, head, headBranch };
}

/** Reads the refs from git's files, by their names. */
function readRefs(gitDir: string): Map<string, string> {
  const found = new Map<string, string>();
  const packed = join(gitDir, "packed-refs");
  for (const line of existsSync(packed) ? readFileSync(packed, "utf8").split("\n") : []) {
    const [, oid, name] = /^([0-9a-f]{40}) (refs\/.+)$/.exec(line) ?? [];
    if (oid !== undefined && name !== undefined) found.set(name, oid);
  }
  const symbolic: [string, string][] = [];
  for (const entry of readdirSync(join(gitDir, "refs"), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const [name, text] = [file.slice(gitDir.length + 1), readFileSync(file, "utf8").trim()];
    if (text.startsWith("ref: ")) symbolic.push([name, text.slice("ref: ".length)]);
    else found.set(name, text);
  }
  for (const [name, target] of symbolic) if (found.has(target)) found.set(name, found.get(target)!);
  return found;
}

/** Rebuilds a commit's files from the changes of its first parents, for the difference between two distant commits. */
function fillEntries(commits: Map<string, Commit>, oid: string): Map<string, string> {
  const commit = commits.get(oid)!;
  if (commit.entries.size > 0) return commit.entries;
  const [first] = commit.parents;
  const entries = new Map(first === undefined ? [] : fillEntries(commits, first));
  for (const line of commit.changes.split("\n").filter(Boolean)) {
    const [words = "", quoted = ""] = line.split("\t");
    const name = unquote(quoted);
    const [, mode = "", , blob = ""] = words.slice(1).split(" ");
    if (/^0+$/.test(blob)) entries.delete(name);
    else entries.set(name, `${mode} ${blob}`);
  }
  commit.entries = entries;
  return entries;
}

/** Undoes git's quoting of names with bytes that are not plain text. */
function unquote(name: string): string {
  if (!name.startsWith('"')) return name;
  const letters: Record<string, string> = { t: "\t", n: "\n", '"': '"', "\\": "\\" };
  return name.slice(1, -1).replace(/\\([0-7]{3}|.)/g, (_, code: string) => letters[code] ?? String.fromCharCode(Number.parseInt(code, 8)));
}

function reach(commits: Map<string, Commit>, tips: readonly (string | null | undefined)[]): Set<string> {
  const reached = new Set<string>();
  const waiting = tips.filter((tip) => typeof tip === "string");
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    if (reached.has(oid)) continue;
    reached.add(oid);
    waiting.push(...(commits.get(oid)?.parents ?? []));
  }
  return reached;
}

function findLostCommits(graph: Graph, { project, branch }: { project: string; branch: string }): string[] {
  const { commits, refs, head, headBranch } = graph;
  const own = refs.get(`refs/heads/${branch}`);
  const into = refs.get("refs/remotes/origin/HEAD") ?? refs.get("refs/heads/main");
  const kept = reach(commits, [into]);
  const lost: string[] = [];
  for (const tip of new Set([head, own])) {
    if (!tip) continue;
    const mine = [...reach(commits, [tip])].filter((oid) => !kept.has(oid));
    const patches = new Set([...kept].map((oid) => commits.get(oid)!.patch));
    const left = mine.filter((oid) => commits.get(oid)!.patch === "" || !patches.has(commits.get(oid)!.patch));
    if (left.length > 0 && !isSquashed(graph, tip, kept, left)) lost.push(...left.map((oid) => `commit ${oid.slice(0, 7)}`));
  }
  const config = readFileSync(join(project, ".git/config"), "utf8");
  for (const name of new Set([branch, headBranch])) {
    const upstream = name !== null && config.includes(`[branch "${name}"]`) ? refs.get(`refs/remotes/origin/${name}`) : undefined;
    const there = reach(commits, [upstream]);
    if (upstream !== undefined && [...reach(commits, [refs.get(`refs/heads/${name}`)])].some((oid) => !there.has(oid)))
      lost.push(`unpushed ${name}`);
  }
  const named = [...refs].filter(([name]) => /^refs\/(heads|remotes|tags)\//.test(name)).map(([, oid]) => oid);
  if (headBranch === null && head !== null && !reach(commits, named).has(head)) lost.push("detached");
  return lost;
}

/** Whether everything between the common ancestor and the tip is in the default branch: as it is now, or as one commit of it. */
function isSquashed({ commits, refs }: Graph, tip: string, kept: Set<string>, left: readonly string[]): boolean {
  const into = refs.get("refs/remotes/origin/HEAD") ?? refs.get("refs/heads/main");
  // The nearest common ancestor: the one that reaches all others.
  const common = [...reach(commits, [tip])].filter((oid) => kept.has(oid));
  const base = common.find((oid) => common.every((other) => reach(commits, [oid]).has(other)));
  if (into === undefined || base === undefined) return false;
  const [from, to, now] = [base, tip, into].map((oid) => commits.get(oid)!.entries);
  const changed = [...new Set([...from!.keys(), ...to!.keys()])].filter((name) => from!.get(name) !== to!.get(name));
  const isOwn = left.some((oid) => commits.get(oid)!.parents.length < 2);
  if (changed.length === 0) return !isOwn;
  if (changed.every((name) => to!.get(name) === now!.get(name))) return true;
  return [...kept].some((oid) => {
    const { entries, parents } = commits.get(oid)!;
    const before = parents[0] === undefined ? new Map<string, string>() : commits.get(parents[0])!.entries;
    const touched = [...new Set([...before.keys(), ...entries.keys()])].filter((name) => before.get(name) !== entries.get(name));
    return (
      touched.length === changed.length &&
      changed.every((name) => touched.includes(name) && before.get(name) === from!.get(name) && entries.get(name) === to!.get(name))
    );
  });
}

function findStashes(project: string, branch: string, headBranch: string | null): string[] {
  const log = join(project, ".git/logs/refs/stash");
  if (!existsSync(log)) return [];
  const places = [branch, headBranch ?? "(no branch)"];
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => places.some((place) => line.includes(`\tWIP on ${place}:`) || line.includes(`\tOn ${place}:`)))
    .map((line) => `stash ${line.split("\t")[1]}`);
}
