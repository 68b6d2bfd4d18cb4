import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { judgeFault } from "@boocode/testkit/judge-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { BOOCODE, callOver, connectTo, faultOf, Follower, mintPromptId } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

/** A home whose daemons find, once it is said so, another `git` than the system's, or none. */
async function createHome() {
  const bin = await TestHome.make();
  const home = await TestHome.make({ PATH: `${bin.path}/bin` });
  await mkdir(join(bin.path, "bin"));
  const setGit = async (script: string) => {
    await writeFile(join(bin.path, "bin", "git"), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin.path, "bin", "git"), 0o755);
  };
  return { home, setGit };
}

const REAL = 'PATH=/usr/bin:/bin exec git "$@"';

it.each([
  { case: "hangs", script: "while :; do :; done", reason: "Git did not answer within 0.3 s" },
  { case: "is too old", script: "echo git version 2.20.1", reason: "Git 2.20.1 is too old: 2.34 or newer is needed" },
])("F13 stays up and says so where git $case, and goes on when it is repaired", async ({ script, reason }) => {
  const repository = await createRepository({ "a.txt": "one\n" });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const { home, setGit } = await createHome();
  await setGit(REAL);
  const first = await home.start();
  const project = await callOver(first).projects.add.mutate({ path: repository.path });
  const session = await callOver(first).sessions.create.mutate({ projectId: project.id, title: "Later" });
  await first.close();

  await setGit(script);
  const daemon = await home.start({ gitCheckLimitMs: 300 });
  const api = callOver(daemon);
  expect(await faultOf(api.projects.add.mutate({ path: repository.path }))).toEqual({ kind: "git_unavailable", httpStatus: 412 });
  const health = await fetch(`${daemon.address}/api/health`, { headers: { authorization: `Bearer ${daemon.token}` } });
  expect(await health.json()).toMatchObject({ status: "degraded", git: { ok: false, reason }, db: { ok: true } });
  expect(await (await fetch(`${daemon.address}/api/health`)).json()).toMatchObject({ status: "degraded" });
  expect(await api.sessions.list.query()).toMatchObject([{ id: session.id, title: "Later" }]);
  const follower = new Follower(connectTo(daemon), session.id);
  const prompt = { chatId: null, sessionId: session.id, agent: BOOCODE, text: "create a file b.txt that says hello" };
  const refused = await api.tasks.send.mutate({ ...prompt, promptId: mintPromptId() });
  expect(await follower.end(refused.taskId)).toMatchObject({ state: "failed", cause: "worktree_failed" });
  await daemon.close();

  await setGit(REAL);
  const repaired = await home.start();
  const again = new Follower(connectTo(repaired), session.id);
  const done = await callOver(repaired).tasks.send.mutate({ ...prompt, promptId: mintPromptId() });
  expect(await again.end(done.taskId)).toMatchObject({ state: "completed", filesChanged: 1 });
  expect(await (await fetch(`${repaired.address}/api/health`)).json()).toMatchObject({ status: "ok" });
  again.stop();
  await repaired.close();
  const writes = [{ file: join(home.dataDir, "worktrees", session.id, "b.txt"), text: "hello\n" }];
  const seen = new Map([[session.id, again.events]]);
  expect(await judgeFault("F13", 1, { dataDir: home.dataDir, writes, seen })).toEqual([]);
});

/** What git 2.34 does otherwise: no `worktree list -z`, and whatever stands in `core.fsmonitor` is a program. */
const OLD = `
[ "$1" = version ] && { echo "git version 2.34.1"; exit 0; }
case "$1 $2 $*" in "worktree list "*" -z"*) echo "usage: git worktree list" >&2; exit 129;; esac
place=0
while [ "$place" -lt "$GIT_CONFIG_COUNT" ]; do
  eval "key=\\$GIT_CONFIG_KEY_$place value=\\$GIT_CONFIG_VALUE_$place"
  [ "$key" = core.fsmonitor ] && [ -n "$value" ] && { echo "fsmonitor $value" >&2; exit 128; }
  place=$((place + 1))
done
${REAL}`;

it("F13 works with git 2.34: a turn, and a worktree made again where its folder is gone", async () => {
  const repository = await createRepository({ "a.txt": "one\n" });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const { home, setGit } = await createHome();
  await setGit(OLD);
  const daemon = await home.start();
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id, title: "Old" });
  const follower = new Follower(connectTo(daemon), sessionId);
  const send = async (text: string) => {
    const { taskId } = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
    return follower.end(taskId);
  };
  expect(await send("create a file b.txt that says hello")).toMatchObject({ state: "completed", filesChanged: 1 });
  const { path } = (await api.sessions.list.query())[0]!.worktree!;
  await rm(path, { recursive: true });
  await api.worktreeRisk.repair.mutate({ sessionId, from: "checkpoint" });
  expect(await readFile(join(path, "b.txt"), "utf8")).toBe("hello\n");
  expect(await send("create a file c.txt that says more")).toMatchObject({ state: "completed", filesChanged: 1 });
  const health = await fetch(`${daemon.address}/api/health`, { headers: { authorization: `Bearer ${daemon.token}` } });
  expect(await health.json()).toMatchObject({ status: "ok", git: { ok: true, version: "2.34.1" } });
});
