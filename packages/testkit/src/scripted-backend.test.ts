import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { AgentId, ChatId, PermissionId, TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { Barrier } from "./barrier.ts";
import { createRepository } from "./repo-builder.ts";
import { ScriptedBackend, type ScriptStep, type TurnScript } from "./scripted-backend.ts";

async function openWith(script: TurnScript | readonly ScriptStep[], worktreePath = "/nowhere") {
  const backend = new ScriptedBackend({ script: () => script });
  const conversation = await backend.open({
    chatId: ChatId.parse("c1"),
    agent: AgentId.parse("boocode"),
    worktreePath,
    projectTrusted: true,
    resume: null,
    env: {},
  });
  const events: AgentEvent[] = [];
  const prompt = () =>
    conversation.prompt({
      taskId: TaskId.parse("t1"),
      generation: 1,
      text: "go",
      model: "",
      mode: "",
      emit: (event) => void events.push(event),
    });
  return { backend, conversation, events, prompt };
}

it("carries out its steps in order and completes", async () => {
  await using repository = await createRepository();
  const { prompt, events } = await openWith(
    [
      { do: "say", text: "one two" },
      { do: "write", path: "a/b.txt", text: "hi" },
    ],
    repository.path,
  );
  expect(await prompt()).toMatchObject({ state: "completed", model: "scripted" });
  expect(events).toEqual([
    { type: "text.delta", partId: "part-0", offset: 0, text: "one " },
    { type: "text.delta", partId: "part-0", offset: 4, text: "two" },
  ]);
  expect(await readFile(join(repository.path, "a/b.txt"), "utf8")).toBe("hi");
  expect(await repository.git("status", "--porcelain")).toBe("?? a/");
});

it("waits at a barrier until it is opened, and a cancel ends the wait", async () => {
  const first = new Barrier();
  const { prompt, conversation, events } = await openWith([
    { do: "wait", barrier: first },
    { do: "say", text: "late" },
  ]);
  const turn = prompt();
  await first.reached;
  expect(events).toEqual([]);
  await conversation.cancel();
  expect(await turn).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
  first.open();
  expect(await prompt()).toMatchObject({ state: "completed" });
  expect(events).toHaveLength(1);
});

it("misbehaves when told to", async () => {
  const barrier = new Barrier();
  const deaf = await openWith({ ignoresCancel: true, steps: [{ do: "wait", barrier }] });
  const turn = deaf.prompt();
  await barrier.reached;
  await deaf.conversation.cancel();
  await deaf.conversation.close();
  expect(await turn).toMatchObject({ state: "interrupted" });
  await deaf.conversation.closed;

  const late = await openWith([{ do: "end" }, { do: "say", text: "late" }, { do: "end", end: { state: "failed" } }]);
  expect(await late.prompt()).toMatchObject({ state: "completed" });
  expect(late.events).toHaveLength(1);

  const broken = await openWith([{ do: "throw", error: new Error("broken") }]);
  await expect(broken.prompt()).rejects.toThrow("broken");

  const dead = await openWith([{ do: "die" }]);
  expect(await dead.prompt()).toMatchObject({ state: "failed", cause: "agent_exit" });
  await dead.conversation.closed;
});

it("requests permission, waits for the answer, and runs its steps", async () => {
  const ask = (id: string): ScriptStep => ({
    do: "ask",
    request: { permissionId: PermissionId.parse(id), callId: null, title: "May I?", options: [] },
    then: (optionId) => [{ do: "say", text: `${id}:${optionId}` }],
  });
  const { prompt, conversation, events } = await openWith([ask("a"), ask("b"), ask("c")]);
  const turn = prompt();
  expect(events).toMatchObject([{ type: "permission.requested", permissionId: "a" }]);
  await conversation.answerPermission(PermissionId.parse("unknown"), "yes");
  await conversation.answerPermission(PermissionId.parse("a"), "yes");
  await conversation.answerPermission(PermissionId.parse("a"), "no");
  await expect.poll(() => events.length).toBe(3);
  await conversation.answerPermission(PermissionId.parse("b"), null);
  await expect.poll(() => events.length).toBe(5);
  await conversation.cancel();
  expect(await turn).toMatchObject({ state: "cancelled" });
  expect(events.flatMap((event) => (event.type === "text.delta" ? [event.text] : []))).toEqual(["a:yes", "b:null"]);
});
