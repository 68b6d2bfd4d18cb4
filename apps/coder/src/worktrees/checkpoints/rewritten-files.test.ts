import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { writeFiles } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { Git } from "../../platform/git/git.ts";
import { createWorktreeSetup } from "../worktree-fixture.ts";

const turn = { author: AgentId.parse("qwen"), taskId: TaskId.parse("task-1"), chatId: ChatId.parse("chat-1"), when: "after" } as const;

/** Rewrites files over and over, in a process of its own; resolves once all have been written. */
async function startRewriting(folder: string, names: readonly string[], bytes: number) {
  const loop = names.map((name) => `head -c ${bytes} /dev/urandom > '${name}'`).join("; ");
  const child = spawn("/bin/sh", ["-c", `while :; do ${loop}; echo .; done`], { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  await once(child.stdout, "data");
  child.stdout.resume();
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await once(child, "close");
    },
  };
}

it.each([
  { case: "a new file of 5 MB", names: ["big.txt"], bytes: 5_000_000 },
  { case: "six new files of 300 kB", names: ["1", "2", "3", "4", "5", "6"], bytes: 300_000 },
  { case: "a tracked file of 200 kB", names: ["a.txt"], bytes: 200_000 },
  { case: "a tracked file of 20 kB", names: ["a.txt"], bytes: 20_000 },
])("a checkpoint is made beside a process that rewrites $case", async ({ names, bytes }) => {
  await using setup = await createWorktreeSetup();
  const { worktrees, repository, sessionId } = setup;
  const { path } = await worktrees.ensure(sessionId);
  await using _ = await startRewriting(path, names, bytes);
  for (let place = 0; place < 4; place++) {
    await writeFiles(path, { "dir/b.txt": `${place}\n` });
    const held = await worktrees.checkpoint((await worktrees.find(sessionId)) as Worktree, turn);
    expect(names).toEqual(expect.arrayContaining(held.leftOut));
    expect(await repository.git("show", `${held.tree}:dir/b.txt`)).toBe(String(place));
  }
});

it.each([
  { case: "dies by a signal", ending: 'touch "$GIT_DIR/index.lock"; kill -BUS $$' },
  { case: "finds it unstable", ending: "echo 'fatal: confused by unstable object source data for 1234' >&2; exit 128" },
  { case: "reads less than it wanted", ending: "echo 'error: short read while indexing' >&2; exit 128" },
])("a file over which git $case without a word of its name is found and left out", async ({ ending }) => {
  await using setup = await createWorktreeSetup();
  const { worktrees, repository, sessionId, folder, home } = setup;
  const { path } = await worktrees.ensure(sessionId);
  await mkdir(join(folder, "bin"));
  await writeFile(
    join(folder, "bin", "git"),
    `#!/bin/bash
if [[ "$*" == *"--replace -z --stdin"* ]]; then
  cat > '${folder}/names'
  if grep -qz '^odd' '${folder}/names'; then ${ending}; fi
  exec /usr/bin/git "$@" < '${folder}/names'
fi
exec /usr/bin/git "$@"
`,
  );
  await chmod(join(folder, "bin", "git"), 0o755);
  const broken = setup.restart({ git: new Git({ env: { PATH: `${folder}/bin:/usr/bin:/bin`, HOME: home } }) });
  await writeFiles(path, { "dir/b.txt": "new\n", "a.txt": "new\n", odd: "1\n", "odd ü": "2\n", z: "3\n", y: "4\n" });
  const held = await broken.checkpoint((await worktrees.find(sessionId)) as Worktree, turn);
  expect(held.leftOut.toSorted()).toEqual(["odd", "odd ü"]);
  expect((await repository.git("ls-tree", "-r", "--name-only", held.tree)).split("\n")).toEqual(["a.txt", "dir/b.txt", "y", "z"]);
  expect(await repository.git("show", `${held.tree}:a.txt`)).toBe("new");
});
