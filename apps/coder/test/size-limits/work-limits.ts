import { stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { expect } from "vitest";
import { silentLogger } from "../../src/backends/native/native-fixture.ts";
import { runToolCall } from "../../src/backends/native/tools/run-tool-call.ts";
import { TOOLBOXES } from "../../src/backends/native/tools/toolbox.ts";
import { ConfinedFolder } from "../../src/platform/files/confined-folder.ts";
import { BytePath } from "../../src/platform/git/byte-path.ts";
import { Git } from "../../src/platform/git/git.ts";
import { collectWork, summarize } from "../../src/worktrees/checkpoints/collect-work.ts";
import { CHECKPOINT_LIMITS } from "../../src/worktrees/checkpoints/checkpoint.ts";
import { createWorktreeSetup } from "../../src/worktrees/worktree-fixture.ts";
import { appendText, openJournal } from "./open-journal.ts";
import type { SizeLimit } from "./size-limit.ts";

const MB = 1024 * 1024;
const PATH = { PATH: "/usr/local/bin:/usr/bin:/bin" };

/** What files, git and the database hold. */
export const WORK_LIMITS: readonly SizeLimit[] = [
  {
    name: "output of a git command",
    figure: "16 MB",
    over: "git is ended, and the call fails with `git_output_too_large`",
    async check(limit) {
      await using repository = await createRepository({ "fits.bin": Buffer.alloc(limit), "large.bin": Buffer.alloc(limit + 1) });
      const git = new Git({ env: { ...PATH, HOME: repository.path } });
      const read = (name: string) => git.read(repository.path, ["cat-file", "blob", `HEAD:${name}`]);
      expect((await read("fits.bin")).stdout).toHaveLength(limit);
      await expect(read("large.bin")).rejects.toMatchObject({ fault: { kind: "git_output_too_large", maxBytes: limit } });
    },
  },
  {
    name: "untracked files of a checkpoint",
    figure: "5,000",
    over: "left out by name; above 100 names, by folder. Folders share the places, and crowded ones leave a fifth of them to others",
    async check(limit) {
      const make = (count: number) =>
        look(async (path) => {
          for (let at = 0; at < count; at++) await writeFile(join(path, `file-${at}`), "");
        });
      const [fits, crowded] = [await make(limit), await make(limit + 1)];
      expect([fits.held.length, fits.leftOut.length]).toEqual([limit, 0]);
      expect([crowded.held.length, crowded.leftOut.length]).toEqual([0.8 * limit, 100]);
    },
  },
  {
    name: "untracked file of a checkpoint",
    figure: "50 MB",
    over: "left out by name",
    async check(limit) {
      const found = await look(async (path) => {
        for (const [name, bytes] of Object.entries({ fits: limit, large: limit + 1 })) {
          await writeFile(join(path, name), "");
          await truncate(join(path, name), bytes);
        }
      });
      expect(found).toEqual({ held: ["fits"], leftOut: ["large"] });
    },
  },
  {
    name: "names of what a checkpoint left out",
    figure: "100",
    over: "their folders are named instead",
    check(limit) {
      const names = (count: number) => Array.from({ length: count }, (_, index) => `folder/${index}`);
      expect(summarize(names(limit))).toEqual(names(limit));
      expect(summarize(names(limit + 1))).toEqual(["folder/"]);
    },
  },
  {
    name: "lines of one read by the native agent",
    figure: "2,000",
    over: "a note says where to go on",
    async check(limit) {
      const lines = (count: number) => "x\n".repeat(count);
      expect(await callTool("read", { path: "a.txt" }, lines(limit))).toBe(lines(limit));
      expect(await callTool("read", { path: "a.txt" }, lines(limit + 1))).toMatch(new RegExp(`Go on with firstLine ${limit + 1}\\.\\]$`));
    },
  },
  {
    name: "text of one read by the native agent",
    figure: "256 KB",
    over: "cut, and a note says so",
    async check(limit) {
      expect(await callTool("read", { path: "a.txt" }, "x".repeat(limit))).toBe("x".repeat(limit));
      const cut = await callTool("read", { path: "a.txt" }, "x".repeat(limit + 1));
      expect(cut).toBe(`${"x".repeat(limit)}\n\n[Lines 1 to 1 of 1. The line is cut.]`);
    },
  },
  {
    name: "file the native agent edits",
    figure: "8 MB",
    over: "refused in words",
    async check(limit) {
      const edit = (bytes: number) =>
        callTool("edit", { path: "a.txt", oldText: "ab", newText: "ba" }, `ab\n${"x\n".repeat(bytes)}`.slice(0, bytes));
      expect(await edit(limit)).toMatch(/^Edited a\.txt/);
      expect(await edit(limit + 1)).toContain("larger than 8 MB");
    },
  },
  {
    name: "file the native agent writes",
    figure: "2 MB",
    over: "refused in words",
    async check(limit) {
      expect(await callTool("write", { path: "a.txt", text: "x".repeat(limit) })).toMatch(/^Created a\.txt/);
      expect(await callTool("write", { path: "a.txt", text: "x".repeat(limit + 1) })).toMatch(/^Error: /);
    },
  },
  {
    name: "output of a command of the native agent",
    figure: "64 KB",
    over: "its beginning and end stay, and the bytes left out are counted between them",
    async check(limit) {
      const say = (bytes: number) => callTool("command", { argv: [process.execPath, "-e", `process.stdout.write("x".repeat(${bytes}))`] });
      expect(await say(limit)).toContain("x".repeat(limit));
      const half = "x".repeat(limit / 2);
      expect(await say(limit + 1)).toContain(`${half}\n[… 1 bytes left out …]\n${half}`);
    },
  },
  {
    name: "write-ahead log of the database",
    figure: "64 MB",
    over: "the daemon warns once, and the write that follows shortens it",
    async check(limit) {
      const told: number[] = [];
      const { db, file } = await openJournal((bytes) => void told.push(bytes));
      const size = async () => (await stat(`${file}-wal`)).size;
      await appendText(db, "large", ...Array.from({ length: 70 }, () => "x".repeat(MB)));
      expect(await size()).toBeGreaterThan(limit);
      expect(told).toEqual([await size()]);
      for (let write = 0; write < 2; write++) await appendText(db, "small", "x");
      expect(await size()).toBeLessThanOrEqual(limit);
      expect(told).toHaveLength(1);
    },
  },
];

/** What a checkpoint would take in of a worktree's untracked files, and what it would leave out. */
async function look(work: (path: string) => Promise<void>): Promise<{ held: string[]; leftOut: string[] }> {
  await using setup = await createWorktreeSetup();
  const worktree = await setup.worktrees.ensure(setup.sessionId);
  await work(worktree.path);
  const raw = await setup.worktrees.openRaw(worktree, setup.repository.path);
  const { write, leftOut } = await collectWork(raw, CHECKPOINT_LIMITS);
  return { held: write.map(BytePath.toText), leftOut };
}

/** What the native agent's tool tells the model, in a folder with a file `a.txt` or none. */
async function callTool(name: string, input: unknown, text?: string): Promise<string> {
  await using folder = await createTempFolder();
  if (text !== undefined) await writeFile(join(folder.path, "a.txt"), text);
  const place = { mode: "auto" as const, disk: await ConfinedFolder.open(folder.path), staged: null, env: PATH, guard: null };
  const call = { callId: "call", name, input, invalid: null };
  const { signal } = new AbortController();
  return await runToolCall(call, { toolbox: TOOLBOXES.auto, place, signal, emit: () => {}, logger: silentLogger });
}
