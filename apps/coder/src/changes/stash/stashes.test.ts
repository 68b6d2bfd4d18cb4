import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import { insertTask } from "@boocode/db/stores/chats/task-store";
import { BUILT_IDS, buildChat, buildTask } from "@boocode/shared/testing/build";
import { writeFiles } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { silentLogger } from "../../platform/logger.ts";
import { snapshot } from "../edits/edit-cases-fixture.ts";
import { createTurns } from "../turns-fixture.ts";
import { DroppedStashes } from "./dropped-stashes.ts";
import { createStashable, FILES } from "./stash-fixture.ts";

it("W8 a stash keeps tracked and untracked files and the index under a ref of its own, and git's stash stays as it was", async () => {
  await using setup = await createStashable();
  const { sessionId, stashes, stashApply, path, inWorktree, clean, pending, repository } = setup;
  const result = await stashes.stash(sessionId);
  expect(result).toMatchObject({ stashed: true, message: "6 files are kept in a stash.", reports: [{ verdict: "safe" }] });
  expect(snapshot(path)).toEqual(new Map([...clean, ["x.log", "file log\n"]]));
  expect(await inWorktree("status", "--porcelain")).toBe("");
  expect(await pending.list(sessionId)).toEqual([]);
  const ref = `refs/boocode/stash/${result.stashId}`;
  expect(await repository.git("show", `${ref}:dir/b.txt`)).toBe("on disk");
  expect(await repository.git("show", `${ref}^2:dir/b.txt`)).toBe("staged");
  expect(await repository.git("for-each-ref", "refs/stash")).toBe("");
  const listed = await stashes.list(setup.worktree.projectId);
  expect(listed).toEqual([
    {
      stashId: result.stashId,
      message: "Stash of Ünïcode & more",
      sessionId,
      sessionTitle: "Ünïcode & more",
      branch: setup.worktree.branch,
      files: 6,
      at: expect.any(Number),
    },
  ]);

  // A dropped one is off the list, and comes back to it.
  const stashId = result.stashId!;
  const { droppedStashes } = setup;
  await droppedStashes.drop(stashId);
  expect(await stashes.list(setup.worktree.projectId)).toEqual([]);
  const [dropped, ...others] = await droppedStashes.list(setup.worktree.projectId);
  expect([dropped, others]).toMatchObject([{ stashId, message: "Stash of Ünïcode & more", files: 6 }, []]);
  expect(dropped!.keptUntil - dropped!.droppedAt).toBe(30 * 24 * 3_600_000);
  await droppedStashes.takeBack(stashId);
  expect(await stashes.list(setup.worktree.projectId)).toEqual(listed);
  expect(await droppedStashes.list(setup.worktree.projectId)).toEqual([]);
  await expect(droppedStashes.takeBack(stashId)).rejects.toMatchObject({ fault: { kind: "stash_not_found" } });

  // After its time it goes, if that has been over for a while also by a clock that nobody sets.
  await droppedStashes.drop(stashId);
  let [now, elapsed] = [Date.now(), 0];
  const time = { now: () => now, elapsedMs: () => elapsed };
  const later = new DroppedStashes({ db: setup.db, feed: setup.feed, git: setup.git, time, logger: silentLogger() });
  const isThere = async () => (await later.list(setup.worktree.projectId)).length === 1;
  now += 31 * 24 * 3_600_000;
  await later.expire();
  now -= 31 * 24 * 3_600_000;
  elapsed += 3_600_000;
  await later.expire();
  now += 31 * 24 * 3_600_000;
  elapsed += 3_600_000;
  await later.expire();
  expect(await isThere()).toBe(true);
  elapsed += 3_600_000;
  await later.expire();
  expect(await isThere()).toBe(false);
  await expect(droppedStashes.drop(stashId)).rejects.toMatchObject({ fault: { kind: "stash_not_found" } });
  await expect(stashApply.apply({ stashId, sessionId })).rejects.toMatchObject({ fault: { kind: "stash_not_found" } });
});

