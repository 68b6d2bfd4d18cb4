import { findAgentSession, updateAgentSession } from "@boocode/db/stores/agents/agent-session-store";
import { AgentId, type ChatId } from "@boocode/shared/ids";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { Barrier } from "@boocode/testkit/barrier";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { ScriptedBackend, type ScriptedBackendOptions, type ScriptStep } from "@boocode/testkit/scripted-backend";
import { expect, it } from "vitest";
import { createRig, type Rig, type RigOptions } from "../../../../test/task-rig.ts";
import { recoverTasks } from "../../recover-tasks.ts";

const [BOOCODE, OPENCODE, QWEN] = ["boocode", "opencode", "qwen"].map((id) => AgentId.parse(id)) as [AgentId, AgentId, AgentId];
type Script = ScriptedBackendOptions["script"];

/** An agent with a memory of its own, which resumes what it is asked to unless `forgets`. */
function remembering(script: Script, forgets = () => false) {
  let contexts = 0;
  return new ScriptedBackend({
    kind: "opencode",
    script,
    agentSessionId: ({ resume }) => (resume !== null && !forgets() ? resume : `context-${++contexts}`),
  });
}

const answers: Script = ({ text }) => [{ do: "say", text: `Answer to ${text}` }];
const announces = (...names: string[]): ScriptStep => ({
  do: "emit",
  event: { type: "commands.updated", commands: names.map((name) => ({ name, description: "" })) },
});
/** An agent that is given the whole chat, and two that remember. */
const makeRig = (opencode: ScriptedBackend, more: Partial<RigOptions> = {}) =>
  createRig({ script: answers, continuity: "history", others: { opencode, qwen: remembering(answers) }, ...more });

async function ask(rig: Rig, agent: AgentId, text: string, chatId: ChatId | null) {
  const sent = await rig.send({ agent, text, chatId });
  await rig.ended(sent.taskId);
  await rig.dispatcher.settle();
  return sent.chatId;
}

const handoffs = async (rig: Rig) => (await rig.bodies()).flatMap((body) => (body.type === "handoff.sent" ? [body] : []));
const recordOf = (rig: Rig, chatId: ChatId, agent = OPENCODE) => findAgentSession(rig.db.read, chatId, agent);

it("a chat whose only prompt was taken back has nothing to tell, and is not fresh any more", async () => {
  const gate = new Barrier();
  await using rig = await makeRig(new ScriptedBackend({ script: () => [{ do: "wait", barrier: gate }] }));
  const first = await rig.send({ agent: OPENCODE, text: "One", chatId: null });
  await gate.reached;
  const chatId = await rig.addChat();
  expect(await rig.tasks.previewHandoff({ chatId })).toMatchObject({ continuity: "new", turns: 0, isFresh: true });
  const queued = await rig.send({ agent: OPENCODE, text: "Two", chatId });
  expect(await rig.tasks.previewHandoff({ chatId })).toMatchObject({ continuity: "new", isFresh: true });
  await rig.tasks.unqueue(queued.taskId);
  expect(await rig.tasks.previewHandoff({ chatId })).toMatchObject({ continuity: "new", turns: 0, isFresh: false });
  gate.open();
  await rig.ended(first.taskId);
});

it("opencode → boocode → opencode: the same context is told exactly what it missed, and the preview told that before", async () => {
  const opencode = remembering(answers);
  await using rig = await makeRig(opencode);
  const chatId = await ask(rig, OPENCODE, "One", null);
  expect(opencode.prompts[0]).not.toHaveProperty("handover");
  expect(await rig.tasks.previewHandoff({ chatId, agent: OPENCODE })).toMatchObject({ continuity: "resumed", turns: 0, text: "" });
  expect(await rig.tasks.previewHandoff({ chatId, agent: BOOCODE })).toMatchObject({ continuity: "history", turns: 1, from: ["opencode"] });
  // Without an agent it is the chat's own, whose turn was the last.
  expect(await rig.tasks.previewHandoff({ chatId })).toEqual(await rig.tasks.previewHandoff({ chatId, agent: OPENCODE }));
  await ask(rig, BOOCODE, "Two", chatId);
  expect(rig.backend.prompts[0]).not.toHaveProperty("handover");
  const preview = await rig.tasks.previewHandoff({ chatId, agent: OPENCODE });
  expect(preview).toMatchObject({ continuity: "history", turns: 1, from: ["boocode"], shortened: 0, leftOut: 0 });
  await ask(rig, OPENCODE, "Three", chatId);
  await ask(rig, OPENCODE, "Four", chatId);

  expect(opencode.prompts.map(({ text }) => text)).toEqual(["One", "Three", "Four"]);
  expect(opencode.prompts[1]!.handover).toBe(preview.text);
  expect(preview.text).toContain("The person to boocode:\n  Two\nboocode:\n  Answer to Two");
  expect(preview.text).not.toContain("One");
  expect(opencode.prompts[2]).not.toHaveProperty("handover");
  expect(await handoffs(rig)).toMatchObject([
    { to: "boocode", from: ["opencode"], turns: 1, isAnew: false, text: "" },
    { to: "opencode", from: ["boocode"], turns: 1, isAnew: false, text: preview.text },
  ]);
  expect(opencode.conversations).toHaveLength(1);
  expect(await recordOf(rig, chatId)).toMatchObject({ agentSessionId: "context-1", continuity: "resumed" });
  // What the person wrote is as they wrote it.
  const prompts = (await rig.bodies()).flatMap((body) => (body.type === "prompt.accepted" ? [body.text] : []));
  expect(prompts).toEqual(["One", "Two", "Three", "Four"]);
});

