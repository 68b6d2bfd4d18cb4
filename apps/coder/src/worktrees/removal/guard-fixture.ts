import { execFileSync } from "node:child_process";
import { lstat, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openDatabase } from "@boocode/db/open-database";
import { insertProject } from "@boocode/db/stores/project-store";
import { ProjectId, WorktreeId } from "@boocode/shared/ids";
import type { RiskReport } from "@boocode/shared/worktrees/risk-report";
import { buildProject } from "@boocode/shared/testing/build";
import { placeDatabase } from "@boocode/testkit/place-database";
import { createTempFolder, writeFiles, type RepoFiles } from "@boocode/testkit/repo-builder";
import { Git } from "../../platform/git/git.ts";
import { runProcess } from "../../platform/processes/process.ts";
import { startSmall } from "../../platform/processes/starter-fixture.ts";
import type { StartProgram } from "../../platform/processes/program.ts";
import { startProgram } from "../../platform/processes/start-program.ts";
import { systemTime } from "../../platform/time.ts";
import { FolderMould } from "./folder-mould-fixture.ts";
import { gatherRisk, type GatherRiskDeps, type RiskTarget } from "./gather-risk.ts";

const ENV = {
  PATH: process.env["PATH"] ?? "",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_CONFIG_COUNT: "2",
  GIT_CONFIG_KEY_0: "protocol.file.allow",
  GIT_CONFIG_VALUE_0: "always",
  // Each commit would start another git, which finds nothing to do.
  GIT_CONFIG_KEY_1: "maintenance.auto",
  GIT_CONFIG_VALUE_1: "false",
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.invalid",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.invalid",
};

/** Runs git as the person does; returns its trimmed output. */
export function runGit(cwd: string, ...argv: string[]): string {
  return execFileSync("git", argv, { cwd, env: ENV, encoding: "utf8", stdio: "pipe" }).trim();
}

/** As {@link runGit}, from a small process and without making others wait; returns the whole output, with one character per byte. */
export async function askGit(cwd: string, ...argv: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runProcess({
    file: "git",
    argv,
    cwd,
    env: ENV,
    timeoutMs: 60_000,
    maxOutputBytes: 64 * 1024 * 1024,
    start: startSmall,
  });
  if (exitCode !== 0) throw new Error(`git ${argv.join(" ")} ended with ${exitCode}: ${stderr.toString("utf8")}`);
  return stdout.toString("latin1");
}

/** Commits everything in a folder, also if that is nothing. */
export function commitAll(cwd: string, message: string): void {
  runGit(cwd, "add", "--all");
  runGit(cwd, "commit", "--quiet", "--allow-empty", "--message", message);
}

/** Makes a repository of its own, with one commit. */
export async function nestRepository(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  runGit(folder, "init", "--quiet", "--template=");
  await writeFiles(folder, { "inner.txt": "inner\n" });
  commitAll(folder, "Inner");
}

const FILES: RepoFiles = {
  ".gitignore": ".env\nbuild/\nnode_modules/\nvendor/\n*.log\n",
  "a.txt": "one\n",
  "dir/b.txt": "two\n",
  "gone.txt": "gone\n",
};
const BRANCH = "boocode/fix-1";

/** A project with a session's worktree, made once and copied for each case: a copy costs a hundredth of a new one. */
export async function createGuardRig(files: RepoFiles = FILES) {
  const folder = await createTempFolder();
  const template = join(folder.path, "template");
  const home = join(folder.path, "home");
  await mkdir(home);
  await mkdir(join(template, "project"), { recursive: true });
  runGit(join(template, "project"), "init", "--quiet", "--template=", "--initial-branch=main");
  await writeFiles(join(template, "project"), files);
  commitAll(join(template, "project"), "Start");
  runGit(join(template, "project"), "worktree", "add", "--quiet", "-b", BRANCH, "../worktree");
  const baseCommit = runGit(join(template, "project"), "rev-parse", "HEAD");
  const mould = FolderMould.read(template);
  const file = join(folder.path, "db.sqlite");
  await placeDatabase(file);
  const db = await openDatabase({ file });
  const started: string[] = [];
  const git = new Git({
    start: startSmall,
    env: { PATH: "/usr/bin:/bin", HOME: home },
    onStart: ([command = ""]) => started.push(command),
  });
  let made = 0;

  const make = async () => {
    const nth = ++made;
    const root = join(folder.path, String(nth));
    const [project, path] = [join(root, "project"), join(root, "worktree")];
    const own = mould.with({
      "worktree/.git": `gitdir: ${project}/.git/worktrees/worktree\n`,
      "project/.git/worktrees/worktree/gitdir": `${path}/.git\n`,
    });
    own.pressInto(root);
    const projectId = ProjectId.parse(`project-${nth}`);
    await db.write("normal", (tx) => insertProject(tx, buildProject({ id: projectId, path: project, defaultBranch: "refs/heads/main" })));
    const inode = String((await lstat(path, { bigint: true })).ino);
    const worktree: RiskTarget = { id: WorktreeId.parse(`worktree-${nth}`), projectId, path, branch: BRANCH, baseCommit, inode };
    const deps: GatherRiskDeps = { db, git, time: systemTime, listProcesses: async () => [] };
    const look = (changed: Partial<GatherRiskDeps> = {}, target: Partial<RiskTarget> = {}) =>
      gatherRisk({ ...deps, ...changed }, { sessionId: null, worktree: { ...worktree, ...target } });
    /** Makes all as it was; false if the worktree's folder is another one by now. Git's settings, if they are unchanged, need no new look. */
    const renew = async () => {
      own.pressInto(root);
      return String((await lstat(path, { bigint: true })).ino) === inode;
    };
    return { root, project, path, branch: BRANCH, look, renew };
  };

  /** A git of which one command always fails, and how often it did. */
  const failing = (command: string) => {
    let failures = 0;
    const start: StartProgram = (program, onOutput) => {
      if (program.argv[0] !== command) return startProgram(program, onOutput);
      failures++;
      return startProgram({ ...program, argv: ["no-such-command"] }, onOutput);
    };
    return { git: new Git({ env: { PATH: "/usr/bin:/bin", HOME: home }, start }), failed: () => failures };
  };

  return {
    home,
    make,
    failing,
    /** The commands of all gits of the guard. */
    started,
    async [Symbol.asyncDispose]() {
      await db.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}
export type GuardRig = Awaited<ReturnType<typeof createGuardRig>>;
export type GuardCase = Awaited<ReturnType<GuardRig["make"]>>;

/** One state of a worktree, and what of the report must be so. */
export interface GuardExample {
  name: string;
  given: (setup: GuardCase) => unknown;
  /** What is recorded of the worktree then. */
  target?: (setup: GuardCase) => Partial<RiskTarget>;
  expected: Partial<RiskReport>;
}
