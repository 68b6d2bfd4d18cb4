import { randomUUID } from "node:crypto";
import { chmod, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentTrace } from "@boocode/shared/changes/agent-trace";
import { AgentId, ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import { describe, expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";
import { ChangeExport } from "./change-export.ts";

const lines = (...changed: [number, string][]) =>
  Array.from({ length: 40 }, (_, at) => `${new Map(changed).get(at) ?? `line ${at}`}\n`).join("");

async function createExport(files?: Parameters<typeof createTurns>[0]) {
  const setup = await createTurns(files);
  const exported = new ChangeExport({ ...setup, time: { now: () => 1_700_000_000_000 }, newUuid: randomUUID, version: "1.2.3" });
  return Object.assign(setup, { exported });
}

describe("the patch of a session", () => {
  it("is taken by git apply, and makes the same tree: all kinds, odd names, bytes as they are", async () => {
    await using setup = await createExport({
      "edit.txt": "1\r\n2\r\n3",
      "gone/deep.txt": "gone\n",
      "old name.txt": lines(),
      "run.sh": "#!/bin/sh\n",
      "to-link": "x\n",
      "to-folder": "x\n",
      "folder-to-file/a": "a\n",
      "bin.dat": Buffer.from([0, 1, 2]),
      "latin.txt": Buffer.from([0xe4, 0x0a]),
    });
    const { worktree, repository, exported, sessionId } = setup;
    const at = (path: string) => join(worktree.path, path);
    await setup.turn("qwen", async () => {
      for (const path of ["gone", "to-link", "to-folder", "folder-to-file"]) await rm(at(path), { recursive: true });
      await setup.write({
        "edit.txt": "1\r\ntwo\r\n3",
        'a "quoted"\tname\nwith break': "x\n",
        "ünï -- name.txt": "y",
        "empty.txt": "",
        "to-folder/inside.txt": "inside\n",
        "folder-to-file": "now a file\n",
        "bin.dat": Buffer.from([0, 255, 2, 10]),
        "latin.txt": Buffer.from([0xe5, 0x0a]),
        "diff.txt": "--- a/x\n+++ b/x\n@@ -1 +1 @@\n",
      });
      await rename(at("old name.txt"), at("new name.txt"));
      await chmod(at("new name.txt"), 0o755);
      await chmod(at("run.sh"), 0o755);
      await symlink("edit.txt", at("to-link"));
      await writeFile(Buffer.from(`${worktree.path}/\xff.txt`, "latin1"), "odd name\n");
    });
    const { name, base64 } = await exported.patch(sessionId);
    expect(name).toBe(`${sessionId}.patch`);
    const file = join(setup.folder, name);
    await writeFile(file, Buffer.from(base64, "base64"));
    await repository.git("apply", "--whitespace=nowarn", file);
    await repository.git("add", "--all");
    const { lastCheckpoint } = (await setup.worktrees.find(sessionId))!;
    expect(await repository.git("write-tree")).toBe(await repository.git("rev-parse", `${lastCheckpoint}^{tree}`));
    // And back again.
    await repository.git("apply", "--whitespace=nowarn", "--reverse", file);
    await repository.git("add", "--all");
    expect(await repository.git("write-tree")).toBe(await repository.git("rev-parse", "HEAD^{tree}"));
  });

  it("has what is pending only, with staged changes over it", async () => {
    await using setup = await createExport({ "a.txt": "a\n", "b.txt": "b\n" });
    const { exported, sessionId, apply, pending, staged, repository } = setup;
    expect((await exported.patch(sessionId)).base64).toBe("");
    await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n", "b.txt": "qwen\n" }));
    await apply.apply({ sessionId, changeIds: [(await pending.list(sessionId))[0]!.id] });
    const by = { agent: AgentId.parse("boocode"), chatId: ChatId.parse("chat-boocode"), taskId: TaskId.parse("task-9") };
    await staged.stage(sessionId, [{ path: "new/c.txt", content: Buffer.from("staged\n") }], by);
    const patch = Buffer.from((await exported.patch(sessionId)).base64, "base64").toString();
    expect(patch.match(/^diff --git .*$/gm)).toEqual(["diff --git a/b.txt b/b.txt", "diff --git a/new/c.txt b/new/c.txt"]);
    const file = join(setup.folder, "all.patch");
    await writeFile(file, patch);
    await repository.git("apply", file);
    expect(await repository.git("status", "--porcelain")).toBe(" M a.txt\n M b.txt\n?? new/");
  });

  it("is refused where it is too large, or there is no session", async () => {
    await using setup = await createExport();
    const { exported, sessionId } = setup;
    const bytes = Buffer.alloc(17 * 1024 * 1024, "0123456789abcdef\n");
    await setup.turn("qwen", () => setup.write({ "big.txt": bytes }));
    await expect(exported.patch(sessionId)).rejects.toMatchObject({ fault: { kind: "git_output_too_large" } });
    await expect(exported.patch(SessionId.parse("session-none"))).rejects.toMatchObject({ fault: { kind: "session_not_found" } });
    await expect(exported.trace(SessionId.parse("session-2"))).rejects.toMatchObject({ fault: { kind: "worktree_not_made" } });
  });
});

describe("the trace of a session", () => {
  it("names who wrote which lines at the newest checkpoint, in the Agent Trace format", async () => {
    await using setup = await createExport({ "a.txt": "1\n2\n3\n4\n", "gone.txt": "x\n", "bin.dat": Buffer.from([0, 1]) });
    const { exported, sessionId, pending } = setup;
    await setup.record(await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n1\n2\n3\n4\n", "new.txt": "1\n2\n" })));
    await setup.write({ "a.txt": "qwen\n1\nby hand\n3\n4\n" });
    await pending.refresh(sessionId);
    await setup.record(
      await setup.turn("goose", async () => {
        await setup.write({ "a.txt": "qwen\n1\nby hand\n3\n4\ngoose\ngoose\n", "bin.dat": Buffer.from([0, 2]) });
        await rm(join(setup.worktree.path, "gone.txt"));
      }),
    );
    const trace = await exported.trace(sessionId);
    expect(AgentTrace.parse(trace)).toEqual(trace);
    const of = (agent: string, task: string, start: number, end: number) => ({
      url: `urn:boocode:chat:chat-${agent}`,
      contributor: { type: "ai", model_id: `vendor/${agent}` },
      ranges: [{ start_line: start, end_line: end }],
      related: [{ type: "task", url: `urn:boocode:task:${task}` }],
    });
    expect(trace).toMatchObject({
      version: "0.1",
      timestamp: "2023-11-14T22:13:20.000Z",
      vcs: { type: "git", revision: (await setup.worktrees.find(sessionId))!.lastCheckpoint },
      tool: { name: "BooCode", version: "1.2.3" },
    });
    expect(trace.files).toEqual([
      {
        path: "a.txt",
        conversations: [
          of("qwen", "task-1", 1, 1),
          { contributor: { type: "human" }, ranges: [{ start_line: 3, end_line: 3 }] },
          of("goose", "task-2", 6, 7),
        ],
      },
      { path: "new.txt", conversations: [of("qwen", "task-1", 1, 2)] },
    ]);
  });

  it("is refused where it would have too many ranges", async () => {
    await using setup = await createExport();
    await setup.record(await setup.turn("qwen", () => setup.write({ "a.txt": "1\n", "b.txt": "2\n" })));
    const of = (maxRanges: number) => new ChangeExport({ ...setup, time: Date, newUuid: randomUUID, version: "1", maxRanges });
    expect((await of(2).trace(setup.sessionId)).files).toHaveLength(2);
    await expect(of(1).trace(setup.sessionId)).rejects.toMatchObject({ fault: { kind: "too_many", what: "line ranges", limit: 1 } });
  });

  it("has every file, however many", async () => {
    const names = Array.from({ length: 120 }, (_, place) => `file-${String(place).padStart(3, "0")}.txt`);
    await using setup = await createExport();
    await setup.record(await setup.turn("qwen", () => setup.write(Object.fromEntries(names.map((name) => [name, lines()])))));
    expect((await setup.exported.trace(setup.sessionId)).files.map(({ path }) => path)).toEqual(names);
  });
});
