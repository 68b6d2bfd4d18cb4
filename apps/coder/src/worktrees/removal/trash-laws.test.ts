import { chmod, mkdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runGit } from "@boocode/testkit/repo-builder";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createTrashSetup, describeFolder, describeGit, type TrashSetup } from "./trash-fixture.ts";

const NAMES = ["a.txt", "dir/b.txt", "new", "deep/er/file ü", "with\nline", "-dash", "x.log", ".env", "deep/x.log"] as const;

/** What a person or an agent may do in a worktree. */
type Act =
  | { kind: "write"; name: string; content: Uint8Array; mode: number }
  | { kind: "link"; name: string; to: string }
  | { kind: "remove"; name: string }
  | { kind: "folder"; name: string; mode: number }
  | { kind: "age"; name: string; at: number }
  | { kind: "git"; argv: readonly string[] };

const name = fc.constantFrom(...NAMES);
const mode = fc.constantFrom(0o644, 0o755, 0o600, 0o444);
const act: fc.Arbitrary<Act> = fc.oneof(
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

async function carryOut(path: string, one: Act): Promise<void> {
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

async function begin(): Promise<TrashSetup> {
  const setup = await createTrashSetup();
  const { repository } = setup;
  await repository.git("config", "extensions.worktreeConfig", "true");
  await repository.git("switch", "--quiet", "--create", "theirs");
  await repository.write({ "a.txt": "theirs\n", ".gitignore": "*.log\n.env\n" });
  await repository.commit("Theirs");
  await repository.git("switch", "--quiet", "main");
  return setup;
}

it(
  "F31: deleting and restoring is the identity on files, index, HEAD, status and refs, whatever was done",
  { timeout: 300_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 14 }), fc.boolean(), async (acts, collects) => {
        await using setup = await begin();
        const { path, repository } = setup;
        for (const one of acts) await carryOut(path, one);
        const describe = async () => ({ git: await describeGit(repository.path, path), folder: await describeFolder(path) });
        // The first status refreshes the index.
        await describe();
        const before = await describe();
        await setup.away();
        if (collects) {
          await repository.git("reflog", "expire", "--expire=now", "--all");
          await repository.git("gc", "--quiet", "--prune=now");
        }
        await setup.back();
        expect(await describe()).toEqual(before);
        expect(await runGit(path, ["fsck", "--no-dangling"]).catch((error: Error) => error.message)).not.toMatch(
          /missing|broken|invalid sha/,
        );
      }),
      { numRuns: 4 },
    );
  },
);
