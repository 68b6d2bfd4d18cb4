import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { Barrier } from "./barrier.ts";
import { OpencodeListener } from "./opencode/opencode-listener.ts";
import type { OpencodeReply, OpencodeStep } from "./opencode/opencode-steps.ts";
import { createTempFolder } from "./repo-builder.ts";
import { ScriptedOpencode, type ScriptedOpencodeOptions } from "./scripted-opencode.ts";
import { ScriptedOpencodeProgram } from "./scripted-opencode-program.ts";

const DIRECTORY = "/somewhere";

async function start(
  script: (text: string, index: number) => OpencodeReply | readonly OpencodeStep[],
  options: Partial<ScriptedOpencodeOptions> = {},
) {
  const server = await ScriptedOpencode.start({
    script: ({ text }, index) => {
      const reply = script(text, index);
      return "steps" in reply ? reply : { steps: reply };
    },
    ...options,
  });
  onTestFinished(() => server.stop());
  const client = await OpencodeListener.connect(server.url, { directory: DIRECTORY, password: options.password ?? "" });
  onTestFinished(() => client.close());
  const session = await client.call<{ id: string }>("POST", "/session", {});
  const prompt = (text: string) => client.call("POST", `/session/${session.id}/prompt_async`, { parts: [{ type: "text", text }] });
  return { server, client, session, prompt };
}

describe("ScriptedOpencode", () => {
  it("emits a turn's events in the order of the real server", async () => {
    const { client, prompt } = await start(() => [
      { do: "say", kind: "reasoning", text: "think hard" },
      { do: "tool", tool: "write", input: { filePath: "a" }, output: "Wrote" },
      { do: "step" },
      { do: "say", text: "Hello there" },
    ]);
    await prompt("hi");
    await client.until("session.idle");
    expect(client.summary).toEqual([
      "server.connected",
      "session.created",
      "message.updated user",
      "message.part.updated text",
      "session.status busy",
      "message.updated assistant",
      "message.part.updated step-start",
      "message.part.updated reasoning",
      "message.part.delta think",
      "message.part.delta  hard",
      "message.part.updated reasoning",
      "message.part.updated tool pending",
      "message.part.updated tool running",
      "message.part.updated tool completed",
      "message.part.updated step-finish",
      "message.updated assistant tool-calls",
      "message.updated assistant tool-calls completed",
      "message.updated assistant",
      "message.part.updated step-start",
      "message.part.updated text",
      "message.part.delta Hello",
      "message.part.delta  there",
      "message.part.updated text",
      "message.part.updated step-finish",
      "message.updated assistant stop",
      "message.updated assistant stop completed",
      "session.status busy",
      "session.status idle",
      "session.idle",
    ]);
  });

  it("reports idle twice after an abort, and swallows prompts in between", async () => {
    const secondIdle = new Barrier();
    const { client, prompt, session, server } = await start((_, index) =>
      index === 0 ? { steps: [{ do: "say", text: "Some words", beforeEnd: new Barrier() }], secondIdle } : [{ do: "say", text: "Again" }],
    );
    await prompt("hang");
    await client.until("message.part.delta  words");
    expect(await client.call("GET", "/session/status")).toEqual({ [session.id]: { type: "busy" } });
    expect(await client.call("POST", `/session/${session.id}/abort`)).toBe(true);
    await client.until("session.idle");
    expect(await client.call("GET", "/session/status")).toEqual({});
    await prompt("too early");
    secondIdle.open();
    await client.until("session.idle", 2);
    expect(client.summary.slice(-7)).toEqual(
      [
        "session.idle",
        "message.updated user",
        "message.part.updated text",
        "message.part.updated text",
        "message.updated assistant completed MessageAbortedError",
        "session.status idle",
        "session.idle",
      ].slice(-7),
    );
    await prompt("in time");
    await client.until("session.idle", 3);
    expect(server.prompts.map(({ text }) => text)).toEqual(["hang", "in time"]);
  });

  it("misbehaves on the streams as told", async () => {
    const { client, prompt } = await start(() => [
      { do: "say", text: "one two", isKindLate: true, finals: 2 },
      { do: "replay", count: 2 },
      { do: "event", type: "nobody.knows", properties: { x: 1 } },
      { do: "orphan_idle" },
      { do: "bytes", text: "data: {nonsense\n\n" },
      { do: "streams", action: "stall" },
      { do: "say", text: "unheard" },
      { do: "streams", action: "resume" },
    ]);
    await prompt("hi");
    await client.until("session.idle", 2);
    const from = client.summary.indexOf("message.part.delta one");
    expect(client.summary.slice(from - 1, from + 10)).toEqual([
      "message.part.updated step-start",
      "message.part.delta one",
      "message.part.delta  two",
      "message.part.updated text",
      "message.part.updated text",
      "message.part.updated text",
      "message.part.updated text",
      "nobody.knows",
      "session.status idle",
      "session.idle",
      "unreadable",
    ]);
    expect(client.summary.join()).not.toContain("unheard");
  });

  it("asks, in child sessions too, and continues according to the answer", async () => {
    const { client, prompt, session } = await start(() => [
      {
        do: "delegate",
        title: "Look",
        steps: [{ do: "ask", permission: "bash", patterns: ["ls"], once: [{ do: "say", text: "Allowed" }] }],
      },
      { do: "question", questions: [{ question: "Which?", header: "Which", options: [{ label: "Red", description: "" }] }] },
      { do: "tool", tool: "bash", during: [{ do: "ask", permission: "bash" }] },
      { do: "say", text: "Never said" },
    ]);
    await prompt("hi");
    await client.until("permission.asked");
    const [asked] = await client.call<{ id: string; sessionID: string }[]>("GET", "/permission");
    expect(asked!.sessionID).not.toBe(session.id);
    expect(await client.call("GET", `/session/${session.id}/children`)).toMatchObject([{ id: asked!.sessionID, parentID: session.id }]);
    await client.call("POST", `/permission/${asked!.id}/reply`, { reply: "once" });
    await client.until("question.asked");
    const [question] = await client.call<{ id: string }[]>("GET", "/question");
    await client.call("POST", `/question/${question!.id}/reply`, { answers: [["Red"]] });
    await client.until("permission.asked", 2);
    const [second] = await client.call<{ id: string }[]>("GET", "/permission");
    await client.call("POST", `/permission/${second!.id}/reply`, { reply: "reject" });
    await client.until("session.idle", 2);
    expect(client.summary).toContain("message.part.delta Allowed");
    expect(client.summary).toContain("message.part.delta Red");
    expect(client.summary).toContain("message.part.updated tool error");
    expect(client.summary.join()).not.toContain("Never");
  });

  it("comes back on another port with what it had stored, and an unfinished message", async () => {
    const { server, client, prompt, session } = await start(() => [{ do: "say", text: "Half" }, { do: "never" }], { password: "secret" });
    await prompt("hi");
    await client.until("message.part.delta Half");
    const before = server.url;
    await server.restart();
    await client.ended;
    expect(server.url).not.toBe(before);
    expect((await fetch(`${server.url}/global/health`)).status).toBe(401);
    const again = await OpencodeListener.connect(server.url, { directory: DIRECTORY, password: "secret" });
    onTestFinished(() => again.close());
    expect(await again.call("GET", `/session/${session.id}/message`)).toMatchObject([
      { info: { role: "user" }, parts: [{ text: "hi" }] },
      {
        info: { role: "assistant", time: { created: expect.any(Number) } },
        parts: [{ type: "step-start" }, { type: "text", text: "Half" }],
      },
    ]);
  });

  it("speaks session.next too", async () => {
    const { client, prompt } = await start(() => ({
      steps: [
        { do: "say", text: "a" },
        { do: "tool", tool: "bash", error: "no" },
      ],
      style: "next",
    }));
    await prompt("hi");
    await client.until("session.idle");
    expect(client.summary.filter((line) => line.startsWith("session.next"))).toEqual(
      [
        "step.started",
        "text.started",
        "text.delta",
        "text.ended",
        "tool.input.started",
        "tool.input.ended",
        "tool.called",
        "tool.failed",
        "step.ended",
      ].map((kind) => `session.next.${kind}`),
    );
  });
});

