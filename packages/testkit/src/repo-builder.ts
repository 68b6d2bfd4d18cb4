import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A file's text or bytes, an executable, or a symbolic link. */
export type RepoFile = string | Uint8Array | { text: string; mode: number } | { linkTo: string };
export type RepoFiles = Readonly<Record<string, RepoFile>>;

/** A temporary folder that is removed at the end of the test. */
export interface TempFolder extends AsyncDisposable {
  /** Absolute, with symbolic links resolved. */
  readonly path: string;
}

/** A git repository in a temporary folder, for one test. */
export interface TestRepository extends TempFolder {
  /** Runs git in the repository without the user's own configuration; returns its trimmed output. */
  git(...argv: string[]): Promise<string>;
  /** Writes files without committing them. */
  write(files: RepoFiles): Promise<void>;
  /** Commits all changes; returns the commit's id. */
  commit(message?: string): Promise<string>;
}

/** Creates an empty temporary folder. */
export async function createTempFolder(prefix = "boocode-test-"): Promise<TempFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), prefix)));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Creates a repository on branch `main` whose first commit contains `files`. With empty `files` it has no commits. */
export async function createRepository(files: RepoFiles = { "README.md": "# Test\n" }): Promise<TestRepository> {
  const folder = await createTempFolder("boocode-repo-");
  const git = (...argv: string[]) => runGit(folder.path, argv);
  const write = (more: RepoFiles) => writeFiles(folder.path, more);
  const commit = async (message = "Change files") => {
    await git("add", "--all");
    await git("commit", "--quiet", "--allow-empty", "--message", message);
    return git("rev-parse", "HEAD");
  };
  await git("init", "--quiet", "--initial-branch=main");
  await git("config", "user.name", "Test Person");
  await git("config", "user.email", "person@example.invalid");
  await write(files);
  if (Object.keys(files).length > 0) await commit("Start");
  return { path: folder.path, git, write, commit, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}

/** Writes files below a folder, creating the folders in between. */
export async function writeFiles(root: string, files: RepoFiles): Promise<void> {
  for (const [path, file] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    if (typeof file === "string" || file instanceof Uint8Array) await writeFile(target, file);
    else if ("linkTo" in file) await symlink(file.linkTo, target);
    else {
      await writeFile(target, file.text);
      await chmod(target, file.mode);
    }
  }
}

/** Runs git in a folder without the user's own configuration; returns its trimmed output. */
export async function runGit(cwd: string, argv: readonly string[]): Promise<string> {
  const env = {
    PATH: process.env["PATH"],
    HOME: cwd,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    // A fixed time makes commit ids reproducible.
    GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
    GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
  };
  const { stdout } = await run("git", argv as string[], { cwd, env, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trimEnd();
}
