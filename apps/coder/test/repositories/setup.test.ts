import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

it("what the setup of a worktree changed is nobody's but the setup's: not the first turn's, not the person's", async () => {
  const plan = { setup: ["sh", "-c", "echo set up >> notes.md; echo lock > lock.txt"] };
  await using repository = await createRepository({ "notes.md": "# Notes\n", ".boocode/worktree.json": JSON.stringify(plan) });
  const daemon = await (await TestHome.make()).start({ demoWordsPerSecond: Infinity });
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { digest } = await api.projects.trustReport.query({ projectId: project.id });
  await api.projects.trust.mutate({ projectId: project.id, decision: "trust", digest });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  const prompt = { chatId: null, sessionId, agent: BOOCODE, text: "append From the agent to notes.md" };
  const { taskId } = await api.tasks.send.mutate({ ...prompt, promptId: mintPromptId() });
  expect(await follower.end(taskId)).toMatchObject({ state: "completed", filesChanged: 1 });
  const list = () => api.pendingChanges.list.query({ sessionId });
  expect((await list()).map(({ path, agents, taskIds }) => [path, agents, taskIds])).toEqual([
    ["lock.txt", ["setup"], []],
    ["notes.md", [BOOCODE, "setup"], [taskId]],
  ]);
  expect((await api.pendingChanges.turnDiff.query({ taskId })).files.map(({ path }) => path)).toEqual(["notes.md"]);

  const [session] = await api.sessions.list.query();
  await appendFile(join(session!.worktree!.path, "notes.md"), "By hand\n");
  await api.pendingChanges.refresh.mutate({ sessionId });
  const notes = (await list()).find(({ path }) => path === "notes.md")!;
  const { lines, writers } = await api.pendingChanges.blame.query({ sessionId, changeId: notes.id });
  expect(lines.map((by) => (by === "base" ? by : (writers[by]!.agent ?? "you")))).toEqual(["base", "setup", BOOCODE, "you"]);
});
