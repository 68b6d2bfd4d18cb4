import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { describeBackendContract } from "../../apps/coder/src/backends/backend-contract.ts";
import { answer, call, say, startRealOpencode, TASK, toReplies } from "./opencode-fixture.ts";

// The first prompt in each directory takes seconds on an idle machine and a minute on a busy one.
vi.setConfig({ testTimeout: 240_000 });

let opencode: Awaited<ReturnType<typeof startRealOpencode>>;
beforeAll(async () => {
  opencode = await startRealOpencode({ asTwo: true });
}, 240_000);
afterAll(() => opencode[Symbol.asyncDispose]());

describeBackendContract("The interface of opencode 2 in the real 1.18", async (turns) => {
  const { barriers, replies } = toReplies(turns);
  const subject = await opencode.setUp((_, index) => replies[index] ?? { status: 500, body: "The script is over" });
  return { ...subject, untilWaiting: (turn: number) => barriers[turn]!.reached };
});

describe("The interface of opencode 2 in the real 1.18", () => {
  it("S12: edits files and runs commands, which have neither the server's password nor an endpoint's key", async () => {
    const replies = [
      call("write", { path: "b.txt", content: "new\n" }),
      call("edit", { path: "a.txt", oldString: "one", newString: "two" }),
      call("bash", { command: "env; exit 3" }),
      call("todowrite", { todos: [{ content: "First", status: "in_progress", priority: "high" }] }),
    ];
    await using subject = await opencode.setUp((_, index) => replies[index] ?? answer("Done."), { hasOwnWorktree: true });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Do it");
    expect(turn).toMatchObject({ text: "Done.", end: { state: "completed" } });
    const ends = turn.events.flatMap((event) => (event.type === "tool.updated" && event.status !== "running" ? [event] : []));
    expect(ends).toMatchObject([
      { result: { patch: expect.stringContaining("+++ b/b.txt") } },
      { result: { patch: "--- a/a.txt\n+++ b/a.txt\n@@ -1,1 +1,1 @@\n-one\n+two\n" } },
      { result: { exitCode: 3 } },
      { status: "completed" },
    ]);
    expect(ends[2]?.result.output).not.toMatch(/PASSWORD|OPENCODE_CONFIG|OPENCODE_DB/);
    expect(ends[2]?.result.output).not.toContain(opencode.model.apiKey);
    expect(turn.events).toContainEqual({ type: "plan.updated", entries: [{ text: "First", status: "running" }] });
    expect(await readFile(join(subject.worktree.path, "b.txt"), "utf8")).toBe("new\n");
  });

  it.each([
    ["once", "completed"],
    ["reject", "cancelled"],
  ])("asks before it leaves the worktree, takes the answer %s, and asks a question", async (optionId, status) => {
    await using outside = await createRepository({ "note.txt": "note\n" });
    const questions = [
      { question: "Blue or red?", header: "Colour", options: ["Blue", "Red"].map((label) => ({ label, description: "" })) },
    ];
    await using subject = await opencode.setUp((_, index) => {
      if (index === 0) return call("question", { questions });
      return index === 1 ? call("read", { path: join(outside.path, "note.txt") }) : answer("I read it.");
    });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Read it", (event) => {
      if (event.type !== "permission.requested") return;
      void conversation.answerPermission(event.permissionId, event.title === "Blue or red?" ? "1" : optionId);
    });
    expect(turn.end).toMatchObject({ state: "completed" });
    const asked = turn.events.flatMap((event) => (event.type === "permission.requested" ? [event.title] : []));
    expect(asked).toEqual(["Blue or red?", expect.stringContaining("outside the worktree")]);
    expect(turn.events.findLast((event) => event.type === "tool.updated")).toMatchObject({ status });
    expect(await say(conversation, "Then this")).toMatchObject({ end: { state: "completed" } });
  });

  it("stops a command, fails with a model that it does not know, and plans where that is chosen", async () => {
    await using subject = await opencode.setUp((_, index) =>
      index === 0 ? call("bash", { command: "echo begun; sleep 60" }) : answer(`Answer ${index}.`),
    );
    const conversation = await subject.backend.open(subject.opening);
    const stopped = await say(conversation, "Sleep", ({ type }) => void (type === "tool.started" && conversation.cancel()));
    expect(stopped.end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
    const unknown = { taskId: TASK, generation: 1, text: "Go", model: "default/nowhere", mode: "auto", emit: () => {} };
    expect(await conversation.prompt(unknown)).toMatchObject({
      state: "failed",
      evidence: { message: expect.stringContaining("It may not know") },
    });
    expect(await say(conversation, "Plan", undefined, "plan")).toMatchObject({ text: "Answer 1.", end: { state: "completed" } });
    expect(JSON.stringify(opencode.model.requests.at(-1)?.body.messages)).toContain("Plan");
    expect(await say(conversation, "Then this")).toMatchObject({ text: "Answer 2.", end: { state: "completed" } });
  });

  it("goes on with the same session in the next server", async () => {
    await using subject = await opencode.setUp((_, index) => answer(`Answer ${index}.`));
    const conversation = await subject.backend.open(subject.opening);
    await say(conversation, "One");
    await opencode.kill();
    await conversation.closed;
    const next = await subject.backend.open({ ...subject.opening, resume: conversation.agentSessionId });
    expect(next).toMatchObject({ continuity: "resumed", agentSessionId: conversation.agentSessionId });
    expect(await say(next, "Two")).toMatchObject({ text: "Answer 1.", end: { state: "completed" } });
  });
});
