import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId, ChatId, TaskId } from "@boocode/shared/ids";
import { writeFiles } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { identifyProcess } from "../../platform/processes/process.ts";
import { makeTemporaryName } from "../../platform/files/temporary-name.ts";
import { createWorktreeSetup } from "../worktree-fixture.ts";

const turn = { author: AgentId.parse("boocode"), taskId: TaskId.parse("task-1"), chatId: ChatId.parse("chat-1"), when: "after" } as const;
const CONFINED = new URL("../../platform/files/confined-folder.ts", import.meta.url).href;

/** Kills a process in the middle of putting a file in place. */
async function killInTheMiddle(root: string, file: string): Promise<void> {
  const script = `
    import fs from "node:fs/promises";
    import { syncBuiltinESMExports } from "node:module";
    fs.rename = () => { process.stdout.write("x"); return new Promise(() => {}); };
    syncBuiltinESMExports();
    const { ConfinedFolder } = await import(${JSON.stringify(CONFINED)});
    setInterval(() => {}, 60_000);
    await (await ConfinedFolder.open(${JSON.stringify(root)})).writeFile(${JSON.stringify(file)}, "half");
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");
}

it("a file that a killed daemon was putting in place is no change, and goes; what only looks like one stays", async () => {
  await using setup = await createWorktreeSetup();
  const { worktrees, repository } = setup;
  const worktree = await worktrees.ensure(setup.sessionId);
  await mkdir(join(worktree.path, "sub é"));
  await killInTheMiddle(worktree.path, "sub é/new.txt");
  const left = async () => (await repository.git("-C", worktree.path, "status", "--porcelain", "-uall")).match(/\.boocode-/g)?.length ?? 0;
  expect(await left()).toBe(1);
  const me = await identifyProcess(process.pid);
  const under = makeTemporaryName();
  const mine = [`.boocode-notes.tmp`, `.boocode-${me?.pid}-${me?.startTime}-0123.tmp`, "a.boocode-1-1-0123456789abcdef.tmp"];
  await writeFiles(worktree.path, { [under]: "under way", ...Object.fromEntries(mine.map((name) => [name, "mine"])) });
  // A later process has the pid of the one that wrote it.
  const recycled = `.boocode-${me?.pid}-${Number(me?.startTime) - 1}-0123456789abcdef.tmp`;
  await writeFile(join(worktree.path, recycled), "left");
  const { tree } = await worktrees.checkpoint(worktree, turn);
  const held = (await repository.git("ls-tree", "-r", "--name-only", tree)).split("\n").filter((name) => name.includes(".boocode-"));
  expect(held.toSorted()).toEqual(mine.toSorted());
  expect([under, recycled].map((name) => existsSync(join(worktree.path, name)))).toEqual([true, false]);
  expect(await left()).toBe(4);
});