describe("ScriptedOpencodeProgram", () => {
  it("is a program scripted by its test, even across a kill and a restart", async () => {
    const gate = new Barrier();
    await using folder = await createTempFolder();
    await using program = await ScriptedOpencodeProgram.create({
      script: ({ text }) =>
        text === "die"
          ? { steps: [{ do: "say", text: "Last words" }, { do: "die" }] }
          : {
              steps: [
                { do: "wait", gate },
                { do: "write", path: "a.txt", text: "one" },
                { do: "say", text: "Done" },
              ],
            },
    });
    const first = await run(program, folder.path);
    const session = await first.client.call<{ id: string }>("POST", "/session", {});
    const ask = { parts: [{ type: "text", text: "die" }] };
    await first.client.call("POST", `/session/${session.id}/prompt_async`, ask);
    expect(await first.exited).toBe("SIGKILL");

    const second = await run(program, folder.path);
    expect(await second.client.call("GET", `/session/${session.id}/message`)).toHaveLength(2);
    await second.client.call("POST", `/session/${session.id}/prompt_async`, { parts: [{ type: "text", text: "write" }] });
    await gate.reached;
    gate.open();
    await second.client.until("session.idle");
    expect(await readFile(join(folder.path, "a.txt"), "utf8")).toBe("one");
    expect(program.prompts.map(({ text }) => text)).toEqual(["die", "write"]);
    expect(program.starts).toHaveLength(2);
    await program.until(() => program.requests.some(({ path }) => path.endsWith("/message")));
    const version = await promisify(execFile)(program.file, ["--version"]);
    expect(version.stdout).toBe("1.18.33\n");
  });
});

async function run(program: ScriptedOpencodeProgram, directory: string) {
  const child = spawn(program.file, ["serve", "--port", "0", "--hostname", "127.0.0.1"], {
    env: { PATH: "/usr/bin:/bin", OPENCODE_SERVER_PASSWORD: "secret" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit").then(([code, signal]) => (signal ?? code) as NodeJS.Signals | number);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const url = /^opencode server listening on (http:\S+)$/.exec(line)?.[1];
  const client = await OpencodeListener.connect(url!, { directory, password: "secret" });
  onTestFinished(() => client.close());
  return { exited, client };
}
