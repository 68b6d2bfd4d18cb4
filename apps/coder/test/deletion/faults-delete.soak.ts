import { readFileSync } from "node:fs";
import { join } from "node:path";
import { crashAtEveryPoint } from "@boocode/testkit/failpoints";
import { createRepository, runGit } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { startCrashingDaemon, writeInTurn } from "../start-crashing-daemon.ts";
import { TestHome } from "../start-test-daemon.ts";
import { callOver } from "../test-client.ts";

it(
  "F31, W6: a daemon that is killed anywhere in a deletion has the session whole, or whole in the trash",
  { timeout: 1_800_000 },
  async () => {
    const home = await TestHome.make();
    const repository = await createRepository({ "0.txt": "kept\n", ".gitignore": "*.log\n" });
    onTestFinished(() => repository[Symbol.asyncDispose]());
    let { program, daemon, crashAt, killedAt } = await startCrashingDaemon(home);
    const project = await callOver(daemon).projects.add.mutate({ path: repository.path });
    const ends: string[] = [];

    const names = await crashAtEveryPoint(async (index) => {
      const api = callOver(daemon);
      const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
      await writeInTurn(daemon, sessionId, `work${index}`);
      const { path } = (await api.sessions.list.query()).find(({ id }) => id === sessionId)!.worktree!;
      await runGit(path, ["add", "--all"]);
      const describe = async () => ({
        status: await runGit(path, ["status", "--porcelain=v2", "--branch"]),
        text: readFileSync(join(path, `work${index}.txt`), "utf8"),
        worktrees: await repository.git("worktree", "list", "--porcelain"),
      });
      const before = await describe();
      const refused = await api.sessions.delete
        .mutate({ sessionId })
        .catch((error: { data: { fault: { consent: string } } }) => error.data.fault);
      const consent = "consent" in refused ? refused.consent : "";
      await crashAt(index);
      const deleted = await api.sessions.delete.mutate({ sessionId, force: true, consent }).catch(() => null);
      if (deleted !== null) await program.end("SIGTERM");
      await program.exited;
      const name = killedAt();
      ({ program, daemon, crashAt, killedAt } = await startCrashingDaemon(home));
      // Waits for what the start has begun, and is refused where the session is still there.
      const answer = await callOver(daemon)
        .sessions.delete.mutate({ sessionId })
        .catch((error: { data: { fault: { kind: string } } }) => error.data.fault);
      if ("trashId" in answer) await callOver(daemon).trash.restore.mutate({ trashId: answer.trashId! });
      ends.push("trashId" in answer ? "trash" : answer.kind);
      expect(await describe(), `killed at ${name}`).toEqual(before);
      expect(await repository.git("for-each-ref", "refs/boocode/trash")).toBe("");
      expect(await callOver(daemon).pendingChanges.list.query({ sessionId })).toMatchObject([
        { path: `work${index}.txt`, agent: "boocode" },
      ]);
      return name;
    });

    expect(names).toEqual(expect.arrayContaining(["delete.intended", "delete.pinned", "delete.move", "delete.unregister", "delete.done"]));
    expect(new Set(ends)).toEqual(new Set(["work_at_risk", "trash"]));
  },
);
