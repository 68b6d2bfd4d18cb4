import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ChatId, SessionId } from "@boocode/shared/ids";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { listLiveProcesses } from "./list-live-processes.ts";
import { RUN_MARKER } from "./reap-orphans.ts";

/** Starts a shell that waits in a folder. */
async function wait(cwd: string, env: Record<string, string> = {}): Promise<number> {
  const child = spawn("/bin/sh", ["-c", "echo up; read line"], {
    cwd,
    env: { PATH: "/usr/bin:/bin", ...env },
    stdio: ["pipe", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  return child.pid!;
}

it("W3 what the person runs in a worktree counts, in a terminal or not, and what its turns left running; agents and other folders do not", async () => {
  await using folder = await createTempFolder();
  const [inside, beside] = [join(folder.path, "worktree/deep"), join(folder.path, "worktree-2")];
  for (const path of [inside, beside]) await mkdir(path, { recursive: true });
  const left = { pid: 4_194_304, startTime: "1", chatId: ChatId.parse("chat-1"), taskId: null, command: "vite --port 1" };
  const background = { list: async () => [left] };
  const listInTerminals = async () => [{ pid: 4_194_303, name: "npm run dev" }];
  const pid = await wait(inside);
  await wait(beside);
  await wait(inside, { [RUN_MARKER]: "run-1" });
  const sessionId = SessionId.parse("session-1");
  expect(await listLiveProcesses({ background, listInTerminals }, sessionId, join(folder.path, "worktree"))).toEqual([
    { pid, name: "sh" },
    { pid: 4_194_303, name: "npm run dev" },
    { pid: left.pid, name: "vite --port 1" },
  ]);
  expect(await listLiveProcesses({ background, listInTerminals }, null, null)).toEqual([]);
});
