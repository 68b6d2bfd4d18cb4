import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { Git, GitOptions } from "../../platform/git/git.ts";

/** The maximum number of content filters that one checkout may skip. */
const MAX_FILTERS = 5;
const noteIn = (overlayDir: string) => join(overlayDir, "made-without");

/**
 * Runs a git command that writes a worktree's files. If a content filter configured by the person cannot be run, such as git-lfs, the
 * command runs again without it: files then have the content stored in the repository. The skipped filters are reported once, by {@link
 * takeMadeWithout}.
 *
 * Faults: those of git.
 */
export async function checkOut(
  git: Git,
  input: { path: string; overlayDir: string; argv: readonly string[]; options: GitOptions },
): Promise<void> {
  const { path, overlayDir, argv, options } = input;
  const without = new Map<string, string>();
  for (;;) {
    const off = [...without.keys()].flatMap((name) => [
      [`filter.${name}.smudge`, ""] as const,
      [`filter.${name}.clean`, ""] as const,
      [`filter.${name}.process`, ""] as const,
      [`filter.${name}.required`, "false"] as const,
    ]);
    try {
      await git.write(path, argv, { ...options, settings: [...(options.settings ?? []), ...off] });
      break;
    } catch (error) {
      const said = error instanceof DomainError && error.fault.kind === "git_failed" ? error.fault.stderrTail : "";
      const name = /smudge filter (\S+) failed/.exec(said)?.[1] ?? (/\bgit-lfs\b/.test(said) ? "lfs" : undefined);
      if (name === undefined || without.has(name) || without.size === MAX_FILTERS) throw error;
      without.set(name, said.split("\n")[0] ?? "");
    }
  }
  if (without.size === 0) return;
  const lines = Array.from(
    without,
    ([name, reason]) =>
      `Files of the content filter "${name}" have the content stored in the repository, such as pointers, because the filter could not be run: ${reason}`,
  );
  await mkdir(overlayDir, { recursive: true, mode: 0o700 });
  await writeFile(noteIn(overlayDir), `${lines.join("\n")}\n`);
}

/** Returns what a worktree was made without, as sentences; returns nothing if that was already reported. */
export async function takeMadeWithout(overlayDir: string): Promise<string[]> {
  const text = await readFile(noteIn(overlayDir), "utf8").catch(() => "");
  if (text === "") return [];
  await rm(noteIn(overlayDir), { force: true });
  return text.trimEnd().split("\n");
}
