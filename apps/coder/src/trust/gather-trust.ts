import { createHash } from "node:crypto";
import { readlink, realpath } from "node:fs/promises";
import { join, relative } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { TrustItem } from "@boocode/shared/trust/trust";
import { WorktreePlan } from "@boocode/shared/worktrees/worktree-plan";
import { ConfinedFolder } from "../platform/files/confined-folder.ts";
import { readRegularFile } from "../platform/files/pinned-folder.ts";
import { isGitName, PathRefused } from "../platform/files/confined-path.ts";
import type { Git } from "../platform/git/git.ts";
import { findNamedFiles, HOOKS_FOLDER, splitWords } from "./find-named-files.ts";
import { listHooks, readGitPrograms, type GitProgram } from "./read-git-programs.ts";
import { INSTALLED, TRUST_FILES, TRUST_FOLDERS, TRUST_TRACKED_FILES, WORKTREE_PLAN_FILE } from "./trust-places.ts";

/** Everything a checkout would run; `unknown` if any part of it could not be read. */
export type GatheredTrust =
  | { kind: "found"; items: TrustItem[]; digest: string }
  | { kind: "unknown"; reason: string; items: TrustItem[]; digest: string };

export interface TrustLimits {
  maxItems: number;
  maxFileBytes: number;
  /** The limit of shown content per file, and of all files together. */
  maxShownBytes: number;
  maxShownTotal: number;
}

const LIMITS: TrustLimits = { maxItems: 400, maxFileBytes: 4 * 1024 * 1024, maxShownBytes: 16 * 1024, maxShownTotal: 512 * 1024 };
/** Agents keep worktrees of their own below such a folder. Anywhere else a `.git` excludes nothing: an agent could put one there. */
const IN_WORKTREES = /^[^/]+\/worktrees\//;

/** Thrown when a limit is exceeded: a person could not review that much. */
class TooMuch extends Error {
  override readonly name = "TooMuch";
}

/**
 * Collects everything a checkout would run, with a hash of each content. Links are followed only inside the checkout; a link that leads out
 * is itself listed. If anything cannot be read, the whole result is unknown.
 */
export async function gatherTrust(git: Git, root: string, limits: TrustLimits = LIMITS): Promise<GatheredTrust> {
  const gathering = new Gathering(git, root, limits);
  try {
    await gathering.run();
    return { kind: "found", ...gathering.result() };
  } catch (error) {
    return { kind: "unknown", reason: `${gathering.place}: ${toReason(error)}`, ...gathering.result() };
  }
}

class Gathering {
  /** What is being inspected, for error messages. */
  place = "The folder";
  readonly #git: Git;
  readonly #root: string;
  readonly #limits: TrustLimits;
  readonly #items = new Map<string, TrustItem>();
  #shown = 0;

  constructor(git: Git, root: string, limits: TrustLimits) {
    this.#git = git;
    this.#root = root;
    this.#limits = limits;
  }