it("an agent that joins late is told all turns, its own and others' since are told apart, and other chats are never told", async () => {
  const opencode = remembering(answers);
  await using rig = await makeRig(opencode);
  await ask(rig, OPENCODE, "SECRET of another chat", null);
  const other = await rig.addChat();
  const chatId = await ask(rig, BOOCODE, "One", other);
  await ask(rig, QWEN, "Two", chatId);
  await ask(rig, OPENCODE, "Three", chatId);
  const told = opencode.prompts.at(-1)!.handover!;
  expect(told.indexOf("One")).toBeLessThan(told.indexOf("Two"));
  expect(told).not.toContain("SECRET");
  expect((await handoffs(rig)).at(-1)).toMatchObject({ to: "opencode", from: ["boocode", "qwen"], turns: 2 });
});

it("F1: what an agent was told is told again if it died before a word, and not if it died after one", async () => {
  const dies: ScriptStep[][] = [[{ do: "die" }], [{ do: "say", text: "I begin" }, { do: "die" }], []];
  const opencode = remembering(() => dies.shift()!);
  await using rig = await makeRig(opencode);
  const chatId = await ask(rig, BOOCODE, "One", null);
  for (const text of ["Two", "Three", "Four"]) await ask(rig, OPENCODE, text, chatId);
  const told = opencode.prompts.map(({ handover = "" }) => ["One", "Two", "Three"].filter((text) => handover.includes(`  ${text}\n`)));
  // A prompt that may never have arrived is told too.
  expect(told).toEqual([["One"], ["One", "Two"], []]);
  expect(await recordOf(rig, chatId)).toMatchObject({ agentSessionId: "context-1" });
});

it.each([
  ["before the agent's first word", false, ["One", "Two"]],
  ["after it", true, []],
] as const)("a daemon that is killed in a turn that was told something, %s", async (_, hasSaid, expected) => {
  await using folder = await createTempFolder();
  const reached = new Barrier();
  const first = remembering(() => [...(hasSaid ? [{ do: "say" as const, text: "I begin" }] : []), { do: "wait", barrier: reached }]);
  const before = await makeRig(first, { folder: folder.path, isFresh: true });
  const chatId = await ask(before, BOOCODE, "One", null);
  const { taskId } = await before.send({ agent: OPENCODE, text: "Two", chatId });
  await reached.reached;
  if (hasSaid) await before.waitFor(({ body, taskId: id }) => body.type === "text.delta" && id === taskId);
  await before.crash();

  const opencode = remembering(answers);
  await using rig = await makeRig(opencode, { folder: folder.path });
  await recoverTasks(rig, async () => []);
  await ask(rig, OPENCODE, "Three", chatId);
  const { handover = "" } = opencode.prompts[0]!;
  expect(["One", "Two"].filter((text) => handover.includes(`  ${text}\n`))).toEqual(expected);
  expect(opencode.conversations[0]!.opened.resume).toBe("context-1");
});

