import { chmod, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listPendingChanges } from "@boocode/db/stores/changes/pending-change-store";
import type { PendingChange } from "@boocode/shared/changes/pending-change";
import { ChangeId, ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import { writeFiles } from "@boocode/testkit/repo-builder";
import { describe, expect, it } from "vitest";
import { ChangeCapture } from "./change-capture.ts";
import { PendingChanges } from "./pending-changes.ts";
import { createTurns } from "./turns-fixture.ts";

const whose = ({ path, agent, agents, evidence }: PendingChange) =>
  `${path}: ${agent ?? "person"} [${agents.map((each) => each ?? "person").join(" ")}] ${evidence}`;

describe("ChangeCapture", () => {
  it("tells what differs from the base, with renames, modes, links, binaries and awkward names", async () => {
    await using setup = await createTurns({
      "keep.txt": "same\n",
      "edit.txt": "1\n2\n3\n",
      "gone.txt": "gone\n",
      "old name.txt": Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join(""),
      "run.sh": "#!/bin/sh\n",
      "file-to-link": "x\n",
    });
    const { path } = setup.worktree;
    const captured = await setup.turn("qwen", async () => {
      await setup.write({
        "edit.txt": "1\ntwo\n3\n4\n",
        "bin.dat": Buffer.from([0, 1, 2]),
        'a "quoted"\tname\nwith break': "x\n",
        "ünï.txt": "",
      });
      await rm(join(path, "gone.txt"));
      await rename(join(path, "old name.txt"), join(path, "new name.txt"));
      await chmod(join(path, "run.sh"), 0o755);
      await rm(join(path, "file-to-link"));
      await symlink("keep.txt", join(path, "file-to-link"));
    });
    const rows = captured.changes.map(({ path, previousPath, operation, additions, deletions, binary }) => [
      path,
      previousPath,
      operation,
      additions,
      deletions,
      binary,
    ]);
    expect(rows.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1))).toEqual([
      ['a "quoted"\tname\nwith break', undefined, "added", 1, 0, false],
      ["bin.dat", undefined, "added", 0, 0, true],
      ["edit.txt", undefined, "modified", 2, 1, false],
      ["file-to-link", undefined, "modified", 1, 1, false],
      ["gone.txt", undefined, "deleted", 0, 1, false],
      ["new name.txt", "old name.txt", "renamed", 0, 0, false],
      ["run.sh", undefined, "modified", 0, 0, false],
      ["ünï.txt", undefined, "added", 0, 0, false],
    ]);
    expect(captured).toMatchObject({ additions: 4, deletions: 3 });
    expect(captured.paths).toHaveLength(8);
    expect(await setup.pending.list(setup.sessionId)).toEqual(await listPendingChanges(setup.db.read, setup.sessionId));
  });

  it("attributes turns to agents, what lies between them to the person, and forgets what is back at its base", async () => {
    await using setup = await createTurns({ "a.txt": "a\n", "b.txt": "b\n", "c.txt": "c\n" });
    const changed: string[] = [];
    setup.feed.onWorkspace(({ noun }) => changed.push(noun));
    const first = await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n", "b.txt": "qwen\n" }), ["./a.txt"]);
    expect(first.changes.map(whose)).toEqual(["a.txt: qwen [qwen] tool", "b.txt: qwen [qwen] inferred"]);
    expect(changed.at(-1)).toBe("changes");

    await setup.write({ "b.txt": "person\n", "c.txt": "person\n" });
    const second = await setup.turn("goose", () => setup.write({ "a.txt": "goose\n" }), [join(setup.worktree.path, "a.txt")]);
    expect(second.paths).toEqual(["a.txt"]);
    expect(second.changes.map(whose)).toEqual([
      "a.txt: goose [goose qwen] tool",
      "b.txt: person [person qwen] inferred",
      "c.txt: person [person] inferred",
    ]);
    expect(second.changes[0]).toMatchObject({ chatIds: ["chat-goose", "chat-qwen"], taskIds: ["task-2", "task-1"] });
    expect(second.changes[1]?.id).not.toBe(first.changes[1]?.id);

    const third = await setup.turn("qwen", () => setup.write({ "a.txt": "a\n" }));
    expect(third).toMatchObject({ paths: ["a.txt"], additions: 1, deletions: 1 });
    expect(third.changes.map(whose)).toEqual(["b.txt: person [person qwen] inferred", "c.txt: person [person] inferred"]);

    // Idle turns change nothing; the person's own edits stay the person's.
    expect((await setup.turn("qwen", async () => {})).changes).toEqual(third.changes);
    // By hand back to the base, then the agent again: it begins anew.
    await setup.write({ "b.txt": "b\n" });
    const last = await setup.turn("goose", () => setup.write({ "b.txt": "goose\n" }));
    expect(last.changes.map(whose)).toEqual(["b.txt: goose [goose] inferred", "c.txt: person [person] inferred"]);
  });

  it("gives what nobody's turn did to the person", async () => {
    await using setup = await createTurns();
    await setup.write({ "a.txt": "by hand\n" });
    await setup.worktrees.checkpoint(setup.worktree, {
      author: null,
      taskId: TaskId.parse("t"),
      chatId: ChatId.parse("c"),
      when: "before",
    });
    const captured = await setup.capture(setup.sessionId);
    expect(captured.changes.map(whose)).toEqual(["a.txt: person [person] inferred"]);
    expect(captured.paths).toEqual([]);
  });

  it.each([
    ["Ada", "ada at example dot com"],
    ["Ada", " "],
    ["...", "ada@example.invalid"],
    ["Ada <a> \u0001 Ünal", "a\u0001b@c"],
  ])("knows what is the person's, whatever words they go by in git: %j, %j", async (name, email) => {
    await using setup = await createTurns({ "a.txt": "a\n" });
    await setup.repository.git("config", "user.name", name);
    await setup.repository.git("config", "user.email", email);
    await setup.turn("qwen", () => setup.write({ "b.txt": "qwen\n" }));
    await setup.write({ "a.txt": "by hand\n" });
    const { changes } = await setup.turn("qwen", () => setup.write({ "b.txt": "more\n" }));
    expect(changes.map(whose)).toEqual(["a.txt: person [person] inferred", "b.txt: qwen [qwen] inferred"]);
    const { lines, writers } = await setup.changeDiffs.blame(setup.sessionId, changes[0]!.id);
    expect([lines, writers.map(({ agent }) => agent)]).toEqual([[0], [null]]);
  });

  it("takes in what was checkpointed for a turn that never began, or by a daemon that was killed", async () => {
    await using setup = await createTurns({ "a.txt": "a\n" });
    const { sessionId, pending, worktrees } = setup;
    expect(await pending.refresh(sessionId)).toBe("unchanged");
    for (const [place, at] of [pending, new PendingChanges({ ...setup, capture: new ChangeCapture(setup) })].entries()) {
      await setup.write({ "a.txt": `by hand ${place}\n` });
      const words = { author: null, taskId: TaskId.parse("t"), chatId: ChatId.parse("c"), when: "before" } as const;
      await worktrees.checkpoint((await worktrees.find(sessionId))!, words);
      expect(await at.refresh(sessionId)).toBe("changed");
      const [row, ...others] = await at.list(sessionId);
      expect([whose(row!), others]).toEqual(["a.txt: person [person] inferred", []]);
      expect((await setup.changeDiffs.diff(sessionId, row!.id)).patch).toContain(`+by hand ${place}`);
      expect(await at.refresh(sessionId)).toBe("unchanged");
    }
  });

  it("finds nothing in a session without a worktree", async () => {
    await using setup = await createTurns();
    expect(await setup.capture(setup.otherSessionId)).toEqual({ changes: [], paths: [], additions: 0, deletions: 0 });
  });
});

