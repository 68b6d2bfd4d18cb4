import { crashAtEveryPoint } from "@boocode/testkit/failpoints";
import { judgeFault } from "@boocode/testkit/judge-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { startAndDie, startCrashingDaemon } from "../start-crashing-daemon.ts";
import { TestHome } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";

it(
  "F3 killed at any step of a start that finds an interrupted turn, a queue and a question, the next start settles all of it",
  { timeout: 600_000 },
  async () => {
    const home = await TestHome.make();
    const repository = await createRepository();
    onTestFinished(() => repository[Symbol.asyncDispose]());
    const { program, daemon } = await startCrashingDaemon(home);
    const api = callOver(daemon);
    const project = await api.projects.add.mutate({ path: repository.path });
    const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
    const follower = new Follower(connectTo(daemon), sessionId);
    const send = async (text: string) => {
      const promptId = mintPromptId();
      const { taskId, chatId } = await api.tasks.send.mutate({ promptId, chatId: null, sessionId, agent: BOOCODE, text });
      return { promptId, taskId, chatId };
    };
    const running = await send("wait a");
    await follower.event(({ body }) => body.type === "tool.updated");
    const queued = await send("b");
    await program.end("SIGKILL");
    follower.stop();

    // Each start stands on what the one before had settled when it died.
    const names = await crashAtEveryPoint((index) => startAndDie(home, index));
    expect(names.length).toBeGreaterThan(1);
    const last = await startCrashingDaemon(home);
    const after = new Follower(connectTo(last.daemon), sessionId);
    expect(await after.end(running.taskId)).toMatchObject({ state: "interrupted", cause: "daemon_restart" });
    await after.end(queued.taskId);
    const seen = new Map([[sessionId as string, follower.events]]);
    const promptIds = [running.promptId, queued.promptId];
    expect(await judgeFault("F3", names.length, { dataDir: home.dataDir, daemonPid: last.program.child.pid, promptIds, seen })).toEqual([]);
  },
);
