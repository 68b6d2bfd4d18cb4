import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { createMaliciousRepository, SINKS, type MaliciousRepository } from "@boocode/testkit/malicious-repository";
import { createTempFolder, type TempFolder } from "@boocode/testkit/repo-builder";
import { findRepository } from "../../src/projects/find-repository.ts";
import { compareContents } from "../../src/changes/compare/compare-contents.ts";
import { readTreeChanges } from "../../src/changes/compare/read-tree-changes.ts";
import { Git } from "../../src/platform/git/git.ts";
import { runProcess } from "../../src/platform/processes/process.ts";
import { writeRawTree } from "../../src/worktrees/checkpoints/checkpoint.ts";
import { commitAtOnce } from "../../src/worktrees/checkpoints/commit-at-once.ts";
import { commitCheckpoint } from "../../src/worktrees/checkpoints/commit-checkpoint.ts";
import { gatherTrust } from "../../src/trust/gather-trust.ts";
import { makeWorktree } from "../../src/worktrees/making/make-worktree.ts";
import { openOverlay } from "../../src/worktrees/checkpoints/overlay.ts";
import { seedRawIndex } from "../../src/worktrees/checkpoints/raw-index.ts";
import { readRawSettings } from "../../src/worktrees/checkpoints/raw-worktree.ts";
import { COMMANDS, type Command, type Ground } from "./git-commands.ts";

/** What the daemon does for a session, by its own functions: their very arguments. */
const SESSION: Command = {
  name: "a session from its repository to its diff",
  async run({ git, path, folder, head, tree }) {
    await findRepository(git, path, folder);
    await gatherTrust(git, path);
    const place = join(folder, "session");
    const input = {
      projectPath: path,
      path: place,
      branch: `boocode/${head.slice(0, 8)}`,
      baseCommit: head,
      isOnTheirBranch: false,
      overlayDir: join(folder, "own"),
    };
    await makeWorktree(git, { ...input, lockReason: "ours", checkoutWorkers: 2, isNew: true });
    const overlay = await openOverlay(git, join(folder, "own"), path, place);
    const raw = { git, path: place, overlay, ...(await readRawSettings(git, path)), lastCheckpoint: null };
    await seedRawIndex(raw, true);
    await writeFile(join(place, "a.txt"), "by an agent\n");
    await writeFile(join(place, "new.md"), "new\n");
    const held = await writeRawTree(raw);
    const words = { authorName: "An agent", authorEmail: "agent@boocode.invalid", at: 0, message: "Checkpoint\n" };
    const commit = await commitCheckpoint(raw, { ref: "refs/boocode/checkpoints/test", tree: held.tree, first: head, words });
    await writeFile(join(place, "a.txt"), "by an agent again\n");
    const made = await commitAtOnce(raw, { commit, tree: held.tree }, words, 0);
    if (made === null || made.tree === held.tree) throw new Error("What changed was not committed at once");
    const changes = await readTreeChanges(git, overlay, tree, held.tree);
    if (changes.length < 2) throw new Error("The session's changes were not seen");
    await compareContents(git, overlay, tree, held.tree);
  },
};

export const MATRIX_COMMANDS: readonly Command[] = [...COMMANDS, SESSION];

/** One thing to try: a repository that names a program in one place, and one way of using git there. */
export interface Cell {
  sink: string;
  command: Command;
}

/** Every sink with every command. */
export const ALL_CELLS: readonly Cell[] = Object.keys(SINKS).flatMap((sink) => MATRIX_COMMANDS.map((command) => ({ sink, command })));

/** So many cells, spread over all sinks and commands. */
export function pickCells(count: number): Cell[] {
  const sinks = Object.keys(SINKS);
  return Array.from({ length: count }, (_, place) => ({
    sink: sinks[place % sinks.length]!,
    command: MATRIX_COMMANDS[(place + Math.floor(place / sinks.length)) % MATRIX_COMMANDS.length]!,
  }));
}

/** A repository for one sink, changed in the way that makes git look at everything. */
export class SinkGround implements AsyncDisposable {
  readonly #malicious: MaliciousRepository;
  readonly #folder: TempFolder;
  readonly #git: Git;
  #ran = 0;

  private constructor(malicious: MaliciousRepository, folder: TempFolder) {
    this.#malicious = malicious;
    this.#folder = folder;
    this.#git = new Git({ env: { PATH: "/usr/bin:/bin", HOME: folder.path } });
  }

  static async make(sink: string): Promise<SinkGround> {
    return new SinkGround(await createMaliciousRepository(sink), await createTempFolder());
  }

  /**
   * Runs a command of ours. Answers whether a program of the repository's ran, and why the command failed: one that does nothing proves
   * nothing.
   */
  async run(command: Command): Promise<{ fired: boolean; failure: string | null }> {
    const ground = await this.#prepare();
    await this.#malicious.takeFired();
    const failure = await command.run(ground).then(
      () => null,
      (error: unknown) => (error instanceof DomainError ? JSON.stringify(error.fault) : String(error)),
    );
    return { fired: await this.#malicious.takeFired(), failure };
  }

  /** Runs git as it is. Answers whether a program of the repository's ran. */
  async runPlain(commands: readonly (readonly string[])[], stdin?: string): Promise<boolean> {
    await this.#prepare();
    await this.#malicious.takeFired();
    const env = { PATH: "/usr/bin:/bin", HOME: this.#folder.path, GIT_TERMINAL_PROMPT: "0", TERM: "dumb" };
    for (const argv of commands) {
      const cwd = this.#malicious.repository.path;
      await runProcess({ file: "git", argv, cwd, env, timeoutMs: 20_000, maxOutputBytes: 1_000_000, stdin });
    }
    return this.#malicious.takeFired();
  }

  async #prepare(): Promise<Ground> {
    const { path } = this.#malicious.repository;
    const place = join(this.#folder.path, String(++this.#ran));
    await mkdir(place);
    for (const name of ["a.txt", "b.md"]) await writeFile(join(path, name), `changed ${this.#ran}\n`);
    const git = this.#git;
    const head = (await git.read(path, ["rev-parse", "HEAD"])).text;
    const tree = (await git.read(path, ["rev-parse", "HEAD^{tree}"])).text;
    return { git, path, head, tree, overlay: await openOverlay(git, join(this.#folder.path, "overlay"), path, path), folder: place };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#malicious[Symbol.asyncDispose]();
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** What went wrong in some cells, one line each; those of one sink share a repository. */
export async function runCells(cells: readonly Cell[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const [sink, group] of Map.groupBy(cells, (cell) => cell.sink)) {
    await using ground = await SinkGround.make(sink);
    for (const { command } of group) {
      const { fired, failure } = await ground.run(command);
      if (fired) wrong.push(`${sink} fired in: ${command.name}`);
      // What is missing there cannot be read without running the program.
      if (failure !== null && sink !== "uploadpack of a lazy fetch") wrong.push(`${command.name} failed with ${sink}: ${failure}`);
    }
  }
  return wrong;
}
