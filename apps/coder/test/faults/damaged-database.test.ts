import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { judgeFault } from "@boocode/testkit/judge-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { expect, it, onTestFinished } from "vitest";
import { DailyBackups } from "../../src/backups/daily-backups.ts";
import { silentLogger } from "../../src/platform/logger.ts";
import { systemTime } from "../../src/platform/time.ts";
import { TestHome } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";

it("F11 a damaged database: the start says in one line what helps, work is found without it, and a backup is a start", async () => {
  const home = await TestHome.make();
  const file = join(home.dataDir, "boocode.db");
  const repository = await createRepository();
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const backend = new ScriptedBackend({ script: () => [{ do: "write", path: "work.txt", text: "mine" }] });
  const daemon = await home.start({ backend });
  const project = await callOver(daemon).projects.add.mutate({ path: repository.path });
  const session = await callOver(daemon).sessions.create.mutate({ projectId: project.id, title: "Kept" });
  const follower = new Follower(connectTo(daemon), session.id);
  const { taskId } = await callOver(daemon).tasks.send.mutate({
    promptId: mintPromptId(),
    chatId: null,
    sessionId: session.id,
    agent: BOOCODE,
    text: "write",
  });
  await follower.end(taskId);
  const backups = new DailyBackups({ file, time: systemTime, logger: silentLogger() });
  onTestFinished(() => backups.close());
  expect(await backups.look()).toEqual({ kind: "make", number: 1, drop: [] });
  expect(await backups.look()).toEqual({ kind: "not_due" });
  follower.stop();
  await daemon.close();

  const damaged = (await readFile(file)).fill(0xa5, 4096, 4096 + 64);
  await writeFile(file, damaged);
  for (let time = 0; time < 2; time += 1) {
    const attempt = home.spawn();
    expect(await attempt.exited).toBe(1);
    expect(attempt.stderr).toMatch(
      /^The database \S+boocode\.db is damaged: [^\n]+ Nothing was written to it, and a copy of it is \S+\.corrupt-[\d-]+\. Start with --restore-backup to go on from the backup of [^\n]+--list-worktrees shows where they are\.\n$/,
    );
  }
  expect((await readdir(home.dataDir)).filter((name) => name.includes(".corrupt-"))).toHaveLength(1);
  expect(await readFile(file)).toEqual(damaged);

  const listing = home.spawn(["--list-worktrees"]);
  expect(await listing.exited).toBe(0);
  const path = join(home.dataDir, "worktrees", session.id);
  expect(listing.stdout).toMatch(
    new RegExp(
      `^${path}\n  branch      boocode/[^\n]+\n  repository  ${repository.path}/.git\n  session     ${session.id}\n\n1 worktree in `,
    ),
  );

  const restoring = home.spawn(["--restore-backup"]);
  expect([await restoring.exited, restoring.stderr]).toEqual([0, ""]);
  expect(restoring.stdout).toMatch(
    /^The backup \S+bak-daily-1 of [^\n]+ The damaged database is kept as \S+\.corrupt-[\d-]+\. Start BooCode again\.\n$/,
  );
  const again = await home.start({ backend });
  const after = new Follower(connectTo(again), session.id);
  expect(await after.end(taskId)).toMatchObject({ state: "completed", filesChanged: 1 });

  const refused = home.spawn(["--restore-backup"]);
  expect([await refused.exited, refused.stderr]).toEqual([3, expect.stringContaining("BooCode already runs on")]);
  after.stop();
  await again.close();
  const writes = [{ file: join(path, "work.txt"), text: "mine" }];
  const seen = new Map([[session.id, follower.events]]);
  expect(await judgeFault("F11", 1, { dataDir: home.dataDir, writes, seen })).toEqual([]);
});
