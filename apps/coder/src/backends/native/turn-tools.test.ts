import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { SUB_TASK_LIMITS } from "@boocode/shared/models/decide-loop-step";
import { Barrier } from "@boocode/testkit/barrier";
import type { ModelReply, ModelRequest } from "@boocode/testkit/model/model-script";
import { expect, it } from "vitest";
import { setUpNative, toolResults } from "./native-fixture.ts";

const says = (text: string): ModelReply => ({ steps: [{ kind: "text", text }] });
const calls = (name: string, input: Record<string, unknown>): ModelReply => ({ steps: [{ kind: "tool", name, arguments: input }] });
const task = calls("task", { title: "Count the files", prompt: "How many files are there?" });
const started = (events: readonly AgentEvent[]) => events.flatMap((event) => (event.type === "tool.started" ? [event] : []));
const isSub = ({ body }: ModelRequest) => JSON.stringify(body.messages).includes("one part of a larger piece of work");
const toolNames = ({ body }: ModelRequest) => body.tools!.map((tool) => tool.function.name);

it("a todo list is the turn's plan, has no card, and is told to the next turn", async () => {
  const list = (first: string, second: string) =>
    calls("todo", {
      items: [
        { text: "Look", status: first },
        { text: "Change", status: second },
      ],
    });
  await using native = await setUpNative(
    [
      list("running", "pending"),
      list("done", "running"),
      calls("todo", { items: [{ text: "x", status: "soon" }] }),
      says("Done."),
      says("Yes."),
    ],
    { remembers: true },
  );
  const { events, end } = await native.run("Do two things");
  expect(end.state).toBe("completed");
  expect(events.filter(({ type }) => type === "plan.updated" || type.startsWith("tool."))).toEqual([
    {
      type: "plan.updated",
      entries: [
        { text: "Look", status: "running" },
        { text: "Change", status: "pending" },
      ],
    },
    {
      type: "plan.updated",
      entries: [
        { text: "Look", status: "done" },
        { text: "Change", status: "running" },
      ],
    },
  ]);
  const [, , third, fourth] = native.model.requests.map(({ body }) => JSON.stringify(body.messages.at(-1)));
  expect(third).toContain("1 of 2 done");
  expect(fourth).toContain("Error: the arguments are wrong");
  await native.run("Were you done?");
  const told = JSON.stringify(native.model.requests.at(-1)!.body.messages);
  expect(told).toContain("plan_tsk_1");
  expect(told).toContain(String.raw`{\"text\":\"Look\",\"status\":\"done\"}`);
});

it("a sub-task has a context of its own, its calls lie inside the call that began it, and its usage is the turn's", async () => {
  const usage = (promptTokens: number) => ({ promptTokens, completionTokens: 1 });
  await using native = await setUpNative(
    [
      { ...task, usage: usage(100) },
      { ...calls("list", {}), usage: usage(10) },
      { ...says("Two files: a and b."), usage: usage(20) },
      { ...says("There are two."), usage: usage(200) },
      says("Still two."),
    ],
    { files: { a: "1", b: "2" }, remembers: true },
  );
  const { events, end, text } = await native.run("A secret of this chat");
  expect([end.state, text]).toEqual(["completed", "There are two."]);
  expect(started(events)).toMatchObject([
    { callId: "call-1", name: "task", title: "Sub-task: Count the files" },
    { callId: "call-2", name: "list", parentCallId: "call-1" },
  ]);
  expect(started(events)[0]).not.toHaveProperty("parentCallId");
  expect(toolResults(events)).toMatchObject([{ output: "a\nb" }, { status: "completed", output: "Two files: a and b." }]);
  // A sub-task's requests do not count as what the turn's context holds.
  expect(events.flatMap((event) => (event.type === "usage.updated" ? [event.usage.contextUsed] : []))).toEqual([101, 101, 101, 201]);
  expect(end.usage).toMatchObject({ inputTokens: 330, outputTokens: 4, contextUsed: 201 });
  const [first, second, third, fourth] = native.model.requests;
  expect([first, second, third, fourth].map((request) => isSub(request!))).toEqual([false, true, true, false]);
  expect(JSON.stringify(second!.body.messages)).not.toContain("A secret of this chat");
  expect(second!.body.messages.at(-1)).toMatchObject({ role: "user", content: "How many files are there?" });
  expect(toolNames(second!)).toEqual(toolNames(first!).filter((name) => name !== "task" && name !== "todo"));
  expect(JSON.stringify(fourth!.body.messages)).toContain("Two files: a and b.");
  // A later turn is told the call and its answer, and nothing of what lay inside.
  await native.run("Are you sure?");
  const told = JSON.stringify(native.model.requests.at(-1)!.body.messages);
  expect(told).toContain("Two files: a and b.");
  expect(told).not.toContain("call-2");
});

