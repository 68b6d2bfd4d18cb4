import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { join } from "node:path";

/** What a test wrote last at a path, as a person or an agent would. */
export type WrittenFiles = ReadonlyMap<string, Uint8Array>;

/**
 * Checks that each file's content is at its place still, or that git has it in one of the repositories: whoever took it away has kept it
 * first. Returns one sentence per loss.
 */
export async function judgeWrittenFiles(written: WrittenFiles, repositories: readonly string[]): Promise<string[]> {
  const gone = [...written].filter(([path, content]) => !isThere(path, content));
  if (gone.length === 0) return [];
  const kept = new Set<string>();
  for (const repository of repositories)
    for (const id of await findObjects(
      repository,
      gone.map(([, content]) => toBlobId(content)),
    ))
      kept.add(id);
  return gone
    .filter(([, content]) => !kept.has(toBlobId(content)))
    .map(([path, content]) => `The acknowledged write of ${path} is lost: ${content.length} bytes are neither there nor in git`);
}

function isThere(path: string, content: Uint8Array): boolean {
  try {
    return readFileSync(path).equals(content);
  } catch {
    return false;
  }
}

const toBlobId = (content: Uint8Array) => createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");

/** The ids among those given that a repository has. */
async function findObjects(repository: string, ids: readonly string[]): Promise<string[]> {
  if (!existsSync(join(repository, ".git"))) return [];
  const env = { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  const git = spawn("git", ["cat-file", "--batch-check"], { cwd: repository, env, stdio: ["pipe", "pipe", "ignore"] });
  // A git that could not start has read nothing.
  git.on("error", () => {});
  git.stdin.on("error", () => {});
  git.stdin.end(`${ids.join("\n")}\n`);
  return (await text(git.stdout)).split("\n").flatMap((line) => /^([0-9a-f]{40}) blob /.exec(line)?.[1] ?? []);
}
