import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createRepository, runGit, writeFiles } from "@boocode/testkit/repo-builder";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { expect, it, onTestFinished } from "vitest";
import { TestHome } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";

it("a worktree of the person's is listed, worked in, and left where it is when its session is deleted", async () => {
  const home = await TestHome.make();
  const repository = await createRepository({
    "a.txt": "one\n",
    ".boocode/worktree.json": JSON.stringify({ setup: ["touch", "set-up.txt"] }),
  });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const mine = join(home.path, "mine");
  await repository.git("worktree", "add", "--quiet", "-b", "feature", mine);
  await repository.git("branch", "idle");
  await writeFiles(mine, { "a.txt": "by me\n", "notes.txt": "mine\n" });
  const backend = new ScriptedBackend({ script: () => [{ do: "write", path: "agent.txt", text: "by an agent\n" }] });
  const daemon = await home.start({ backend });
  const api = callOver(daemon);
  const { id: projectId } = await api.projects.add.mutate({ path: repository.path });
  const report = await api.projects.trustReport.query({ projectId });
  await api.projects.trust.mutate({ projectId, decision: "trust", digest: report.digest });
  expect(await api.sessions.adoptable.query({ projectId })).toMatchObject({
    worktrees: [{ path: mine, branch: "feature", operation: null }],
    branches: [{ name: "idle" }],
    isCut: false,
  });

  const session = await api.sessions.create.mutate({ projectId, adopt: { path: mine } });
  expect(session).toMatchObject({ title: "feature", adoptedBranch: null, worktree: { path: mine, adopted: "worktree", state: "live" } });
  expect(await api.sessions.adoptable.query({ projectId })).toMatchObject({ worktrees: [], branches: [{ name: "idle" }] });
  await expect(api.sessions.create.mutate({ projectId, adopt: { path: mine } })).rejects.toMatchObject({
    data: { httpStatus: 409, fault: { kind: "not_adoptable", because: "session", sessionId: session.id } },
  });
  await expect(api.sessions.create.mutate({ projectId, baseRef: "main", adopt: { branch: "idle" } })).rejects.toMatchObject({
    data: { httpStatus: 400 },
  });

  const { taskId } = await api.tasks.send.mutate({
    promptId: mintPromptId(),
    chatId: null,
    sessionId: session.id,
    agent: BOOCODE,
    text: "go",
  });
  await new Follower(connectTo(daemon), session.id).end(taskId);
  const changes = await api.pendingChanges.list.query({ sessionId: session.id });
  expect(changes.map(({ path, agent }) => [path, agent]).toSorted()).toEqual([
    ["a.txt", null],
    ["agent.txt", "boocode"],
    ["notes.txt", null],
  ]);
  expect(existsSync(join(mine, "set-up.txt"))).toBe(false);

  const { trashId } = await api.sessions.delete.mutate({ sessionId: session.id });
  expect(readFileSync(join(mine, "agent.txt"), "utf8")).toBe("by an agent\n");
  expect(await runGit(mine, ["status", "--porcelain"])).toBe(" M a.txt\n?? agent.txt\n?? notes.txt");
  await api.trash.restore.mutate({ trashId: trashId! });
  expect(await api.pendingChanges.list.query({ sessionId: session.id })).toHaveLength(3);
});
