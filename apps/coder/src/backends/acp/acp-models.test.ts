import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId } from "@boocode/shared/ids";
import { describe, expect, it } from "vitest";
import { say, setUpScripted } from "./acp-fixture.ts";

const endpoint = { id: "coder", baseUrl: "http://127.0.0.1:9/v1", apiKey: null, isScripted: true };
const offered = {
  agent: AgentId.parse("goose"),
  endpoints: () => [endpoint],
  listEndpointModels: async () => [{ id: "coder/demo", label: "Demo", isScripted: true }],
};
const said = (text: string) => JSON.parse(text.trim()) as { pid: number };

describe("The model of an ACP agent", () => {
  it("of ours comes with the environment: another one means another process, with the same session", async () => {
    await using subject = await setUpScripted({ prompts: [[{ do: "sayProcess" }]] }, offered);
    const conversation = await subject.backend.open({ ...subject.opening, model: "coder/demo" });
    const { agentSessionId } = conversation;
    const turns = [];
    for (const model of ["coder/demo", "coder/demo", "coder/other"]) turns.push(await say(conversation, "Go", undefined, { model }));
    expect(turns.map(({ end }) => end)).toMatchObject([
      { state: "completed", model: "coder/demo" },
      { state: "completed", model: "coder/demo" },
      { state: "completed", model: "coder/other" },
    ]);
    const [first, second, third] = turns.map(({ text }) => said(text).pid);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(conversation).toMatchObject({ agentSessionId, continuity: "resumed" });
    expect(subject.deaths).toEqual([]);
  });

  it("of an endpoint that has changed comes with a new process, with the same session", async () => {
    let current = endpoint;
    const changing = { ...offered, endpoints: () => [current] };
    await using subject = await setUpScripted({ prompts: [[{ do: "sayProcess" }]] }, changing);
    const conversation = await subject.backend.open({ ...subject.opening, model: "coder/demo" });
    const { agentSessionId } = conversation;
    const ask = async () => said((await say(conversation, "Go", undefined, { model: "coder/demo" })).text).pid;
    const [first, second] = [await ask(), await ask()];
    current = { ...endpoint, baseUrl: "http://127.0.0.2:10/v1" };
    const third = await ask();
    expect([second === first, third === first]).toEqual([true, false]);
    expect(conversation).toMatchObject({ agentSessionId, continuity: "resumed" });
    expect(subject.deaths).toEqual([]);
  });

  it("and its endpoint stay, but its command or its variables have changed: a new process with the same session, told once", async () => {
    let isBroken = false;
    let env = {};
    await using subject = await setUpScripted({ prompts: [[{ do: "sayProcess" }]] }, {}, (command) => async () => {
      if (isBroken) throw new Error("agents.json is being written");
      return { ...command, env };
    });
    const conversation = await subject.backend.open(subject.opening);
    const { agentSessionId } = conversation;
    const ask = async () => {
      const { text, events } = await say(conversation, "Go");
      return { pid: said(text).pid, told: events.flatMap((event) => (event.type === "notice" ? [event.text] : [])) };
    };
    const first = await ask();
    isBroken = true;
    expect(await ask()).toEqual(first);
    [isBroken, env] = [false, { OPENAI_HOST: "http://127.0.0.2:10" }];
    const third = await ask();
    expect(third.pid).not.toBe(first.pid);
    expect(third.told).toEqual(["The agent was started again, because its command or variables have changed, and continues its context."]);
    expect(await ask()).toEqual({ pid: third.pid, told: [] });
    expect(conversation).toMatchObject({ agentSessionId, continuity: "resumed" });
    expect(subject.deaths).toEqual([]);
  });

  it("of an endpoint that was removed is refused with words, and the next prompt names another", async () => {
    let endpoints = [endpoint, { ...endpoint, id: "default" }];
    const removing = { ...offered, endpoints: () => endpoints, isRemoved: (id: string) => !endpoints.some((one) => one.id === id) };
    await using subject = await setUpScripted({ prompts: [[{ do: "sayProcess" }]] }, removing);
    const conversation = await subject.backend.open({ ...subject.opening, model: "coder/demo" });
    expect((await say(conversation, "Go", undefined, { model: "coder/demo" })).end.state).toBe("completed");
    endpoints = endpoints.slice(1);
    const message = expect.stringContaining("“coder” of the model “coder/demo” was removed") as string;
    expect(await say(conversation, "Go", undefined, { model: "coder/demo" })).toMatchObject({
      text: "",
      end: { state: "failed", cause: "agent_unavailable", evidence: { message } },
    });
    await conversation.closed;
    const opening = { ...subject.opening, model: "coder/demo" };
    await expect(subject.backend.open(opening)).rejects.toMatchObject({ fault: { kind: "agent_unavailable", hint: message } });
    const other = await subject.backend.open({ ...subject.opening, model: "demo" });
    expect((await say(other, "Go", undefined, { model: "demo" })).end.state).toBe("completed");
    expect(subject.deaths).toEqual([]);
  });

  it("is the person's own, where they set one up, and is said to the agent", async () => {
    const models = {
      currentModelId: "small",
      availableModels: [
        { modelId: "small", name: "Small" },
        { modelId: "big", name: "Big" },
      ],
    };
    await using subject = await setUpScripted({ prompts: [[{ do: "sayEnv" }]], session: { models } }, offered);
    await mkdir(join(subject.home.path, ".config/goose"), { recursive: true });
    await writeFile(join(subject.home.path, ".config/goose/config.yaml"), "GOOSE_PROVIDER: mine\n");
    const conversation = await subject.backend.open(subject.opening);
    const first = await say(conversation, "Go");
    expect(first.text).not.toContain("GOOSE_MODEL");
    expect(first.end.model).toBe("small");
    expect((await subject.backend.listModels()).map(({ id }) => id)).toEqual(["coder/demo", "small", "big"]);
    expect(await say(conversation, "Go", undefined, { model: "big" })).toMatchObject({ end: { state: "completed", model: "big" } });
    const states = JSON.parse(await readFile(join(subject.home.path, "state.json"), "utf8")) as object;
    expect(states).toMatchObject({ "session-1": { model: "big" } });
  });

  it("is chosen by a configuration option where the agent has one, in groups too", async () => {
    const choice = (value: string) => ({ value, name: value });
    const options = [{ group: "all", name: "All", options: [choice("small"), choice("big")] }];
    const configOptions = [{ id: "the-model", name: "Model", category: "model", type: "select", currentValue: "small", options }];
    await using subject = await setUpScripted({ prompts: [[{ do: "say", text: "Fine" }]], session: { configOptions } });
    const conversation = await subject.backend.open(subject.opening);
    expect(await say(conversation, "Go", undefined, { model: "big" })).toMatchObject({
      events: [{ type: "text.delta" }],
      end: { model: "big" },
    });
    expect((await subject.backend.listModels()).map(({ id }) => id)).toEqual(["small", "big"]);
  });

  it("that needs a process which does not start ends the turn, and the conversation", async () => {
    await using subject = await setUpScripted({ prompts: [[]] }, offered);
    const conversation = await subject.backend.open({ ...subject.opening, model: "coder/demo" });
    subject.uninstall();
    expect(await say(conversation, "Go", undefined, { model: "coder/other" })).toMatchObject({
      end: { state: "failed", cause: "agent_unavailable" },
    });
    await conversation.closed;
  });
});
