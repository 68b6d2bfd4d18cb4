import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { Git } from "../../apps/coder/src/platform/git/git.ts";
import { answer, call, say, startRealOpencode } from "./opencode-fixture.ts";

vi.setConfig({ testTimeout: 240_000 });

it("S10: the real opencode runs no program that an untrusted repository names, by its own git or by its commands", async () => {
  const run = (argv: string) => call("bash", { command: argv, description: "Look" });
  await using opencode = await startRealOpencode();
  await using subject = await opencode.setUp((_, index) => [run("git status"), answer("Looked.")][index % 2]!, { hasOwnWorktree: true });
  const { path } = subject.worktree;
  const [marker, trap] = [join(path, ".git", "fired"), join(path, ".git", "trap")];
  await writeFile(trap, `#!/bin/sh\ntouch '${marker}'\n`, { mode: 0o755 });
  await subject.worktree.git("config", "core.fsmonitor", trap);
  const { env } = subject.opening;
  const guarded = { ...env, ...(await new Git({ env }).guardVariables(path)) };
  const fired: boolean[] = [];
  for (const opening of [
    { env: guarded, projectTrusted: false },
    { env, projectTrusted: true },
  ]) {
    const conversation = await subject.backend.open({ ...subject.opening, ...opening });
    const turn = await say(conversation, "Look");
    expect(turn.events).toContainEqual(expect.objectContaining({ type: "tool.updated", status: "completed" }));
    fired.push(existsSync(marker));
    await conversation.close();
  }
  // The second time shows that the trap works.
  expect(fired).toEqual([false, true]);
});
