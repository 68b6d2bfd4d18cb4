import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { crashAtEveryPoint } from "@boocode/testkit/failpoints";
import { recordFault } from "@boocode/testkit/record-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { startCrashingDaemon, writeInTurn } from "./start-crashing-daemon.ts";
import { TestHome } from "./start-test-daemon.ts";
import { callOver } from "./test-client.ts";

it(
  "F4 killed at any step of applying, the daemon finishes it at its next start or has touched nothing, and leaves no temporary file",
  { timeout: 600_000 },
  async () => {
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

    const names = await crashAtEveryPoint(async (index) => {
      const api = callOver(daemon);
      const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
      const files = [`a${index}`, `b${index}`];
      await writeInTurn(daemon, sessionId, files.join(" "));
      const changeIds = (await api.pendingChanges.list.query({ sessionId })).map(({ id }) => id);
      const before = list();
      await crashAt(index);
      const applied = await api.pendingChanges.apply.mutate({ sessionId, changeIds }).catch(() => null);
      if (applied !== null) await program.end("SIGTERM");
      await program.exited;
      const name = killedAt();
      ({ program, daemon, crashAt, killedAt } = await startCrashingDaemon(home));
      const [edit] = await callOver(daemon).pendingChanges.edits.query({ sessionId });
      const pending = await callOver(daemon).pendingChanges.list.query({ sessionId });
      // What was recorded is finished; before that, nothing was touched.
      expect([undefined, "done"]).toContain(edit?.state);
      expect(pending.map(({ id }) => id)).toEqual(edit ? [] : changeIds);
      expect(list()).toEqual(edit ? [...before, ...files.map((name) => `${name}.txt`)].toSorted() : before);
      for (const file of edit ? files : []) expect(readFileSync(join(repository.path, `${file}.txt`), "utf8")).toBe(files.join(" "));
      return name;
    });

    recordFault({ fault: "F4", repetitions: names.length });
    expect(names).toEqual(expect.arrayContaining(["edit.recorded", "edit.temporary", "edit.temporaries", "edit.file.0", "edit.file.1"]));
    expect(names).toEqual(expect.arrayContaining(["write.full", "edit.written", "edit.done"]));
    expect(await repository.git("status", "--porcelain", "--untracked-files=no")).toBe("");
  },
);
