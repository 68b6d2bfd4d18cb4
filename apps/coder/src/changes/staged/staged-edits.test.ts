import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { stagedState } from "@boocode/shared/changes/staged/staged-edit";
import { TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { by, setUp, YOU } from "./staged-fixture.ts";

it("keeps an edit in the store and not on disk, as a row of its author", async () => {
  await using setup = await setUp();
  await setup.stage("a.txt", "two\n");
  await setup.stage("new/b.txt", "b\n", YOU);
  expect(await readFile(setup.at("a.txt"), "utf8")).toBe("one\n");
  await expect(stat(setup.at("new"))).rejects.toMatchObject({ code: "ENOENT" });
  expect(await setup.rows()).toMatchObject([
    {
      path: "a.txt",
      location: "staged",
      operation: "modified",
      agent: "boocode",
      agents: ["boocode"],
      chatIds: ["chat-1"],
      taskIds: ["task-1"],
      additions: 1,
      deletions: 1,
      stale: false,
    },
    { path: "new/b.txt", location: "staged", operation: "added", agent: null, agents: [null], additions: 1, deletions: 0 },
  ]);
  expect(await setup.text("a.txt")).toBe("two\n");
});

it("binds a row's id to its content: path, base and result, apart from what is on disk", async () => {
  await using setup = await setUp();
  await setup.stage("a.txt", "two\n");
  const [first] = await setup.rows();
  await setup.stage("a.txt", "three\n");
  const [second] = await setup.rows();
  expect(second!.id).not.toBe(first!.id);
  await setup.stage("a.txt", "two\n");
  expect((await setup.rows())[0]!.id).toBe(first!.id);
  await setup.turn("opencode", () => setup.write({ "a.txt": "two\n" }));
  const ids = (await setup.rows()).map(({ location, id }) => [location, id]);
  expect(ids).toHaveLength(2);
  expect(new Set(ids.map(([, id]) => id)).size).toBe(2);
  await expect(setup.changeDiffs.diff(setup.sessionId, second!.id)).rejects.toMatchObject({ fault: { kind: "stale_change" } });
});

it("is replaced by a later edit of the same file, and keeps all authors with the lines of each", async () => {
  await using setup = await setUp({ "a.txt": "1\n2\n3\n" });
  await setup.stage("a.txt", "1\nboocode\n3\n");
  await setup.stage("a.txt", "1\nboocode\n3\nyou\n", YOU);
  const [row, ...more] = await setup.rows();
  expect(more).toEqual([]);
  expect(row).toMatchObject({ agent: null, agents: [null, "boocode"], additions: 2, deletions: 1 });
  const [answer] = (await setup.changeDiffs.list(setup.sessionId, [row!.id])).diffs;
  expect(answer!.diff.patch).toContain("-2\n+boocode\n 3\n+you\n");
  expect(answer!.diff.hunks[0]!.agents).toEqual([null, "boocode"]);
  const writers = answer!.blame.writers.map(({ agent, taskId }) => [agent, taskId]);
  expect(answer!.blame.lines.map((line) => (line === "base" ? line : writers[line]))).toEqual([
    "base",
    ["boocode", "task-1"],
    "base",
    [null, null],
  ]);
  expect(answer!.blame.removed.map((line) => line !== null && writers[line])).toEqual([false, ["boocode", "task-1"], false]);
});

it("is stale once the worktree has another content, and still shows what it was made over", async () => {
  await using setup = await setUp();
  await setup.stage("a.txt", "two\n");
  await setup.write({ "a.txt": "by hand\n" });
  const [row] = await setup.rows();
  expect(row).toMatchObject({ stale: true });
  expect((await setup.changeDiffs.diff(setup.sessionId, row!.id)).patch).toContain("-one\n+two\n");
  await setup.stage("a.txt", "three\n");
  expect((await setup.changeDiffs.diff(setup.sessionId, (await setup.rows())[0]!.id)).patch).toContain("-one\n+three\n");
  await setup.write({ "a.txt": "one\n" });
  expect(await setup.rows()).toMatchObject([{ stale: false }]);
});

it("shows a rename as one row with the lines of both names, and keeps the mode", async () => {
  const text = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join("");
  await using setup = await setUp({ "run.sh": { text, mode: 0o755 } });
  const { staged, sessionId } = setup;
  await staged.stage(
    sessionId,
    [
      { path: "run.sh", content: null },
      { path: "bin/go.sh", copyOf: "run.sh" },
    ],
    by(1),
  );
  await setup.stage("bin/go.sh", `${text}more\n`, by(2));
  const [row, ...more] = await setup.rows();
  expect(more).toEqual([]);
  expect(row).toMatchObject({ path: "bin/go.sh", previousPath: "run.sh", operation: "renamed", additions: 1, deletions: 0 });
  expect(row!.taskIds).toEqual(["task-2", "task-1"]);
  const { diff, blame } = (await setup.changeDiffs.list(sessionId, [row!.id])).diffs[0]!;
  expect([diff.oldMode, diff.newMode]).toEqual(["100755", "100755"]);
  expect(new Set(blame.lines.slice(0, 20))).toEqual(new Set(["base"]));
  expect(blame.writers[blame.lines[20] as number]).toMatchObject({ agent: "boocode", taskId: "task-2" });
});

it("goes away when the file is as it was, or as it is in the worktree", async () => {
  await using setup = await setUp();
  await setup.stage("a.txt", "two\n");
  await setup.stage("a.txt", "one\n");
  await setup.stage("new.txt", "new\n");
  await setup.stage("new.txt", null);
  expect(await setup.rows()).toEqual([]);
});

it("keeps modes and links, and stages over nothing that the worktree does not have", async () => {
  await using setup = await setUp({ "run.sh": { text: "#!/bin/sh\n", mode: 0o755 }, link: { linkTo: "run.sh" } });
  const { staged, sessionId } = setup;
  await setup.stage("run.sh", "#!/bin/sh\necho\n");
  await staged.stage(
    sessionId,
    [
      { path: "link", content: null },
      { path: "other", copyOf: "link" },
    ],
    by(),
  );
  const states = new Map((await staged.list(sessionId)).map((edit) => [edit.path, stagedState(edit)?.mode]));
  expect(states).toEqual(
    new Map([
      ["link", undefined],
      ["other", "120000"],
      ["run.sh", "100755"],
    ]),
  );
  expect(await setup.rows()).toMatchObject([{ path: "other", previousPath: "link", operation: "renamed" }, { path: "run.sh" }]);
});

it("counts what a turn staged with what it wrote, and only its own part", async () => {
  await using setup = await setUp({ "a.txt": "1\n2\n" });
  const { stagedChanges, sessionId } = setup;
  await setup.stage("a.txt", "1\n2\n3\n", by(1));
  await setup.stage("a.txt", "1\n2\n3\n4\n5\n", by(2));
  await setup.stage("b.txt", "b\n", by(2));
  const written = { paths: ["c.txt", "b.txt"], additions: 10, deletions: 1 };
  expect(await stagedChanges.addTurn(sessionId, TaskId.parse("task-1"), written)).toEqual({
    paths: ["c.txt", "b.txt", "a.txt"],
    staged: 1,
    additions: 11,
    deletions: 1,
  });
  expect(await stagedChanges.addTurn(sessionId, TaskId.parse("task-2"), written)).toEqual({
    paths: ["c.txt", "b.txt", "a.txt"],
    staged: 1,
    additions: 13,
    deletions: 1,
  });
  expect(await stagedChanges.addTurn(sessionId, TaskId.parse("task-3"), written)).toEqual({ ...written, staged: 0 });
});

it("W11: keeps every byte of a staged file through git's garbage collection", async () => {
  await using setup = await setUp({ ".gitattributes": "* text=auto eol=crlf\n", "a.bin": "old\r\n" });
  const { staged, sessionId, repository } = setup;
  const bytes = Buffer.from([0, 1, 2, 255, 13, 10, 10, 13]);
  await setup.write({ "fresh.txt": "never captured\n" });
  await staged.stage(
    sessionId,
    [
      { path: "a.bin", content: bytes },
      { path: "fresh.txt", content: null },
    ],
    by(1),
  );
  await staged.stage(sessionId, [{ path: "a.bin", content: Buffer.concat([bytes, bytes]) }], by(2));
  await rm(setup.at("fresh.txt"));
  await repository.git("-c", "gc.pruneExpire=now", "gc", "--quiet", "--prune=now");
  expect((await staged.read(sessionId, ["a.bin"], 100)).get("a.bin")).toEqual(Uint8Array.from([...bytes, ...bytes]));
  const rows = await setup.rows();
  expect(rows.map(({ path }) => path)).toEqual(["a.bin", "fresh.txt"]);
  const { diffs, gone } = await setup.changeDiffs.list(
    sessionId,
    rows.map(({ id }) => id),
  );
  expect(gone).toEqual([]);
  expect(diffs[1]!.diff.patch).toContain("-never captured\n");
  expect(diffs[0]!.diff.oldBytes).toBe(5);
});

it("stages a file where staged deletions leave nothing of a folder, and files where a file is staged as deleted", async () => {
  await using setup = await setUp();
  const { staged, sessionId } = setup;
  await staged.stage(
    sessionId,
    [
      { path: "dir/b.txt", content: null },
      { path: "dir", content: Buffer.from("file\n") },
    ],
    by(),
  );
  await setup.stage("a.txt", null);
  await setup.stage("a.txt/inside.txt", "inside\n");
  expect((await setup.rows()).map(({ path, operation }) => [path, operation])).toEqual([
    ["a.txt", "deleted"],
    ["a.txt/inside.txt", "added"],
    ["dir", "added"],
    ["dir/b.txt", "deleted"],
  ]);
  await writeFile(setup.at("dir/c.txt"), "in the way\n");
  expect(await setup.refusal({ path: "dir", content: Buffer.from("again\n") })).toMatchObject({ because: "not_a_file" });
});

it("finds a mode alone", async () => {
  await using setup = await setUp();
  await setup.stage("a.txt", "two\n");
  await chmod(setup.at("a.txt"), 0o755);
  expect(await setup.rows()).toMatchObject([{ stale: true }]);
});