describe("diff", () => {
  it("W11 gives patches that turn the base into the worktree, whatever the names and kinds", async () => {
    const long = Array.from({ length: 40 }, (_, line) => `line ${line}\n`).join("");
    await using setup = await createTurns({
      "edit.txt": long,
      "crlf.txt": "one\r\ntwo\r\n",
      "no-end.txt": "no line break at the end",
      "old name.txt": long,
      "gone.txt": "gone\n",
      "run.sh": "#!/bin/sh\n",
      link: { linkTo: "edit.txt" },
      "to-link": "",
      "to-file": { linkTo: "edit.txt" },
      "to-repository": "one\n",
      ".gitattributes": "* -diff\n",
    });
    const { repository, worktree, changeDiffs, sessionId } = setup;
    const { changes } = await setup.turn("qwen", async () => {
      await setup.write({
        "edit.txt": long.replace("line 3\n", "").replace("line 30\n", "line thirty\n@@ -1 +1 @@ not a hunk\n"),
        "crlf.txt": "one\r\n2\r\n",
        "no-end.txt": "still none",
        'n"ew\tand\nodd': "odd\n",
        "dir/with blank": "b\n",
      });
      await rm(join(worktree.path, "gone.txt"));
      await rename(join(worktree.path, "old name.txt"), join(worktree.path, "new name.txt"));
      await setup.write({ "new name.txt": long.replace("line 5", "line five"), "run.sh": { text: "#!/bin/sh\nexit\n", mode: 0o755 } });
      await rm(join(worktree.path, "link"));
      await symlink("crlf.txt", join(worktree.path, "link"));
      for (const name of ["to-link", "to-file", "to-repository"]) await rm(join(worktree.path, name));
      await symlink("edit.txt", join(worktree.path, "to-link"));
      await setup.write({ "to-file": "edit.txt\nand more\n" });
      await repository.git("clone", "--quiet", repository.path, join(worktree.path, "to-repository"));
    });
    const diffs = await Promise.all(changes.map(({ id }) => changeDiffs.diff(sessionId, id)));
    expect(diffs.map(({ view }) => view)).toEqual(changes.map(() => "text"));
    const edit = diffs.find(({ path }) => path === "edit.txt");
    expect(edit?.hunks).toEqual([
      { oldStart: 1, oldLines: 7, newStart: 1, newLines: 6, agent: "qwen", agents: ["qwen"] },
      { oldStart: 28, oldLines: 7, newStart: 27, newLines: 8, agent: "qwen", agents: ["qwen"] },
    ]);
    const after = (await setup.worktrees.find(sessionId))?.lastCheckpoint ?? "";
    await writeFiles(setup.folder, { "all.patch": diffs.map(({ patch }) => patch).join("") });
    await repository.git("apply", "--index", "--whitespace=nowarn", join(setup.folder, "all.patch"));
    expect(await repository.git("write-tree")).toBe(await repository.git("rev-parse", `${after}^{tree}`));
  });

  it("tells names apart that are no text, shows them, and finds each by its id", async () => {
    await using setup = await createTurns({ "a.txt": "a\n" });
    const { worktree, changeDiffs, sessionId, repository } = setup;
    const names = [Buffer.from([0xe4, 0x2e, 0x74]), Buffer.from([0xf6, 0x2e, 0x74])];
    const { changes } = await setup.turn("qwen", async () => {
      for (const [place, name] of names.entries()) await writeFile(Buffer.concat([Buffer.from(`${worktree.path}/`), name]), `${place}\n`);
    });
    expect(changes.map(({ path }) => path)).toEqual(["\\xE4.t", "\\xF6.t"]);
    const diffs = await Promise.all(changes.map(({ id }) => changeDiffs.diff(sessionId, id)));
    expect(diffs.map(({ patch }) => patch.split("\n").find((line) => line.startsWith("+++")))).toEqual([
      '+++ "b/\\344.t"',
      '+++ "b/\\366.t"',
    ]);
    expect(await Promise.all(changes.map(async ({ id }) => (await changeDiffs.blame(sessionId, id)).lines))).toEqual([[0], [0]]);
    const after = (await setup.worktrees.find(sessionId))?.lastCheckpoint ?? "";
    await writeFiles(setup.folder, { "all.patch": diffs.map(({ patch }) => patch).join("") });
    await repository.git("apply", "--index", join(setup.folder, "all.patch"));
    expect(await repository.git("write-tree")).toBe(await repository.git("rev-parse", `${after}^{tree}`));
  });

  it("names what a checkpoint left out until it is gone", async () => {
    await using setup = await createTurns();
    const { worktree, pending, sessionId } = setup;
    await setup.write({ "big.bin": "" });
    await truncate(join(worktree.path, "big.bin"), 60 * 1024 * 1024);
    expect(await pending.refresh(sessionId)).toBe("unchanged");
    expect(await pending.leftOut(sessionId)).toEqual(["big.bin"]);
    await rm(join(worktree.path, "big.bin"));
    await pending.refresh(sessionId);
    expect(await pending.leftOut(sessionId)).toEqual([]);
  });

  it("says where there is no text to show", async () => {
    await using setup = await createTurns({
      "run.sh": "x\n",
      "big.txt": "",
      "old.txt": "moved\nas\nit\nis\n",
      "bin.dat": Buffer.from([0, 1]),
    });
    const { worktree, changeDiffs, sessionId, repository } = setup;
    const { changes } = await setup.turn("qwen", async () => {
      await chmod(join(worktree.path, "run.sh"), 0o755);
      await rename(join(worktree.path, "old.txt"), join(worktree.path, "new.txt"));
      await setup.write({
        "bin.dat": Buffer.from([0, 1, 2]),
        "empty.txt": "",
        "big.txt": "x\n".repeat(50_001),
        "wide.txt": "y".repeat(4_200_000),
        "fits.txt": "x\n".repeat(19_000),
      });
      await repository.git("clone", "--quiet", repository.path, join(worktree.path, "nested"));
    });
    const views: Record<string, unknown> = {};
    for (const { id, path } of changes) {
      const { view, oldMode, newMode, oldBytes, newBytes, patch, hunks } = await changeDiffs.diff(sessionId, id);
      views[path] = [view, oldMode, newMode, oldBytes, newBytes];
      expect(view === "text" || (patch === "" && hunks.length === 0)).toBe(true);
    }
    expect(views).toEqual({
      "run.sh": ["mode", "100644", "100755", 2, 2],
      "new.txt": ["empty", "100644", "100644", 15, 15],
      "bin.dat": ["binary", "100644", "100644", 2, 3],
      "empty.txt": ["empty", null, "100644", null, 0],
      "big.txt": ["too_large", "100644", "100644", 0, 100_002],
      "wide.txt": ["too_large", null, "100644", null, 4_200_000],
      "fits.txt": ["text", null, "100644", null, 38_000],
      nested: ["text", null, "160000", null, null],
    });
  });

  it("refuses what is not there, not there any more, or another session's", async () => {
    await using setup = await createTurns();
    const { changeDiffs, pending, sessionId, otherSessionId } = setup;
    const { changes } = await setup.turn("qwen", () => setup.write({ "a.txt": "first\n" }));
    const id = changes[0]!.id;
    const refusal = (session: SessionId, change: ChangeId) =>
      changeDiffs.diff(session, change).then(
        () => "none",
        (error: { fault?: { kind: string } }) => error.fault?.kind,
      );
    expect(await refusal(sessionId, id)).toBe("none");
    expect(await refusal(otherSessionId, id)).toBe("change_not_found");
    expect(await refusal(sessionId, ChangeId.parse("chg_none"))).toBe("change_not_found");
    expect(await refusal(SessionId.parse("nobody"), id)).toBe("session_not_found");
    await expect(pending.list(SessionId.parse("nobody"))).rejects.toMatchObject({ fault: { kind: "session_not_found" } });
    await setup.write({ "a.txt": "second\n" });
    await setup.worktrees.checkpoint(setup.worktree, {
      author: null,
      taskId: TaskId.parse("t"),
      chatId: ChatId.parse("c"),
      when: "before",
    });
    expect(await refusal(sessionId, id)).toBe("stale_change");
  });
});
