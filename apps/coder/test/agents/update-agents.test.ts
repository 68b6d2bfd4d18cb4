import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { scriptedAgentCommand } from "@boocode/testkit/scripted-agent-command";
import { expect, it, onTestFinished } from "vitest";
import { TestHome } from "../start-test-daemon.ts";
import { callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";

const PATIENT = { timeout: 60_000 };
const QWEN = AgentId.parse("qwen");

/** A home in which npm has installed qwen, with an npm that does what `npm` says. */
async function setUp(npm: string) {
  const home = await TestHome.make();
  const prefix = join(home.path, "npm");
  const [folder, bin] = [join(prefix, "lib/node_modules/@qwen-code/qwen-code"), join(prefix, "bin")];
  const scenario = join(home.path, "scenario.json");
  await Promise.all([folder, bin, home.dataDir].map((path) => mkdir(path, { recursive: true })));
  await writeFile(
    scenario,
    JSON.stringify({ stateFile: join(home.path, "state.json"), prompts: [[{ do: "hang" }], [{ do: "say", text: "Hi" }]] }),
  );
  const program = async (file: string, text: string) => {
    await writeFile(file, `#!/bin/sh\n${text}\n`);
    await chmod(file, 0o755);
  };
  const toQwen = (version: string) =>
    `[ "$1" = --version ] && { echo ${version}; exit 0; }\nexec ${scriptedAgentCommand("acp").join(" ")} ${scenario}`;
  const cli = join(folder, "cli.js");
  await program(cli, toQwen("1.0.0"));
  await symlink("../lib/node_modules/@qwen-code/qwen-code/cli.js", join(bin, "qwen"));
  await program(join(home.path, "next.js"), toQwen("1.1.0"));
  await program(join(bin, "npm"), `echo "$*" >> ${join(home.path, "ran")}\n${npm.replaceAll("$CLI", cli).replaceAll("$HOME", home.path)}`);
  const config = home.config();
  const daemon = await home.start({}, { ...config, agentEnv: { ...config.agentEnv, PATH: `${bin}:/usr/bin:/bin` } });
  const api = callOver(daemon);
  const repository = await createRepository({ "README.md": "# Test\n" });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  const chat = await api.chats.create.mutate({ sessionId });
  const send = () =>
    api.tasks.send.mutate({ promptId: mintPromptId(), chatId: chat.id, sessionId, agent: QWEN, model: "coder/demo", text: "Go" });
  const find = async () => (await api.agents.list.query()).find(({ id }) => id === QWEN);
  const update = async () => (await api.agents.updates.query())[0];
  return { home, prefix, api, follower, send, find, update, ran: () => readFile(join(home.path, "ran"), "utf8") };
}

it("updates what npm installed, in its place: not while it works, its processes ended first, prompts wait, the output live", async () => {
  const wait = 'echo "fetching"; while [ ! -e $HOME/go ]; do sleep 0.05; done; cp $HOME/next.js $CLI; echo "changed 1 package"';
  const { home, prefix, api, follower, send, find, update, ran } = await setUp(wait);
  expect(await find()).toMatchObject({
    version: "1.0.0",
    update: { line: "npm install -g @qwen-code/qwen-code@latest", canRun: true },
  });
  const first = await send();
  await follower.until(() => follower.events.some(({ body }) => body.type === "task.started"));
  await expect(api.agents.update.mutate({ agent: QWEN })).rejects.toMatchObject({
    data: { fault: { kind: "agent_in_use", because: "busy" } },
  });
  await api.tasks.cancel.mutate({ taskId: first.taskId });
  await follower.end(first.taskId);
  expect(await api.agents.updates.query()).toEqual([]);

  expect(await api.agents.update.mutate({ agent: QWEN })).toMatchObject({ state: "running", versionBefore: "1.0.0" });
  expect((await api.agentSessions.warm.query()).agents).toEqual([]);
  await expect.poll(update, PATIENT).toMatchObject({ state: "running", output: "fetching\n" });
  await expect(api.agents.update.mutate({ agent: QWEN })).rejects.toMatchObject({
    data: { fault: { kind: "agent_in_use", because: "update" } },
  });
  const second = await send();
  const waiting = async () => (await api.tasks.list.query({ limit: 10 })).find(({ id }) => id === second.taskId);
  await expect.poll(waiting, PATIENT).toMatchObject({ state: "queued", step: "agent" });
  await writeFile(join(home.path, "go"), "");
  await expect.poll(update, PATIENT).toMatchObject({
    state: "done",
    output: "fetching\nchanged 1 package\n",
    versionBefore: "1.0.0",
    versionAfter: "1.1.0",
    endedAt: expect.any(Number),
  });
  expect(await ran()).toBe(`install --global --prefix ${prefix} --no-fund --no-audit --loglevel=http @qwen-code/qwen-code@latest\n`);
  expect(await find()).toMatchObject({ version: "1.1.0" });
  // It waited until the update was over.
  await follower.until(() => follower.events.some(({ taskId, body }) => taskId === second.taskId && body.type === "task.started"));
  expect((await waiting())!.startedAt).toBeGreaterThanOrEqual((await update())!.endedAt!);
  await api.tasks.cancel.mutate({ taskId: second.taskId });
  await follower.end(second.taskId);
});

it("an update that fails says so in npm's own words, and the agent goes on as it is; others have nothing to update", async () => {
  const { api, update, find } = await setUp('echo "npm error EACCES: permission denied" >&2; exit 243');
  await api.agents.update.mutate({ agent: QWEN });
  await expect.poll(update, PATIENT).toMatchObject({
    state: "failed",
    reason: "npm ended with exit code 243.",
    output: "npm error EACCES: permission denied\n",
    versionAfter: "1.0.0",
  });
  expect(await find()).toMatchObject({ available: true, version: "1.0.0" });
  await expect(api.agents.update.mutate({ agent: AgentId.parse("goose") })).rejects.toMatchObject({
    data: { fault: { kind: "agent_unavailable", hint: "It cannot be updated from here." } },
  });
});