it("an agent that lost its context begins anew and is told everything, visibly, its own turns included", async () => {
  let isLost = false;
  const opencode = remembering(
    ({ text }) => (text === "One" ? [{ do: "say", text: "Mine" }, { do: "die" }] : [{ do: "say", text: "Again" }]),
    () => isLost,
  );
  await using rig = await makeRig(opencode);
  const chatId = await ask(rig, OPENCODE, "One", null);
  isLost = true;
  await ask(rig, OPENCODE, "Two", chatId);
  expect(opencode.prompts[1]!.handover).toContain("The person to opencode (you):\n  One\nopencode (you):\n  Mine");
  expect(await handoffs(rig)).toMatchObject([{ to: "opencode", from: ["opencode"], turns: 1, isAnew: true }]);
  expect(await recordOf(rig, chatId)).toMatchObject({ agentSessionId: "context-2", continuity: "history" });
  await ask(rig, OPENCODE, "Three", chatId);
  expect(opencode.prompts[2]).not.toHaveProperty("handover");
});

it("an agent whose context turns out to be lost in the middle of a turn can be told everything then", async () => {
  const opencode = remembering(answers);
  await using rig = await makeRig(opencode);
  const chatId = await ask(rig, OPENCODE, "One", null);
  const reached = new Barrier();
  const slow = remembering(() => [
    { do: "wait", barrier: reached },
    { do: "say", text: "Done" },
  ]);
  Object.assign(opencode, { open: slow.open.bind(slow) });
  rig.pool.retireChat(chatId);
  const { taskId } = await rig.send({ agent: OPENCODE, text: "Two", chatId });
  await reached.reached;
  const [prompt] = slow.prompts;
  expect(prompt).not.toHaveProperty("handover");
  expect(await prompt!.retell!()).toContain("  One\n");
  reached.open();
  await rig.ended(taskId);
  await rig.dispatcher.settle();
  expect(await handoffs(rig)).toMatchObject([{ to: "opencode", turns: 1, isAnew: true }]);
  expect(await recordOf(rig, chatId)).toMatchObject({ continuity: "history" });
});

it.each([
  ["goes on with its context", false, "It continues its context.", 0],
  ["begins anew", true, "It began a new context.", 1],
] as const)("an agent that is started again with other settings says so, and %s", async (_, forgets, words, told) => {
  const opencode = remembering(answers, () => forgets);
  await using rig = await makeRig(opencode);
  const chatId = await ask(rig, OPENCODE, "One", null);
  rig.pool.retireChat(chatId);
  await rig.db.write("full", (tx) => updateAgentSession(tx, chatId, OPENCODE, { configHash: "of an earlier start" }));
  await ask(rig, OPENCODE, "Two", chatId);
  const notices = (await rig.bodies()).flatMap((body) => (body.type === "notice" ? [body.text] : []));
  expect(notices).toEqual([`opencode was started again, because its settings or its folder have changed. ${words}`]);
  expect((await handoffs(rig)).map(({ turns, isAnew }) => [turns, isAnew])).toEqual(told === 0 ? [] : [[1, true]]);
});

it("a command of the agent's own goes to it as it is, and what it missed is told before the next prompt", async () => {
  const opencode = remembering(({ text }) => [announces("compact"), { do: "say", text: `Answer to ${text}` }]);
  await using rig = await makeRig(opencode);
  const chatId = await ask(rig, OPENCODE, "One", null);
  await ask(rig, BOOCODE, "Two", chatId);
  await ask(rig, OPENCODE, "/compact", chatId);
  expect(opencode.prompts[1]).not.toHaveProperty("handover");
  await ask(rig, OPENCODE, "Three", chatId);
  expect(opencode.prompts[2]!.handover).toContain("  Two\n");
  expect(opencode.prompts[2]!.handover).not.toContain("/compact");
});

it("a word with a slash is plain text for an agent that announced no commands: it is told what it missed with it", async () => {
  const opencode = remembering(answers);
  await using rig = await makeRig(opencode);
  const chatId = await ask(rig, OPENCODE, "One", null);
  await ask(rig, BOOCODE, "Two", chatId);
  expect(await rig.tasks.previewHandoff({ chatId, agent: OPENCODE, command: "/review" })).toMatchObject({ turns: 1, isLater: false });
  await ask(rig, OPENCODE, "/review that", chatId);
  expect(opencode.prompts[1]!.handover).toContain("  Two\n");
});