it("says what still blocks: commits, keys and a merge", async () => {
  await using setup = await createStashable();
  const { sessionId, stashes, inWorktree, repository } = setup;
  await inWorktree("commit", "--quiet", "--message", "Staged");
  await setup.write({ ".env": "KEY=1\n" });
  const first = await stashes.stash(sessionId);
  expect(first).toMatchObject({ stashed: true, reports: [{ verdict: "at_risk", unmerged: 1, dirty: false, untracked: 0 }] });
  expect(first.message).toContain("1 commit of this session, which a stash does not hold: merge it");
  expect(first.message).toContain(".env");
  expect((await stashes.stash(sessionId)).message).toMatch(/^There was nothing to stash\. This still keeps/);

  await repository.write({ "dir/b.txt": "main\n" });
  await repository.commit();
  await inWorktree("merge", "main").catch(() => {});
  const merging = await stashes.stash(sessionId);
  expect(merging).toMatchObject({ stashed: false, stashId: null, reports: [{ operation: "merge" }] });
  expect(merging.message).toMatch(/^Nothing was stashed: git is in the middle of something/);
  expect(await inWorktree("status", "--porcelain")).toContain("UU dir/b.txt");
});

it("what was applied and is stashed does not look removed", async () => {
  await using setup = await createTurns(FILES);
  const { sessionId, stashes, stashApply, pending, apply, worktree } = setup;
  await setup.turn("qwen", () => setup.write({ "a.txt": "one\nTWO\nthree\nfour\nfive\n", "new.txt": "new\n" }));
  const rows = await pending.list(sessionId);
  await apply.apply({ sessionId, changeIds: rows.map(({ id }) => id) });
  expect(await pending.list(sessionId)).toEqual([]);
  const { stashId } = await stashes.stash(sessionId);
  expect(await pending.list(sessionId)).toEqual([]);
  await stashApply.apply({ stashId: stashId!, sessionId });
  expect((await pending.list(sessionId)).map(({ path }) => path)).toEqual(["a.txt", "new.txt"]);
  expect(snapshot(worktree.path).get("new.txt")).toBe("file new\n");
});

it("W11 a file that git checks out with other line ends goes back to exactly those, and merges", async () => {
  const lines = (at = 9, text = "") => Array.from({ length: 9 }, (_, line) => (line === at ? text : `line ${line}`)).join("\n") + "\n";
  await using setup = await createTurns({ ".gitattributes": "*.bat eol=crlf\n", "run.bat": lines() });
  const { sessionId, otherSessionId, stashes, stashApply, pending, worktree, worktrees, repository } = setup;
  const clean = snapshot(worktree.path);
  const crlf = (text: string) => text.replaceAll("\n", "\r\n");
  expect(clean.get("run.bat")).toBe(`file ${crlf(lines())}`);
  await setup.write({ "run.bat": crlf(lines(1, "mine")) });
  const { stashId, reports } = await stashes.stash(sessionId);
  expect(reports).toMatchObject([{ verdict: "safe" }]);
  expect(snapshot(worktree.path)).toEqual(clean);
  expect(await repository.git("-C", worktree.path, "status", "--porcelain")).toBe("");
  expect(await pending.list(sessionId)).toEqual([]);

  const other = await worktrees.ensure(otherSessionId);
  await writeFiles(other.path, { "run.bat": crlf(lines(7, "theirs")) });
  await stashApply.apply({ stashId: stashId!, sessionId: otherSessionId });
  const both = crlf(lines(1, "mine").replace("line 7", "theirs"));
  expect(snapshot(other.path).get("run.bat")).toBe(`file ${both}`);
});

it("refuses while a turn runs, and in a session that there is not", async () => {
  await using setup = await createStashable();
  const { sessionId, stashes, db, path, dirty } = setup;
  const unknown = BUILT_IDS.session.replace(/.$/, "x") as typeof sessionId;
  await expect(stashes.stash(unknown)).rejects.toMatchObject({ fault: { kind: "session_not_found" } });
  await db.write("normal", async (tx) => {
    await insertChat(tx, buildChat({ sessionId }));
    await insertTask(tx, buildTask({ sessionId, state: "running" }));
  });
  await expect(stashes.stash(sessionId)).rejects.toMatchObject({ fault: { kind: "worktree_busy" } });
  expect(snapshot(path)).toEqual(dirty);
});

it("W11 an edit in the middle of a stash loses nothing: all files and the index are as before, and no stash is left", async () => {
  await using setup = await createStashable();
  const { sessionId, path, inWorktree, dirty } = setup;
  const status = await inWorktree("status", "--porcelain");
  const { stashes } = setup.openEdits(async (name) => {
    if (name === "edit.temporaries") await writeFile(join(path, "a.txt"), "raced\n");
  });
  await expect(stashes.stash(sessionId)).rejects.toMatchObject({ fault: { kind: "moved_on", paths: ["a.txt"] } });
  expect(snapshot(path)).toEqual(new Map([...dirty, ["a.txt", "file raced\n"]]));
  expect(await inWorktree("status", "--porcelain")).toBe(status);
  expect(await stashes.list(setup.worktree.projectId)).toEqual([]);
});
