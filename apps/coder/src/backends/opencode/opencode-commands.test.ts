import type { SlashCommand } from "@boocode/shared/agents/commands/slash-command";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import { describe, expect, it, vi } from "vitest";
import { say, setUpScripted } from "./opencode-fixture.ts";

const commands = [
  { name: "review", description: "Looks at the changes", hints: ["$ARGUMENTS"] },
  { name: "init", hints: [] },
];

it("tells its commands once a conversation is open, and runs them by its own endpoint; other words go as they are", async () => {
  await using set = await setUpScripted({
    script: ({ text }) => ({ steps: [{ do: "say", text: `Heard ${text}` }] }),
    faults: { commands },
  });
  const conversation = await set.backend.open(set.opening);
  const told = await new Promise<readonly SlashCommand[]>((resolve) => conversation.onCommands?.(resolve));
  expect(told).toEqual([
    { name: "review", description: "Looks at the changes", hint: "[arguments]" },
    { name: "init", description: "" },
  ]);
  const answers = [];
  for (const text of ["/review  the last\ncommit", "/init", "/reviews are late", "Go on"]) {
    const { end, text: answer } = await say(conversation, text);
    answers.push([end.state, answer]);
  }
  expect(answers).toEqual([
    ["completed", "Heard [command review] the last\ncommit"],
    ["completed", "Heard [command init] "],
    ["completed", "Heard /reviews are late"],
    ["completed", "Heard Go on"],
  ]);
  expect(set.opencode.requests.filter(({ path }) => path.endsWith("/command") && path !== "/command")).toHaveLength(2);
});

it("what it is told besides is never dropped for a command with the prompt's first word", async () => {
  await using set = await setUpScripted({
    script: ({ text }) => ({ steps: [{ do: "say", text: `Heard ${text}` }] }),
    faults: { commands },
  });
  const conversation = await set.backend.open(set.opening);
  const { end } = await say(
    { ...conversation, prompt: (input) => conversation.prompt({ ...input, handover: "What you missed" }) },
    "/review it",
  );
  expect(end.state).toBe("completed");
  const sent = set.opencode.requests.filter(({ path }) => path.includes("/session/") && /prompt|command/.test(path));
  expect(sent.map(({ path }) => path.endsWith("/command"))).toEqual([false]);
  expect(JSON.stringify(sent)).toContain("What you missed");
});

it("a command that opencode refuses ends the turn with its words", async () => {
  const script = () => ({ steps: [{ do: "say" as const, text: "x" }] });
  await using set = await setUpScripted({ script, faults: { commands, forgetsCommands: true } });
  const conversation = await set.backend.open(set.opening);
  const { end } = await say(conversation, "/init");
  expect(end).toMatchObject({ state: "failed", cause: "agent_error", evidence: { httpStatus: 400 } });
  expect(end.evidence?.message).toContain("Command not found: init");
});

describe("commands in files", () => {
  const setUp = () =>
    setUpScripted({
      script: ({ text }) => ({
        steps: text.includes("Wait") ? [{ do: "say", text: "x" }, { do: "never" }] : [{ do: "say", text: `Heard ${text}` }],
      }),
    });
  const write = async (folder: string, name: string) => {
    await mkdir(join(folder, ".opencode/command"), { recursive: true });
    await writeFile(join(folder, ".opencode/command", `${name}.md`), "Words\n");
  };
  const follow = (conversation: AgentConversation) => {
    const told: string[][] = [];
    conversation.onCommands?.((known) => void told.push(known.map(({ name }) => name)));
    return told;
  };
  const countDisposed = (set: { opencode: { requests: readonly { path: string }[] } }) =>
    set.opencode.requests.filter(({ path }) => path === "/instance/dispose").length;

  it("are read anew when somebody looks, once they have changed and the person allows it, and told in every chat of the folder", async () => {
    await using set = await setUp();
    const [here, there] = [await set.backend.open(set.opening), await set.backend.open(set.opening)];
    const told = [follow(here), follow(there)];
    await vi.waitUntil(() => told.every((each) => each.length === 1));
    await here.renew?.(() => Promise.reject(new Error("Nothing has changed")));
    await write(set.folder.path, "greet");
    await here.renew?.(async () => false);
    expect(countDisposed(set)).toBe(0);
    await Promise.all([here.renew?.(async () => true), there.renew?.(async () => true)]);
    await vi.waitUntil(() => told.every((each) => each.length > 1));
    expect(told.map((each) => each.at(-1))).toEqual([["greet"], ["greet"]]);
    expect(countDisposed(set)).toBe(1);
    expect(await say(there, "/greet you")).toMatchObject({ text: "Heard [command greet] you", end: { state: "completed" } });
  });

  it("are read anew by the next turn, which loses nothing of what it says", async () => {
    await using set = await setUp();
    const conversation = await set.backend.open(set.opening);
    expect(await say(conversation, "One")).toMatchObject({ text: "Heard One" });
    await write(set.folder.path, "greet");
    expect(await say(conversation, "/greet all")).toMatchObject({ text: "Heard [command greet] all", end: { state: "completed" } });
    expect(await say(conversation, "Two")).toMatchObject({ text: "Heard Two" });
    expect(countDisposed(set)).toBe(1);
  });

  it("are left while another chat's turn runs in the folder, and in a project that is not trusted", async () => {
    await using set = await setUp();
    const [here, there] = [await set.backend.open(set.opening), await set.backend.open(set.opening)];
    const untrusted = await set.backend.open({ ...set.opening, projectTrusted: false });
    const told = follow(here);
    await vi.waitUntil(() => told.length > 0);
    const begun = Promise.withResolvers<void>();
    const running = say(there, "Wait", ({ type }) => void (type === "text.delta" && begun.resolve()));
    await begun.promise;
    await write(set.folder.path, "greet");
    await here.renew?.(async () => true);
    expect(await say(here, "/greet all")).toMatchObject({ text: "Heard /greet all" });
    expect(countDisposed(set)).toBe(0);
    await there.cancel();
    expect((await running).end.state).toBe("cancelled");
    await untrusted.renew?.(async () => true);
    expect(await say(untrusted, "/greet all")).toMatchObject({ text: "Heard /greet all" });
    expect(countDisposed(set)).toBe(0);
    expect(await say(here, "/greet all")).toMatchObject({ text: "Heard [command greet] all" });
  });
});
