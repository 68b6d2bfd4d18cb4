import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { AgentId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import { judgeFault } from "@boocode/testkit/judge-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedOpencodeProgram, type ScriptedOpencodeProgramOptions } from "@boocode/testkit/scripted-opencode-program";
import { expect, it, onTestFinished } from "vitest";
import { TestHome } from "../start-test-daemon.ts";
import { callOver, connectTo, Follower, mintPromptId, textOf } from "../test-client.ts";

const OPENCODE = AgentId.parse("opencode");

type ProgramOptions = Pick<ScriptedOpencodeProgramOptions, "script" | "faults">;

/** A home whose opencode is scripted, and a repository. */
async function makeHome(options: ProgramOptions, files: Record<string, string> = {}) {
  const opencode = await ScriptedOpencodeProgram.create(options);
  onTestFinished(() => opencode[Symbol.asyncDispose]());
  const repository = await createRepository({ "README.md": "# Test\n", ...files });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const home = await TestHome.make();
  await mkdir(home.dataDir, { recursive: true });
  await writeFile(join(home.dataDir, "agents.json"), JSON.stringify([{ id: "opencode", command: [opencode.file] }]));
  return { opencode, repository, home };
}

async function openSession(
  script: ProgramOptions["script"],
  files: Record<string, string> = {},
  faults: NonNullable<ProgramOptions["faults"]> = {},
) {
  const { opencode, repository, home } = await makeHome({ script, faults }, files);
  const daemon = await home.start();
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  const send = async (text: string, chatId: Awaited<ReturnType<typeof api.tasks.send.mutate>>["chatId"] | null = null) =>
    api.tasks.send.mutate({ promptId: mintPromptId(), chatId, sessionId, agent: OPENCODE, model: "coder/demo", text });
  return { home, daemon, opencode, api, sessionId, follower, send };
}

it("runs opencode in a session: nothing before the first prompt, then its words, its edit and what it used", async () => {
  const { opencode, api, sessionId, follower, send } = await openSession((prompt) => ({
    steps: [
      { do: "say", kind: "reasoning", text: "A file is wanted." },
      {
        do: "tool",
        tool: "write",
        input: { filePath: join(prompt.directory, "a.txt") },
        during: [{ do: "write", path: "a.txt", text: "a\n" }],
      },
      { do: "say", text: "It is written." },
    ],
    usage: { input: 20, output: 4 },
    cost: 0.25,
  }));
  expect(await api.agents.list.query()).toContainEqual(
    expect.objectContaining({ id: "opencode", available: true, version: "1.18.33", transport: "opencode" }),
  );
  expect(opencode.starts).toEqual([]);
  const first = await send("Write a.txt");
  expect(await follower.end(first.taskId)).toMatchObject({ state: "completed", filesChanged: 1, model: "coder/demo" });
  expect(textOf(follower.events, first.taskId)).toBe("It is written.");
  expect(await api.pendingChanges.list.query({ sessionId })).toMatchObject([{ path: "a.txt", agent: "opencode", evidence: "tool" }]);
  const second = await send("Again", first.chatId);
  expect(await follower.end(second.taskId)).toMatchObject({ state: "completed" });
  expect(opencode.starts).toHaveLength(1);
  expect(new Set(opencode.prompts.map(({ sessionId: id }) => id)).size).toBe(1);
  expect(await api.agentSessions.list.query({ sessionId })).toMatchObject([
    {
      agent: "opencode",
      rssBytes: expect.any(Number),
      backend: "opencode",
      continuity: "resumed",
      inputTokens: 40,
      outputTokens: 8,
      cost: 0.5,
      contextUsed: 24,
      warm: true,
    },
  ]);
});

it("is got ready while the prompt is written, and of that nothing is seen but the worktree, called after the prompt", async () => {
  const { opencode, api, sessionId, follower, send } = await openSession(() => ({ steps: [{ do: "say", text: "Ready." }] }));
  const { id: chatId } = await api.chats.create.mutate({ sessionId });
  const warmUp = (intent: "looking" | "writing") => api.agentSessions.warmUp.mutate({ chatId, agent: OPENCODE, intent });
  expect(await warmUp("looking")).toEqual({ kind: "start", because: "looking" });
  await opencode.until(() => opencode.starts.length > 0);
  expect(opencode.prompts).toEqual([]);
  expect(await warmUp("writing")).toEqual({ kind: "open", makesWorktree: true });
  await opencode.until(() => opencode.requests.some(({ method }) => method === "DELETE"));
  expect(opencode.prompts).toMatchObject([{ text: "count to 1", model: { providerID: "coder", modelID: "demo" } }]);
  expect(await warmUp("writing")).toEqual({ kind: "nothing", because: "warm" });
  expect(await api.agentSessions.list.query({ sessionId })).toEqual([]);
  expect(follower.events).toEqual([]);

  const first = await send("Fix the login", chatId);
  expect(await follower.end(first.taskId)).toMatchObject({ state: "completed", usage: { inputTokens: expect.any(Number) } });
  expect(textOf(follower.events, first.taskId)).toBe("Ready.");
  expect(opencode.prompts.map(({ text }) => text)).toEqual(["count to 1", "Fix the login"]);
  expect(opencode.requests.filter(({ method, path }) => method === "POST" && path === "/session")).toHaveLength(2);
  expect(opencode.starts).toHaveLength(1);
  const [session] = await api.sessions.list.query({});
  const branch = `boocode/fix-the-login-${sessionId.slice(-4)}`;
  expect(session?.worktree).toMatchObject({ branch, head: branch });
  expect(await api.agentSessions.list.query({ sessionId })).toMatchObject([{ continuity: "new", inputTokens: expect.any(Number) }]);
});

it("a warm-up that fails is no error, happens once in a while, and takes no try from the prompt", async () => {
  const { home, repository } = await makeHome({ script: () => ({ steps: [] }) });
  const starts = join(home.path, "starts");
  const command = [
    "/bin/sh",
    "-c",
    `[ "$1" = serve ] || { echo 1.18.33; exit; }; echo start >> ${starts}; echo No licence >&2; exit 1`,
    "opencode",
  ];
  await writeFile(join(home.dataDir, "agents.json"), JSON.stringify([{ id: "opencode", command }]));
  const daemon = await home.start();
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const chats = await Promise.all([1, 2, 3].map(() => api.chats.create.mutate({ sessionId })));
  for (const intent of ["looking", "writing"] as const)
    for (const { id: chatId } of chats) await api.agentSessions.warmUp.mutate({ chatId, agent: OPENCODE, intent });
  const follower = new Follower(connectTo(daemon), sessionId);
  for (const { id: chatId } of chats) {
    const { taskId } = await api.tasks.send.mutate({ promptId: mintPromptId(), chatId, agent: OPENCODE, text: "Go" });
    const end = await follower.end(taskId);
    expect(end).toMatchObject({
      state: "failed",
      cause: "agent_unavailable",
      evidence: { message: "opencode ended before it was ready (exit code 1). It said:\nNo licence" },
    });
  }
  // One for all the warm-ups, and one for each prompt; the first of them may have found the warm-up's.
  expect([3, 4]).toContain((await readFile(starts, "utf8")).trim().split("\n").length);
});

it("S10: enters no repository for a warm-up that would run something and is not trusted", async () => {
  const { opencode, api, sessionId } = await openSession(() => ({ steps: [] }), { ".opencode/plugin/run.js": "throw 1\n" });
  const { id: chatId } = await api.chats.create.mutate({ sessionId });
  expect(await api.agentSessions.warmUp.mutate({ chatId, agent: OPENCODE, intent: "writing" })).toEqual({
    kind: "start",
    because: "not_trusted",
  });
  await opencode.until(() => opencode.starts.length > 0);
  expect((await api.sessions.list.query({}))[0]?.worktree).toBeNull();
});

it("F2: goes on in the same session after its server was killed in the middle of a turn", async () => {
  const told = new Barrier();
  const { home, daemon, opencode, sessionId, follower, send } = await openSession((_, index) =>
    index === 0
      ? {
          steps: [
            { do: "say", text: "I begin" },
            { do: "wait", gate: told },
            { do: "die", signal: "SIGKILL" },
          ],
        }
      : { steps: [{ do: "say", text: "I am back." }] },
  );
  const first = await send("Begin");
  await told.reached;
  told.open();
  expect(await follower.end(first.taskId)).toMatchObject({ state: "interrupted", cause: "agent_exit", evidence: { signal: "SIGKILL" } });
  const second = await send("Go on", first.chatId);
  expect(await follower.end(second.taskId)).toMatchObject({ state: "completed" });
  expect(textOf(follower.events, second.taskId)).toBe("I am back.");
  expect(opencode.starts).toHaveLength(2);
  expect(new Set(opencode.prompts.map(({ sessionId: id }) => id)).size).toBe(1);
  follower.stop();
  await daemon.close();
  expect(await judgeFault("F2", 1, { dataDir: home.dataDir, seen: new Map([[sessionId, follower.events]]) })).toEqual([]);
});

it("finds what opencode went on to write after the daemon was killed, and tells it with that turn, before the next", async () => {
  const [told, over] = [new Barrier(), new Barrier()];
  const { opencode, repository, home } = await makeHome({
    script: (prompt, index) =>
      index === 0
        ? {
            steps: [
              { do: "say", text: "I begin." },
              { do: "wait", gate: told },
              { do: "tool", tool: "read", input: { filePath: join(prompt.directory, "README.md") }, output: "# Test" },
              { do: "say", text: "I went on." },
              { do: "wait", gate: over },
              { do: "never" },
            ],
          }
        : { steps: [{ do: "say", text: "I am back." }] },
  });
  const process1 = home.spawn();
  const daemon1 = await process1.ready();
  const project = await callOver(daemon1).projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await callOver(daemon1).sessions.create.mutate({ projectId: project.id });
  const ask = { chatId: null, sessionId, agent: OPENCODE, model: "coder/demo" };
  const first = await callOver(daemon1).tasks.send.mutate({ ...ask, promptId: mintPromptId(), text: "Begin" });
  const before = new Follower(connectTo(daemon1), sessionId);
  await before.until(() => textOf(before.events, first.taskId) === "I begin.");
  const second = await callOver(daemon1).tasks.send.mutate({ ...ask, chatId: first.chatId, promptId: mintPromptId(), text: "Go on" });
  await process1.end("SIGKILL");
  before.stop();
  told.open();
  await over.reached;

  const daemon2 = await home.start();
  const after = new Follower(connectTo(daemon2), sessionId);
  expect(await after.end(second.taskId)).toMatchObject({ state: "completed" });
  const { items } = await callOver(daemon2).chats.transcript.query({ chatId: first.chatId, limit: 50 });
  expect(items.filter(({ taskId }) => taskId === first.taskId)).toMatchObject([
    { kind: "prompt", text: "Begin" },
    { kind: "text", text: "I begin." },
    { kind: "turn_end", state: "interrupted", cause: "daemon_restart" },
    { kind: "notice" },
    { kind: "tool", title: "Read README.md", status: "completed", result: { output: "# Test" } },
    { kind: "text", text: "I went on." },
  ]);
  const ofSecond = items.filter(({ taskId, kind }) => taskId === second.taskId && kind !== "prompt");
  expect(ofSecond).toMatchObject([{ kind: "text", text: "I am back." }, { kind: "turn_end" }]);
  expect(items.slice(-2)).toEqual(ofSecond);
  expect(new Set(opencode.prompts.map(({ sessionId: id }) => id)).size).toBe(1);
});

it("P11: leaves a server alone that dies again and again, says so, and starts it at once when a person wants it", async () => {
  let isBroken = true;
  const dies = { diesAtEvent: 5 };
  const { opencode, api, follower, send } = await openSession(
    () => ({ steps: [{ do: "say", text: "I live." }] }),
    {},
    () => (isBroken ? dies : {}),
  );
  let end: Awaited<ReturnType<typeof follower.end>>;
  let chatId: Awaited<ReturnType<typeof send>>["chatId"] | null = null;
  do {
    const task: Awaited<ReturnType<typeof send>> = await send("Go", chatId);
    ({ chatId } = task);
    end = await follower.end(task.taskId);
  } while (end.cause === "agent_exit");
  expect(end).toMatchObject({
    state: "failed",
    cause: "agent_unavailable",
    evidence: { message: expect.stringMatching(/^It ended by itself .* left alone for \d+ s/) },
  });
  expect(opencode.starts.length).toBeLessThanOrEqual(4);
  isBroken = false;
  await api.agents.refresh.mutate();
  const { taskId } = await send("Go", chatId);
  expect(await follower.end(taskId)).toMatchObject({ state: "completed" });
});

it("what opencode goes on with by itself is a turn of its own, with its words, its question, its files and its end", async () => {
  const gate = new Barrier();
  const { api, follower, sessionId, send } = await openSession((_, index) =>
    index > 0
      ? { steps: [{ do: "say", text: "Next" }] }
      : {
          steps: [{ do: "say", text: "Done" }],
          afterwards: [
            {
              gate,
              isOwn: true,
              steps: [
                { do: "say", text: "I go on" },
                { do: "write", path: "late.txt", text: "late\n" },
                { do: "ask", permission: "bash", patterns: ["make"], once: [{ do: "say", text: " and on" }] },
              ],
            },
          ],
        },
  );
  const first = await send("Go");
  expect(await follower.end(first.taskId)).toMatchObject({ state: "completed", filesChanged: 0 });
  gate.open();
  await follower.until(() => follower.events.some(({ body }) => body.type === "permission.requested"));
  const second = await send("And now?", first.chatId);
  const [asked] = await api.permissions.list.query({ sessionId });
  await api.permissions.answer.mutate({ permissionId: asked!.id, optionId: "once" });
  const own = asked!.taskId;
  expect(await follower.end(own)).toMatchObject({ state: "completed", filesChanged: 1 });
  expect(textOf(follower.events, first.taskId)).toBe("Done");
  expect(textOf(follower.events, own)).toBe("I go on and on");
  expect(await api.pendingChanges.list.query({ sessionId })).toMatchObject([{ path: "late.txt", agent: "opencode", taskIds: [own] }]);
  expect(await api.tasks.list.query({ sessionId })).toMatchObject([
    { kind: "message" },
    { id: own, kind: "agent", text: "" },
    { kind: "message" },
  ]);
  // What was sent meanwhile waited, and is told apart.
  expect(await follower.end(second.taskId)).toMatchObject({ state: "completed" });
  expect(textOf(follower.events, second.taskId)).toBe("Next");
});

it("S10: is started so that its own git and its commands run nothing that an untrusted repository names", async () => {
  const home = await makeHome({ script: () => ({ steps: [{ do: "say", text: "Done" }] }) });
  const { opencode, repository } = home;
  const [marker, trap] = [join(repository.path, ".git", "fired"), join(repository.path, ".git", "trap")];
  await writeFile(trap, `#!/bin/sh\ntouch '${marker}'\n`, { mode: 0o755 });
  await repository.git("config", "core.fsmonitor", trap);
  const daemon = await home.home.start();
  const api = callOver(daemon);
  const { id: projectId } = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId });
  const follower = new Follower(connectTo(daemon), sessionId);
  const place = { chatId: null, sessionId, agent: OPENCODE, model: "coder/demo", text: "Go" };
  const { taskId } = await api.tasks.send.mutate({ promptId: mintPromptId(), ...place });
  expect(await follower.end(taskId)).toMatchObject({ state: "completed" });
  const [{ env }] = opencode.starts as [(typeof opencode.starts)[0]];
  const [{ directory: cwd }] = opencode.prompts as [(typeof opencode.prompts)[0]];
  const status = (own: Record<string, string>) => promisify(execFile)("git", ["status"], { cwd, env: own });
  await status(env);
  expect(existsSync(marker)).toBe(false);
  // The repository does name it.
  await status(Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("GIT_"))));
  expect(existsSync(marker)).toBe(true);
});
