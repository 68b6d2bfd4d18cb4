import { listAsks } from "@boocode/coder/backends/opencode/turn/list-turn";
import { createRepository } from "@boocode/testkit/repo-builder";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { answer, call, say, startRealOpencode } from "./opencode-fixture.ts";

// The first prompt loads about fifty plugins, which takes seconds on an idle machine and a minute on a busy one.
vi.setConfig({ testTimeout: 240_000 });

let opencode: Awaited<ReturnType<typeof startRealOpencode>>;
beforeAll(async () => {
  opencode = await startRealOpencode();
}, 240_000);
afterAll(() => opencode[Symbol.asyncDispose]());

describe("A stop of the real opencode", () => {
  it("shows a stopped command as cancelled, with its output", async () => {
    await using subject = await opencode.setUp((_, index) =>
      index === 0 ? call("bash", { command: "echo begun; sleep 60", description: "Takes its time" }) : answer("Now this."),
    );
    const conversation = await subject.backend.open(subject.opening);
    const { end, events } = await say(conversation, "Run it", (event) => {
      if (event.type === "tool.updated" && event.result.output?.includes("begun")) void conversation.cancel();
    });
    expect(end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
    expect(events.findLast(({ type }) => type === "tool.updated")).toMatchObject({ status: "cancelled" });
    expect(await say(conversation, "Then this")).toMatchObject({ text: "Now this.", end: { state: "completed" } });
  });

  it("leaves no open question behind", async () => {
    await using outside = await createRepository({ "note.txt": "note\n" });
    await using subject = await opencode.setUp((_, index) =>
      index === 0 ? call("read", { filePath: join(outside.path, "note.txt") }) : answer("Now this."),
    );
    const conversation = await subject.backend.open(subject.opening);
    const stopped = await say(conversation, "Read it", ({ type }) => void (type === "permission.requested" && conversation.cancel()));
    expect(stopped.end).toMatchObject({ state: "cancelled" });
    const next = await say(conversation, "Then this");
    expect(next).toMatchObject({ text: "Now this.", end: { state: "completed" } });
    expect(next.events.filter(({ type }) => type === "permission.requested")).toEqual([]);
    expect(await listAsks(opencode.client(), subject.worktree.path)).toMatchObject({ events: [] });
  });
});