it("a sub-task works in the mode and under the permissions of its turn, and never begins another", async () => {
  const inside = [calls("write", { path: "b.txt", text: "x" }), calls("task", { title: "t", prompt: "p" }), says("Nothing was written.")];
  await using plan = await setUpNative([task, ...inside, says("A plan.")], { files: { "a.txt": "one\n" } });
  const planned = await plan.run("Plan it", "", undefined, undefined, "plan");
  expect(toolResults(planned.events).map(({ status }) => status)).toEqual(["failed", "failed", "completed"]);
  expect(toolResults(planned.events)[1]!.error).toBe("there is no tool called “task”");
  expect(JSON.stringify(plan.model.requests[1]!.body.messages)).toContain("You are in plan mode");

  await using review = await setUpNative([task, calls("write", { path: "b.txt", text: "x" }), says("Staged."), says("Done.")]);
  await review.run("Write it", "", undefined, undefined, "review");
  expect([...review.staged.files.keys()]).toEqual(["b.txt"]);

  await using asking = await setUpNative([task, calls("command", { argv: ["touch", "c"] }), says("It was refused."), says("Done.")], {
    projectTrusted: false,
  });
  const { events } = await asking.run("Run it", "", (event) => {
    if (event.type === "permission.requested") void asking.conversation.answerPermission(event.permissionId, "reject");
  });
  expect(events.find(({ type }) => type === "permission.requested")).toMatchObject({ callId: "call-2" });
  expect(toolResults(events)[0]).toMatchObject({ status: "failed", error: "the person did not allow this command" });
});

it("a stop ends a sub-task with its turn", async () => {
  const barrier = new Barrier();
  await using native = await setUpNative([task, { steps: [{ kind: "wait", barrier }] }]);
  const turn = native.run("Look");
  await barrier.reached;
  await native.conversation.cancel();
  const { end, events } = await turn;
  expect(end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
  expect(toolResults(events)).toEqual([{ status: "cancelled", error: "stopped" }]);
});

it("a sub-task that finds no end is asked for its answer, and the turn's sub-tasks share a number of steps", async () => {
  const refused: string[] = [];
  await using native = await setUpNative((request) => {
    if (!isSub(request)) {
      const results = request.body.messages.filter(({ role }) => role === "tool");
      refused.push(JSON.stringify(results.at(-1) ?? null));
      return results.length < 5 ? task : says("Done.");
    }
    return JSON.stringify(request.body.messages.at(-1)).includes("Answer now") ? says("That is all I have.") : calls("list", {});
  });
  const { end, events } = await native.run("Look");
  expect(end.state).toBe("completed");
  const subs = native.model.requests.filter(isSub);
  expect(subs).toHaveLength(SUB_TASK_LIMITS.maxStepsOfTurn);
  expect(subs.at(-1)!.body).toMatchObject({ tool_choice: "none" });
  expect(toolResults(events).filter(({ output }) => output === "That is all I have.")).toHaveLength(4);
  expect(refused.at(-1)).toContain("have used all their steps");
});

it("a sub-task that fails is a failed call, and the turn goes on", async () => {
  await using native = await setUpNative([
    task,
    { status: 400, body: JSON.stringify({ error: { message: "no such thing" } }) },
    says("I do it myself."),
  ]);
  const { end, events } = await native.run("Look");
  expect(end.state).toBe("completed");
  expect(toolResults(events)[0]).toMatchObject({
    status: "failed",
    error: expect.stringMatching(/^the sub-task failed: .*no such thing/) as string,
  });
});
