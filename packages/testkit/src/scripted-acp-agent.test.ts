import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished } from "vitest";
import type { AcpScenario } from "./acp/acp-scenario.ts";
import type { AcpMessage } from "./acp/acp-wire.ts";
import { createTempFolder } from "./repo-builder.ts";

const PROGRAM = new URL("./scripted-acp-agent.ts", import.meta.url).pathname;

it("initializes, streams, writes, asks, and answers the prompt", async () => {
  const agent = await start({
    prompts: [
      [
        { do: "say", kind: "thought", text: "I think" },
        { do: "writeFile", path: "a.txt", text: "one" },
        {
          do: "askPermission",
          title: "Run ls",
          then: { allow: [{ do: "say", text: "Allowed" }], reject: [{ do: "say", text: "Refused" }] },
        },
      ],
    ],
  });
  expect(await agent.ask("initialize", { protocolVersion: 1 })).toMatchObject({
    result: { protocolVersion: 1, agentCapabilities: { loadSession: false } },
  });
  const sessionId = await agent.open();
  const answered = agent.prompt(sessionId, "go");
  const request = await agent.message(({ method }) => method === "session/request_permission");
  expect(request.params).toMatchObject({ sessionId, toolCall: { title: "Run ls" } });
  agent.send({ id: request.id!, result: { outcome: { outcome: "selected", optionId: "allow" } } });
  expect(await answered).toMatchObject({ result: { stopReason: "end_turn" } });
  expect(agent.texts()).toEqual(["I ", "think", "Allowed"]);
  expect(await readFile(join(agent.folder, "a.txt"), "utf8")).toBe("one");
  expect(await agent.ask("nonsense", {})).toMatchObject({ error: { code: -32_601 } });
});

it("obeys or ignores a cancel", async () => {
  const prompts: AcpScenario["prompts"] = [[{ do: "say", text: "Busy" }, { do: "hang" }]];
  const heeds = await start({ prompts });
  const sessionId = await heeds.open();
  const answered = heeds.prompt(sessionId, "go");
  await heeds.message(({ method }) => method === "session/update");
  heeds.send({ method: "session/cancel", params: { sessionId } });
  expect(await answered).toMatchObject({ result: { stopReason: "cancelled" } });

  const ignores = await start({ prompts, ignoreCancel: true });
  const deaf = await ignores.open();
  void ignores.prompt(deaf, "go");
  await ignores.message(({ method }) => method === "session/update");
  ignores.send({ method: "session/cancel", params: { sessionId: deaf } });
  expect(await ignores.ask("session/set_mode", { sessionId: deaf, modeId: "plan" })).toMatchObject({ result: {} });
  expect(ignores.messages.filter(({ result }) => (result as { stopReason?: string } | undefined)?.stopReason)).toEqual([]);
});

it("replays a session to another process that loads it", async () => {
  await using state = await createTempFolder();
  const stateFile = join(state.path, "state.json");
  const first = await start({
    prompts: [
      [
        { do: "say", text: "Once" },
        { do: "signal", signal: "SIGKILL" },
      ],
    ],
    stateFile,
  });
  const sessionId = await first.open();
  void first.prompt(sessionId, "hello");
  expect(await first.exited).toBe("SIGKILL");
  const second = await start({ prompts: [[]], stateFile });
  expect(await second.ask("session/load", { sessionId, cwd: second.folder, mcpServers: [] })).toMatchObject({ result: { modes: {} } });
  expect(second.texts()).toEqual(["hello", "Once"]);
});

it("prints garbage, secrets and giant lines, leaves children, hangs and exits", async () => {
  const agent = await start({
    prompts: [
      [
        { do: "garbage", text: "not json\n" },
        { do: "printSecret", text: "sk-canary" },
        { do: "giantLine", bytes: 50 * 1024 * 1024 },
        { do: "spawnSetsidChild" },
        { do: "end" },
        { do: "say", text: "late" },
        { do: "exit", code: 7 },
      ],
    ],
    hangsOn: ["authenticate"],
    failsOn: ["session/set_mode"],
  });
  const sessionId = await agent.open();
  void agent.ask("authenticate", {});
  expect(await agent.ask("session/set_mode", { sessionId })).toMatchObject({ error: { message: "Scripted failure" } });
  expect(await agent.prompt(sessionId, "go")).toMatchObject({ result: { stopReason: "end_turn" } });
  expect(await agent.exited).toBe(7);
  const [giant, child, late] = agent.texts();
  expect(giant).toHaveLength(50 * 1024 * 1024);
  expect(late).toBe("late");
  expect(agent.garbage).toEqual(["not json"]);
  expect(agent.stderr()).toContain("sk-canary");
  const pid = Number(child!.split(" ")[1]);
  const stat = await readFile(`/proc/${pid}/stat`, "latin1");
  process.kill(pid, "SIGKILL");
  // The child has its own session, so killing the agent's group does not reach it.
  expect(Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3])).toBe(pid);
});

async function start(scenario: AcpScenario) {
  const folder = await createTempFolder();
  const file = join(folder.path, "scenario.json");
  await writeFile(file, JSON.stringify(scenario));
  const child = spawn(process.execPath, [PROGRAM, file], { stdio: "pipe" });
  const exited = once(child, "close").then(([code, signal]) => (signal ?? code) as NodeJS.Signals | number);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
    await folder[Symbol.asyncDispose]();
  });
  const messages: AcpMessage[] = [];
  const garbage: string[] = [];
  const waiting = new Set<() => void>();
  let errors = "";
  let lastId = 0;
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  child.stdin.on("error", () => {});
  createInterface(child.stdout).on("line", (line) => {
    if (line.startsWith("{")) messages.push(JSON.parse(line) as AcpMessage);
    else garbage.push(line);
    for (const resolve of waiting) resolve();
    waiting.clear();
  });
  const send = (message: AcpMessage) => void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const message = async (fits: (one: AcpMessage) => boolean): Promise<AcpMessage> => {
    for (;;) {
      const found = messages.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  };
  const ask = (method: string, params: Record<string, unknown>) => {
    lastId += 1;
    const id = lastId;
    send({ id, method, params });
    return message((one) => one.id === id && one.method === undefined);
  };
  const open = async () => {
    const { result } = await ask("session/new", { cwd: folder.path, mcpServers: [] });
    return (result as { sessionId: string }).sessionId;
  };
  const prompt = (sessionId: string, text: string) => ask("session/prompt", { sessionId, prompt: [{ type: "text", text }] });
  const texts = () =>
    messages.flatMap(({ method, params }) => {
      const update = params?.["update"] as { content?: { text: string } } | undefined;
      return method === "session/update" && update?.content ? [update.content.text] : [];
    });
  return { folder: folder.path, messages, garbage, exited, send, message, ask, open, prompt, texts, stderr: () => errors };
}
