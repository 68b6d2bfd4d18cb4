import { appendFile, chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { faultScene } from "./faults/fault-scene.ts";
import { runSmall } from "./small-process/run-small.ts";

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
  const scene = faultScene();
  scene?.folders.add(path);
  const remove = async () => {
    await scene?.beforeRemoval(path);
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  };
  return { path, [Symbol.asyncDispose]: remove };
}

/** What git makes of a folder without commits; read once, for all repositories of this process. */
let emptyGit: ReturnType<typeof readEmptyGit> | null = null;

/** Creates a repository on branch `main` whose first commit contains `files`. With empty `files` it has no commits. */
export async function createRepository(files: RepoFiles = { "README.md": "# Test\n" }): Promise<TestRepository> {
  const folder = await createTempFolder("boocode-repo-");
  const git = (...argv: string[]) => runGit(folder.path, argv);
  const write = (more: RepoFiles) => writeFiles(folder.path, more);
  const commitAll = async (message: string) => {
    await git("add", "--all");
    await git("commit", "--quiet", "--allow-empty", "--message", message);
  };
  const commit = async (message = "Change files") => {
    await commitAll(message);
    return git("rev-parse", "HEAD");
  };
  // Each git less is worth it: a run of the tests makes more than a thousand repositories.
  const { folders, files: own } = await (emptyGit ??= readEmptyGit());
  for (const name of folders) await mkdir(join(folder.path, name));
  for (const [name, text] of Object.entries(own)) await writeFile(join(folder.path, name), text);
  await write(files);
  if (Object.keys(files).length > 0) await commitAll("Start");
  return { path: folder.path, git, write, commit, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}

/** The folders and files of an empty repository, parents first. It has no samples of hooks, and its person's name needs no git. */
async function readEmptyGit(): Promise<{ folders: string[]; files: Record<string, string> }> {
  // No folder of the test that happens to be the first.
  const path = await mkdtemp(join(tmpdir(), "boocode-repo-"));
  try {
    await runGit(path, ["init", "--quiet", "--initial-branch=main", "--template="]);
    await Promise.all(["hooks", "info"].map((name) => mkdir(join(path, ".git", name))));
    await appendFile(join(path, ".git/config"), "[user]\n\tname = Test Person\n\temail = person@example.invalid\n");
    const folders: string[] = [];
    const files: Record<string, string> = {};
    for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
      const name = relative(path, join(entry.parentPath, entry.name));
      if (entry.isDirectory()) folders.push(name);
      else files[name] = await readFile(join(path, name), "utf8");
    }
    return { folders: folders.toSorted(), files };
  } finally {
    await rm(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Writes files below a folder, creating the folders in between. */
export async function writeFiles(root: string, files: RepoFiles): Promise<void> {
  for (const [path, file] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    const content = typeof file === "string" || file instanceof Uint8Array ? file : "text" in file ? file.text : null;
    if (content !== null) faultScene()?.written.set(target, Buffer.from(content));
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
    // A commit would start another git, which looks whether there is something to tidy.
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "maintenance.auto",
    GIT_CONFIG_VALUE_0: "false",
  };
  const { stdout } = await runSmall("git", argv, { cwd, env, maxBuffer: 64 * 1024 * 1024 });
  return stdout.trimEnd();
}
