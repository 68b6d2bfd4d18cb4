import { join } from "node:path";
import type { ChatEvent } from "@boocode/shared/chats/chat-event";
import type { ProjectId, SessionId } from "@boocode/shared/ids";
import { crashAtEveryPoint } from "@boocode/testkit/failpoints";
import { judgeDataDirectory, type AcknowledgedWrite } from "@boocode/testkit/oracle";
import { judgeFault } from "@boocode/testkit/judge-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { startCrashingDaemon } from "../start-crashing-daemon.ts";
import { TestHome, type DaemonAddress, type DaemonProcess } from "../start-test-daemon.ts";
import { BOOCODE, callOver, Follower, mintPromptId, openConnection } from "../test-client.ts";

it(
  "F3 killed before any write of a turn, of the store or of git, the daemon comes back with all that was acknowledged",
  { timeout: 600_000 },
  async () => {
    const home = await TestHome.make();
    const repository = await createRepository();
    onTestFinished(() => repository[Symbol.asyncDispose]());
    const ledger = { promptIds: [] as string[], writes: [] as AcknowledgedWrite[], seen: new Map<string, readonly ChatEvent[]>() };
    const sessions: SessionId[] = [];
    let projectId: ProjectId | null = null;

    const names = await crashAtEveryPoint(async (index) => {
      const { program, daemon, crashAt, killedAt } = await startCrashingDaemon(home);
      // It stands on what the crash before left: what was queued then runs now.
      if (sessions.length > 0) await awaitEnds(daemon, sessions.at(-1)!);
      expect(await judgeDataDirectory({ dataDir: home.dataDir, daemonPid: program.child.pid, ...ledger })).toEqual([]);
      const api = callOver(daemon);
      projectId ??= (await api.projects.add.mutate({ path: repository.path })).id;
      const { id: sessionId } = await api.sessions.create.mutate({ projectId });
      sessions.push(sessionId);
      await crashAt(index);
      const end = await runNoted(program, daemon, sessionId, `turn-${index}`, home, ledger);
      if (end === null) return killedAt();
      expect(end).toMatchObject({ state: "completed", filesChanged: 1 });
      await program.end("SIGTERM");
      return null;
    });

    expect(names.filter((name) => name === "write.full").length).toBeGreaterThan(4);
    expect(names).toEqual(
      expect.arrayContaining(["write.normal", "git.worktree", "git.read-tree", "git.update-index", "git.commit-tree", "git.update-ref"]),
    );
    expect(await judgeFault("F3", names.length, { dataDir: home.dataDir, ...ledger })).toEqual([]);
  },
);

interface Ledger {
  promptIds: string[];
  writes: AcknowledgedWrite[];
  seen: Map<string, readonly ChatEvent[]>;
}

/** Runs one turn and writes down what was acknowledged on the way. Answers its end; null where the daemon was gone before. */
async function runNoted(program: DaemonProcess, daemon: DaemonAddress, sessionId: SessionId, text: string, home: TestHome, ledger: Ledger) {
  const { client, close } = openConnection(daemon);
  const follower = new Follower(client, sessionId);
  ledger.seen.set(sessionId, follower.events);
  void follower
    .event(({ body }) => body.type === "tool.updated")
    .then(() => ledger.writes.push({ file: join(home.dataDir, "worktrees", sessionId, `${text}.txt`), text }));
  const promptId = mintPromptId();
  const turn = async () => {
    const sent = await callOver(daemon).tasks.send.mutate({ promptId, chatId: null, sessionId, agent: BOOCODE, text });
    ledger.promptIds.push(promptId);
    return await follower.end(sent.taskId);
  };
  const gone = program.exited.then(() => null);
  const end = await Promise.race([turn().catch(() => gone), gone]);
  await close();
  return end;
}

/** Resolves when every task of the session has ended. */
async function awaitEnds(daemon: DaemonAddress, sessionId: SessionId): Promise<void> {
  const { client, close } = openConnection(daemon);
  const follower = new Follower(client, sessionId);
  const tasks = await client.tasks.list.query({ sessionId });
  for (const { id } of tasks) await follower.end(id);
  await close();
}
