import { chmod, mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runGit } from "@boocode/testkit/repo-builder";
import fc from "fast-check";

const NAMES = ["a.txt", "dir/b.txt", "new", "deep/er/file ü", "with\nline", "-dash", "x.log", ".env", "deep/x.log"] as const;

/** What a person or an agent may do in a worktree. */
export type WorktreeAct =
  | { kind: "write"; name: string; content: Uint8Array; mode: number }
  | { kind: "link"; name: string; to: string }
  | { kind: "remove"; name: string }
  | { kind: "folder"; name: string; mode: number }
  | { kind: "age"; name: string; at: number }
  | { kind: "git"; argv: readonly string[] };

const name = fc.constantFrom(...NAMES);
const mode = fc.constantFrom(0o644, 0o755, 0o600, 0o444);
/** One of them, at random. */
export const anyAct: fc.Arbitrary<WorktreeAct> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("write" as const), name, content: fc.uint8Array({ maxLength: 40 }), mode }) },
  fc.record({ kind: fc.constant("link" as const), name, to: fc.constantFrom("nowhere", "a.txt", "..", "/etc") }),
  fc.record({ kind: fc.constant("remove" as const), name }),
  fc.record({
    kind: fc.constant("folder" as const),
    name: fc.constantFrom("empty", "empty/in/empty"),
    mode: fc.constantFrom(0o755, 0o700),
  }),
  fc.record({ kind: fc.constant("age" as const), name, at: fc.integer({ min: 1, max: 2_000_000_000 }) }),
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("git" as const),
      argv: fc.constantFrom<readonly string[]>(
        ["add", "--all"],
        ["add", "--intent-to-add", "new"],
        ["rm", "--quiet", "--cached", "a.txt"],
        ["commit", "--quiet", "--allow-empty", "--all", "--message", "Work"],
        ["checkout", "--quiet", "--detach"],
        ["switch", "--quiet", "--create", "another"],
        ["reset", "--quiet", "--soft", "HEAD~1"],
        ["merge", "--quiet", "theirs"],
        ["rebase", "--quiet", "theirs"],
        ["cherry-pick", "theirs"],
        ["bisect", "start", "HEAD", "HEAD~1"],
        ["update-index", "--assume-unchanged", "a.txt"],
        ["sparse-checkout", "set", "deep"],
        ["update-index", "--split-index"],
        ["init", "--quiet", "nested"],
        ["config", "--worktree", "user.name", "Mine"],
        ["notes", "add", "--message", "A note"],
        ["branch", "--force", "theirs-too", "HEAD"],
        ["stash", "push", "--quiet", "--include-untracked"],
      ),
    }),
  },
);

/** Does it; what cannot be done is left. */
export async function carryOutAct(path: string, one: WorktreeAct): Promise<void> {
  const at = (relative: string) => join(path, relative);
  if (one.kind === "git") return void (await runGit(path, one.argv).catch(() => {}));
  if (one.kind === "folder") {
    await mkdir(at(one.name), { recursive: true }).catch(() => {});
    return chmod(at(one.name), one.mode).catch(() => {});
  }
  if (one.kind === "age") return utimes(at(one.name), one.at, one.at).catch(() => {});
  await rm(at(one.name), { force: true, recursive: true });
  await mkdir(dirname(at(one.name)), { recursive: true }).catch(() => {});
  if (one.kind === "link") await symlink(one.to, at(one.name)).catch(() => {});
  if (one.kind === "write") await writeFile(at(one.name), one.content, { mode: one.mode }).catch(() => {});
}
