import { DomainError } from "@boocode/shared/faults/domain-error";
import { expect, it } from "vitest";
import { BOOCODE, callOver, connectTo, faultOf, Follower, mintPromptId } from "./test-client.ts";
import { TestHome } from "./start-test-daemon.ts";

it("D7 with a full disk health says so, Stop stops, new prompts are refused; with room everything goes on", async () => {
  const disk = { isFull: false };
  const failpoint = (name: string) => {
    if (disk.isFull && name.startsWith("write.")) throw new DomainError({ kind: "storage_failed", reason: "The disk is full." });
  };
  const home = await TestHome.make();
  const daemon = await home.start({ demoWordsPerSecond: 10, failpoint });
  const api = callOver(daemon);
  const health = async () => (await (await fetch(`${daemon.address}/api/health`)).json()) as { status: string };
  const project = await api.projects.addDemo.mutate();
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  const prompt = (text: string) => ({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
  const { taskId } = await api.tasks.send.mutate(prompt("explain README.md"));
  await follower.event(({ body }) => body.type === "text.delta");
  expect(await health()).toMatchObject({ status: "ok" });

  disk.isFull = true;
  expect(await faultOf(api.tasks.send.mutate(prompt("another")))).toMatchObject({ kind: "storage_failed", httpStatus: 503 });
  expect(await health()).toMatchObject({ status: "degraded" });
  expect(await api.tasks.cancel.mutate({ taskId })).toMatchObject({ id: taskId, stopRequestedAt: expect.any(Number) });

  disk.isFull = false;
  expect(await follower.end(taskId)).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
  expect(await health()).toMatchObject({ status: "ok" });
  const after = await api.tasks.send.mutate(prompt("list files"));
  expect(await follower.end(after.taskId)).toMatchObject({ state: "completed" });
});
