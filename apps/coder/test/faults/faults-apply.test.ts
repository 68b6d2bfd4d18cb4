import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { crashAtEveryPoint } from "@boocode/testkit/failpoints";
import { judgeFault } from "@boocode/testkit/judge-fault";
import type { AcknowledgedWrite } from "@boocode/testkit/oracle";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { startCrashingDaemon, writeInTurn } from "../start-crashing-daemon.ts";
import { TestHome } from "../start-test-daemon.ts";
import { callOver } from "../test-client.ts";

/** With many files, the answer comes before they are durable; up to there, few and many go the same way. */
const COUNTS = [
  { count: 2, skipped: 0, passed: ["write.full", "edit.recorded", "edit.temporary", "edit.temporaries"] },
  { count: 8, skipped: 10, passed: ["edit.temporaries", "edit.ahead", "write.full", "edit.flushed", "edit.settled"] },
];

it.each(COUNTS)(
  "F4 killed at any step of applying $count files, the daemon finishes it at its next start or has touched nothing, and leaves no temporary file",
  { timeout: 600_000 },
  async ({ count, skipped, passed }) => {
    const home = await TestHome.make();
    const repository = await createRepository({ "0.txt": "kept\n" });
    onTestFinished(() => repository[Symbol.asyncDispose]());
    const list = () => readdirSync(repository.path).filter((name) => name !== ".git");
    let { program, daemon, crashAt, killedAt } = await startCrashingDaemon(home);
    const project = await callOver(daemon).projects.add.mutate({ path: repository.path });

    // The first edit of a repository creates the folder of its refs with one git more.
    const first = await callOver(daemon).sessions.create.mutate({ projectId: project.id });
    await writeInTurn(daemon, first.id, "first");
    const rows = await callOver(daemon).pendingChanges.list.query({ sessionId: first.id });
    await callOver(daemon).pendingChanges.apply.mutate({ sessionId: first.id, changeIds: rows.map(({ id }) => id) });

    const writes: AcknowledgedWrite[] = [];
    const names = await crashAtEveryPoint(async (index) => {
      const api = callOver(daemon);
      const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
      const files = Array.from({ length: count }, (_, place) => `${"abcdefgh"[place]}${index}`);
      await writeInTurn(daemon, sessionId, files.join(" "));
      const changeIds = (await api.pendingChanges.list.query({ sessionId })).map(({ id }) => id);
      const before = list();
      await crashAt(skipped + index);
      const applied = await api.pendingChanges.apply.mutate({ sessionId, changeIds }).catch(() => null);
      // What follows the answer is done before it has stopped.
      if (applied !== null) await program.end("SIGINT");
      await program.exited;
      const name = killedAt();
      ({ program, daemon, crashAt, killedAt } = await startCrashingDaemon(home));
      const [edit] = await callOver(daemon).pendingChanges.edits.query({ sessionId });
      const pending = await callOver(daemon).pendingChanges.list.query({ sessionId });
      // What was recorded is finished; before that, nothing was touched.
      expect([undefined, "done"]).toContain(edit?.state);
      expect(pending.map(({ id }) => id)).toEqual(edit ? [] : changeIds);
      expect(list()).toEqual(edit ? [...before, ...files.map((name) => `${name}.txt`)].toSorted() : before);
      const written = edit ? files.map((file) => ({ file: join(repository.path, `${file}.txt`), text: files.join(" ") })) : [];
      for (const { file, text } of written) expect(readFileSync(file, "utf8")).toBe(text);
      writes.push(...written);
      return name;
    });

    await program.end("SIGINT");
    // Everything is durable once it has stopped.
    const folder = join(home.dataDir, "edits");
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
    expect(await judgeFault("F4", names.length, { dataDir: home.dataDir, writes })).toEqual([]);
    expect(names[0]).toBe(passed[0]);
    expect(names).toEqual(expect.arrayContaining([...passed, "edit.file.0", `edit.file.${count - 1}`, "edit.written", "edit.done"]));
    expect(await repository.git("status", "--porcelain", "--untracked-files=no")).toBe("");
  },
);