  result(): { items: TrustItem[]; digest: string } {
    const items = [...this.#items.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    const digest = sha256(JSON.stringify(items.map(({ path, kind, sha256: hash }) => [path, kind, hash])));
    return { items, digest };
  }

  async run(): Promise<void> {
    // Begun now, because a prompt waits for all of this, and looked at in order.
    const [programs, hooks] = [readGitPrograms(this.#git, this.#root), listHooks(this.#git, this.#root)];
    for (const begun of [programs, hooks]) begun.catch(() => {});
    const folder = await ConfinedFolder.open(this.#root);
    const mayExist = await listBeginnings(folder);
    for (const path of [...TRUST_FILES, ...TRUST_FOLDERS].filter(mayExist)) await this.#look(folder, path);
    for (const path of TRUST_TRACKED_FILES.filter(mayExist)) {
      if ((await folder.kindOf(path)) !== null && (await this.#isTracked(path))) await this.#look(folder, path);
    }
    const setupFiles = mayExist(WORKTREE_PLAN_FILE) ? await readSetupFiles(folder, (named) => this.#isTracked(named)) : [];
    for (const path of setupFiles) await this.#look(folder, path);
    this.place = "The git settings";
    for (const program of await programs) {
      const { key, value } = program;
      this.#add(`git config ${key}`, "setting", Buffer.from(value), value.length);
      await this.#lookAtNamed(folder, program);
    }
    this.place = "The git hooks";
    const { hooksDir, names } = await hooks;
    for (const name of names)
      await this.#addFile(`.git/hooks/${name}`, () => readHook(join(hooksDir, name), this.#limits.maxFileBytes + 1));
  }

  /** Adds the scripts and hook folders named by a git setting: different content is a different program. */
  async #lookAtNamed(folder: ConfinedFolder, program: GitProgram): Promise<void> {
    const { commonDir } = await this.#git.dirs(this.#root);
    const { inCheckout, inGit } = findNamedFiles(program, { root: this.#root, commonDir });
    const isFolderMeant = program.key === HOOKS_FOLDER;
    for (const path of inCheckout) {
      const isFolder = (await folder.kindOf(path).catch(() => null)) === "folder";
      if (isFolder === isFolderMeant) await this.#look(folder, path).catch(ignoreRefused);
    }
    if (inGit.length === 0) return;
    const gitFolder = await ConfinedFolder.open(commonDir);
    for (const path of inGit) await this.#lookInGit(gitFolder, commonDir, path, isFolderMeant).catch(ignoreRefused);
  }

  async #lookInGit(folder: ConfinedFolder, commonDir: string, path: string, isFolderMeant: boolean): Promise<void> {
    const inside = relative(commonDir, path);
    const kind = await folder.kindOf(inside);
    if (kind === null || (kind === "folder") !== isFolderMeant) return;
    const names = kind === "folder" ? (await folder.list(inside)).map(({ name }) => join(inside, name)) : [inside];
    for (const name of names) {
      this.place = `.git/${name}`;
      if ((await folder.kindOf(name)) === "folder") continue;
      await this.#addFile(`.git/${name}`, () => readHook(join(commonDir, name), this.#limits.maxFileBytes + 1));
    }
  }

  async #look(folder: ConfinedFolder, path: string): Promise<void> {
    this.place = path;
    const kind = await folder.kindOf(path).catch((error: NodeJS.ErrnoException) => {
      // A file takes the place of a parent folder, so nothing exists below it.
      if (error.code === "ENOTDIR") return null;
      throw error;
    });
    if (kind === null) return;
    if (kind === "file") return this.#addFile(path, () => folder.readFile(path, this.#limits.maxFileBytes + 1));
    if (kind === "folder") return this.#walk(folder, path);
    if (kind === "link") return this.#followLink(folder, path);
    throw new PathRefused("it is neither a file nor a folder");
  }

  async #walk(folder: ConfinedFolder, path: string): Promise<void> {
    const entries = await folder.list(path);
    // Agents take a folder with such a file for a skill, whatever its name.
    const isInstalled = path.endsWith(`/${INSTALLED}`) && !entries.some(({ name }) => name.toLowerCase() === "skill.md");
    const isForeign = isInstalled || (IN_WORKTREES.test(path) && entries.some(({ name }) => isGitName(name)));
    if (isForeign && !(await this.#isTracked(path))) return;
    for (const { name } of entries) if (!isGitName(name)) await this.#look(folder, `${path}/${name}`);
    this.place = path;
  }

  async #followLink(folder: ConfinedFolder, path: string): Promise<void> {
    const target = await readlink(join(this.#root, path));
    this.#add(path, "link", Buffer.from(target), target.length);
    const leadsTo = await folder.pin(path).then(
      async ({ handle }) => {
        await handle.close();
        return "folder";
      },
      (error: unknown) => {
        if (error instanceof PathRefused || isCode(error, "ENOENT", "ELOOP")) return "outside";
        if (isCode(error, "ENOTDIR")) return "file";
        throw error;
      },
    );
    if (leadsTo === "outside") await this.#requireOut(folder, path);
    if (leadsTo === "folder") await this.#walk(folder, path);
    if (leadsTo === "file") await this.#addFile(`${path} → ${target}`, () => folder.readFile(path, this.#limits.maxFileBytes + 1));
  }

  /** What a link out of the worktree leads to is not the repository's, unless it leads back in: then it would be obeyed and not shown. */
  async #requireOut(folder: ConfinedFolder, path: string): Promise<void> {
    const real = await realpath(join(folder.root, path)).catch(() => null);
    if (real === folder.root || real?.startsWith(`${folder.root}/`))
      throw new PathRefused("its link leads out of the worktree and back in");
  }

  async #addFile(path: string, read: () => Promise<{ bytes: Buffer; sizeBytes: number }>): Promise<void> {
    this.place = path;
    const { bytes, sizeBytes } = await read();
    if (bytes.length > this.#limits.maxFileBytes) throw new TooMuch(`it is larger than ${this.#limits.maxFileBytes} bytes`);
    this.#add(path, "file", bytes, sizeBytes);
  }

  #add(path: string, kind: TrustItem["kind"], bytes: Buffer, sizeBytes: number): void {
    const { maxItems, maxShownBytes, maxShownTotal } = this.#limits;
    if (this.#items.size >= maxItems) throw new TooMuch(`there are more than ${maxItems} such files`);
    const room = Math.max(0, Math.min(maxShownBytes, maxShownTotal - this.#shown));
    const text = toText(bytes, room);
    this.#shown += text?.length ?? 0;
    this.#items.set(path, { path, kind, sha256: sha256(bytes), sizeBytes, text, truncated: text !== null && bytes.length > room });
  }

  async #isTracked(path: string): Promise<boolean> {
    return (await this.#git.read(this.#root, ["ls-files", "-z", "--", path])).stdout.length > 0;
  }
}

/**
 * Lists the folder once, so that paths whose first component does not exist need no look of their own: a checkout has few of them, and a
 * prompt waits for the answer. On some systems names differ only in case.
 */
async function listBeginnings(folder: ConfinedFolder): Promise<(path: string) => boolean> {
  const names = new Set((await folder.list(".")).map(({ name }) => name.toLowerCase()));
  return (path) => names.has(path.split("/", 1)[0]!.toLowerCase());
}

/**
 * Reads the files of the checkout that the setup's command line names, because a script is as much a part of it as its name. From a word
 * that is itself a shell command line, only files that git tracks are taken: the others are created by the setup.
 */
async function readSetupFiles(folder: ConfinedFolder, isTracked: (path: string) => Promise<boolean>): Promise<string[]> {
  const file = await folder.readFile(WORKTREE_PLAN_FILE, 256 * 1024).catch(() => null);
  const plan = WorktreePlan.safeParse(file && parseJson(file.bytes.toString("utf8")));
  const words = plan.data?.setup ?? [];
  const found = new Set<string>();
  for (const word of new Set([...words, ...words.flatMap(splitWords)])) {
    const isFile = await folder.kindOf(word).then(
      (kind) => kind === "file" || kind === "link",
      () => false,
    );
    const path = word.replace(/^\.\//, "");
    if (isFile && (words.includes(word) || (await isTracked(path)))) found.add(path);
  }
  return [...found];
}

async function readHook(path: string, maxBytes: number): Promise<{ bytes: Buffer; sizeBytes: number }> {
  try {
    return await readRegularFile(path, maxBytes);
  } catch (error) {
    if (!isCode(error, "ELOOP")) throw error;
    const target = Buffer.from(await readlink(path));
    return { bytes: target, sizeBytes: target.length };
  }
}

function toText(bytes: Buffer, maxBytes: number): string | null {
  if (bytes.includes(0)) return null;
  // A character truncated at the end is dropped; any other invalid UTF-8 means the content is not text.
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    return decoder.decode(bytes.subarray(0, maxBytes), { stream: bytes.length > maxBytes });
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function toReason(error: unknown): string {
  if (error instanceof DomainError) return error.fault.kind === "git_failed" ? `git said: ${error.fault.stderrTail}` : error.fault.kind;
  return error instanceof Error ? error.message : String(error);
}

function ignoreRefused(error: unknown): void {
  if (!(error instanceof PathRefused)) throw error;
}

const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");
const isCode = (error: unknown, ...codes: string[]) => codes.includes((error as NodeJS.ErrnoException).code ?? "");