it("a fresh chat knows the commands that its agent announced in another chat of the project", async () => {
  const opencode = remembering(({ text }) => [announces("compact"), { do: "say", text: `Answer to ${text}` }]);
  await using rig = await makeRig(opencode);
  const first = await ask(rig, OPENCODE, "One", null);
  expect(await rig.commands.list(first)).toEqual({ isKnown: true, commands: [{ name: "compact", description: "" }] });
  rig.commands.note(OPENCODE, { chatId: first, projectId: BUILT_IDS.project }, [{ name: "/init", description: "d", hint: "[path]" }]);
  const fresh = await rig.addChat();
  const init = { name: "init", description: "d", hint: "[path]" };
  expect(await rig.commands.list(fresh, OPENCODE)).toEqual({ isKnown: true, commands: [init] });
  expect(await rig.commands.list(fresh, QWEN)).toEqual({ isKnown: false, commands: [] });
  rig.commands.note(QWEN, "nowhere", [init, init]);
  expect(await rig.commands.list(fresh, QWEN)).toEqual({ isKnown: true, commands: [init] });
});

it("an agent that keeps nothing is given the chat with each prompt, and the journal has what it was given each time", async () => {
  const opencode = new ScriptedBackend({ kind: "cli", script: answers });
  await using rig = await makeRig(opencode);
  const chatId = await ask(rig, OPENCODE, "One", null);
  await ask(rig, OPENCODE, "Two", chatId);
  const { handover } = opencode.prompts[1]!;
  expect(handover).toContain("  One\n");
  expect(await handoffs(rig)).toEqual([{ type: "handoff.sent", to: "opencode", from: [], turns: 0, isAnew: false, text: handover }]);
});

it("a first prompt that begins with a path is told the chat, and so is the preview", async () => {
  const opencode = remembering(answers);
  await using rig = await makeRig(opencode);
  const chatId = await ask(rig, BOOCODE, "One", null);
  const preview = await rig.tasks.previewHandoff({ chatId, agent: OPENCODE, command: "/tmp" });
  expect(preview).toMatchObject({ continuity: "history", turns: 1, isLater: false });
  await ask(rig, OPENCODE, "/tmp is full, clean it up", chatId);
  expect(opencode.prompts[0]!.handover).toBe(preview.text);
  const record = await recordOf(rig, chatId);
  expect(record).toMatchObject({ continuity: "history" });
  expect(record!.seenSeq).toBeGreaterThan(0);
});

it("an agent's first turn counts as told though it is a command, and only a command that it announced withholds later turns", async () => {
  const commands = [{ name: "compact", description: "" }];
  const opencode = remembering(() => [
    { do: "say", text: "x" },
    { do: "emit", event: { type: "commands.updated", commands } },
  ]);
  await using rig = await makeRig(opencode);
  const chatId = await ask(rig, OPENCODE, "/compact", null);
  const { seenSeq, continuity } = (await recordOf(rig, chatId))!;
  expect([continuity, seenSeq > 0]).toEqual(["new", true]);
  await ask(rig, BOOCODE, "Two", chatId);
  const place = { chatId, agent: OPENCODE };
  expect(await rig.tasks.previewHandoff({ ...place, command: "/compact" })).toMatchObject({ turns: 1, text: "", isLater: true });
  await ask(rig, OPENCODE, "/compact", chatId);
  expect(opencode.prompts[1]).not.toHaveProperty("handover");
  expect(await recordOf(rig, chatId)).toMatchObject({ continuity: "history", seenSeq });
  expect(await rig.tasks.previewHandoff({ ...place, command: "/tmp" })).toMatchObject({ turns: 1, isLater: false });
  await ask(rig, OPENCODE, "/tmp is full", chatId);
  expect(opencode.prompts[2]!.handover).toContain("  Two\n");
});

it("a prompt that waited while another agent worked is told with that agent's turn, in the order in which they ran", async () => {
  const reached = new Barrier();
  const opencode = remembering(({ text }) =>
    text === "Two"
      ? [
          { do: "wait", barrier: reached },
          { do: "say", text: "Second" },
        ]
      : [{ do: "say", text: "x" }],
  );
  await using rig = await makeRig(opencode);
  const chatId = await ask(rig, QWEN, "One", null);
  await rig.send({ agent: OPENCODE, text: "Two", chatId });
  await reached.reached;
  const third = await rig.send({ agent: BOOCODE, text: "Three", chatId });
  const gone = await rig.send({ agent: BOOCODE, text: "Taken back", chatId });
  await rig.tasks.cancel(gone.taskId);
  reached.open();
  await rig.ended(third.taskId);
  await rig.dispatcher.settle();
  const { text, turns } = await rig.tasks.previewHandoff({ chatId, agent: QWEN });
  expect(turns).toBe(2);
  expect(text.indexOf("Second")).toBeLessThan(text.indexOf("  Three\n"));
  expect(text).not.toContain("Taken back");
});
