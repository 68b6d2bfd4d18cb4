import type { AgentConversation, OpenAgentInput } from "@boocode/shared/agents/agent-backend";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId, type TaskId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { expect, it } from "vitest";
import { createRig, type Rig } from "../../../../test/task-rig.ts";

/** Writes a skill of the person. */
async function writeSkill(rig: Rig, name: string, words: string): Promise<void> {
  const folder = join(rig.path, "home/.claude/skills", name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "SKILL.md"), `---\nname: ${name}\n---\n${words}\n`);
}

/** An agent that lets the person do something while it starts. */
class SlowBackend extends ScriptedBackend {
  meanwhile: () => Promise<unknown> = async () => {};

  override async open(input: OpenAgentInput): Promise<AgentConversation> {
    await this.meanwhile();
    return super.open(input);
  }
}

const OPENCODE = AgentId.parse("opencode");

it("a prompt that calls a skill gives the agent its instructions and its folder, visibly; one that is gone ends the task before it begins", async () => {
  const opencode = new ScriptedBackend({ kind: "opencode", script: () => [{ do: "say", text: "x" }], agentSessionId: () => "s" });
  await using rig = await createRig({ script: () => [{ do: "say", text: "x" }], others: { opencode } });
  const folder = join(rig.path, "home/.claude/skills/review");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "SKILL.md"), "---\nname: review\n---\nRead checklist.md first.\n");
  const sent = await rig.send({ text: "the last commit", skill: "review" });
  await rig.ended(sent.taskId);
  const { text, handover } = rig.backend.prompts[0]!;
  expect(text).toBe("/review the last commit");
  expect(handover).toContain("Read checklist.md first.");
  expect(handover).toContain(folder);
  const given = (await rig.bodies()).find((body) => body.type === "skill.given");
  expect(given).toEqual({ type: "skill.given", name: "review", path: "~/.claude/skills/review/SKILL.md", text: handover });

  // Another agent is told the turn that it missed in front of the skill.
  const second = await rig.send({ text: "/review again", skill: "review", agent: OPENCODE, chatId: sent.chatId });
  await rig.ended(second.taskId);
  expect(opencode.prompts[0]!.handover).toMatch(/\/review the last commit[\s\S]*Read checklist\.md first\./);

  await rm(folder, { recursive: true });
  const third = await rig.send({ text: "/review", skill: "review", chatId: sent.chatId });
  const { body } = await rig.ended(third.taskId);
  expect(body).toMatchObject({ state: "failed", cause: "skill_unusable" });
  expect(rig.backend.prompts).toHaveLength(1);
});

it.each([
  ["a command of the agent's", "/compact", "message", undefined],
  ["another skill", "/explain it", "skill", "Explain it."],
  ["plain text", "Look at it", "message", undefined],
])("a queued prompt that called a skill and is edited into %s is what its new text is", async (_, text, kind, words) => {
  const barrier = new Barrier();
  await using rig = await createRig({ script: ({ text: asked }) => (asked === "first" ? [{ do: "wait", barrier }] : []) });
  await writeSkill(rig, "review", "Review it.");
  await writeSkill(rig, "explain", "Explain it.");
  const { chatId } = await rig.send({ text: "first" });
  await barrier.reached;
  const { taskId } = await rig.send({ text: "/review", skill: "review", chatId });
  expect(await rig.tasks.edit(taskId, text)).toMatchObject({ text, kind });
  expect((await rig.bodies()).findLast((body) => body.type === "prompt.accepted")).toMatchObject({ text, kind });
  barrier.open();
  expect((await rig.ended(taskId)).body).toMatchObject({ state: "completed" });
  expect(rig.backend.prompts[1]).toMatchObject({ text });
  expect((rig.backend.prompts[1]!.handover ?? "").includes(words ?? "Review it.")).toBe(words !== undefined);
});

it.each([
  ["another skill and a file", "/explain @AGENTS.md", "Explain it.", ["AGENTS.md"]],
  ["text that begins with a path", "/etc/hosts is wrong", undefined, undefined],
])("a prompt that is edited while its agent starts is given what its new text calls: %s", async (_, text, words, named) => {
  const opencode = new SlowBackend({ kind: "opencode", script: () => [{ do: "say", text: "x" }] });
  await using rig = await createRig({ script: () => [], others: { opencode } });
  await writeSkill(rig, "review", "Review it.");
  await writeSkill(rig, "explain", "Explain it.");
  const { path } = await rig.worktrees.ensure(rig.session);
  await writeFile(join(path, "AGENTS.md"), "x");
  const sent = Promise.withResolvers<TaskId>();
  opencode.meanwhile = async () => rig.tasks.edit(await sent.promise, text);
  const { taskId } = await rig.send({ text: "/review", skill: "review", agent: OPENCODE });
  sent.resolve(taskId);
  expect((await rig.ended(taskId)).body).toMatchObject({ state: "completed" });
  const [prompt] = opencode.prompts;
  expect(prompt?.text).toBe(text);
  expect(prompt?.handover?.includes(words ?? "Review it.")).toBe(words && true);
  expect(prompt?.files?.map((file) => file.path)).toEqual(named);
  const given = (await rig.bodies()).flatMap((body) => (body.type === "skill.given" ? [body.name] : []));
  expect(given).toEqual(words ? ["explain"] : []);
});
