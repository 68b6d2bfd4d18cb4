import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ChangeBlame } from "@boocode/shared/changes/change-blame";
import type { PendingChange } from "@boocode/shared/changes/pending-change";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTurns } from "./turns-fixture.ts";

type Turns = Awaited<ReturnType<typeof createTurns>>;

/** Whose each line is, by name: an agent, "you", "base". */
function names(blame: ChangeBlame) {
  const nameOf = (place: number) => blame.writers[place]!.agent ?? "you";
  return {
    lines: blame.lines.map((by) => (by === "base" ? "base" : nameOf(by))),
    removed: blame.removed.map((by) => (by === null ? null : nameOf(by))),
  };
}

async function blameOf({ changeDiffs, pending, sessionId }: Turns, path: string): Promise<ChangeBlame> {
  const row = (await pending.list(sessionId)).find((change) => change.path === path) as PendingChange;
  return changeDiffs.blame(sessionId, row.id);
}

describe("blame", () => {
  it("tells two agents and the person apart, line by line, with the turn of each", async () => {
    await using setup = await createTurns({ "a.txt": "one\ntwo\nthree\nfour\n" });
    const { changeDiffs, pending, sessionId } = setup;
    await setup.turn("qwen", () => setup.write({ "a.txt": "zero\none\ntwo\nthree\nfour\n" }));
    await setup.write({ "a.txt": "zero\none\n2\nthree\nfour\n" });
    expect(await pending.refresh(sessionId)).toBe("changed");
    const last = await setup.turn("goose", () => setup.write({ "a.txt": "zero\none\n2\nthree\nfive\nsix" }));
    const blame = await blameOf(setup, "a.txt");
    expect(names(blame)).toEqual({
      lines: ["qwen", "base", "you", "base", "goose", "goose"],
      removed: [null, "you", null, "goose"],
    });
    expect(blame.writers.find(({ agent }) => agent === "goose")).toEqual({
      agent: "goose",
      taskId: "task-2",
      chatId: "chat-goose",
      prompt: null,
      commit: last.after.commit,
      at: 1_700_000_000_000,
    });
    expect(blame.writers.find(({ agent }) => agent === null)).toMatchObject({ taskId: null, chatId: null, prompt: null });
    const [row] = await pending.list(sessionId);
    const { hunks } = await changeDiffs.diff(sessionId, row!.id);
    expect(hunks).toMatchObject([{ agent: "goose", agents: ["goose", null, "qwen"] }]);
    expect(row).toMatchObject({ agent: "goose", agents: ["goose", null, "qwen"] });
  });

  it("follows a file through names, and forgets what was undone", async () => {
    const text = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join("");
    await using setup = await createTurns({ "old.txt": text, "gone.txt": "1\n2\n", "b.txt": "b\n" });
    const at = (name: string) => join(setup.worktree.path, name);
    await setup.turn("qwen", async () => {
      await setup.write({ "old.txt": `qwen\n${text}`, "gone.txt": "1\n", "b.txt": "qwen\n" });
    });
    await setup.turn("goose", async () => {
      await rename(at("old.txt"), at("new.txt"));
      await rm(at("gone.txt"));
      await setup.write({ "b.txt": "b\n" });
    });
    await setup.turn("pi", () => setup.write({ "b.txt": "b\npi\n", "new.txt": `qwen\n${text}pi\n` }));
    const renamed = names(await blameOf(setup, "new.txt"));
    expect(renamed.lines).toEqual(["qwen", ...Array.from({ length: 20 }, () => "base"), "pi"]);
    expect(names(await blameOf(setup, "gone.txt"))).toEqual({ lines: [], removed: ["goose", "qwen"] });
    expect(names(await blameOf(setup, "b.txt"))).toEqual({ lines: ["base", "pi"], removed: [null] });
  });

  it("has no lines for what has none, and says where a file is too long", async () => {
    await using setup = await createTurns({ "a.bin": Buffer.from([0, 1]), "empty.txt": "x\n" });
    await setup.turn("qwen", () =>
      setup.write({ "a.bin": Buffer.from([0, 2]), "empty.txt": "", "long.txt": "x\n".repeat(50_001), "fits.txt": "x\n".repeat(50_000) }),
    );
    expect(await blameOf(setup, "a.bin")).toMatchObject({ view: "none" });
    expect(names(await blameOf(setup, "empty.txt"))).toEqual({ lines: [], removed: ["qwen"] });
    expect(await blameOf(setup, "long.txt")).toMatchObject({ view: "too_large", lines: [], writers: [] });
    expect((await blameOf(setup, "fits.txt")).lines).toHaveLength(50_000);
  });

  it("works in a shallow clone, whose base has no parents to look at", async () => {
    await using setup = await createTurns({ "a.txt": "one\n" });
    await setup.repository.git("commit", "--allow-empty", "--quiet", "-m", "second");
    await setup.repository.git("commit", "--allow-empty", "--quiet", "-m", "third");
    await writeFile(join(setup.repository.path, ".git", "shallow"), `${setup.worktree.baseCommit}\n`);
    await setup.write({ "a.txt": "one\nby hand\n" });
    expect(await setup.pending.refresh(setup.sessionId)).toBe("changed");
    expect(names(await blameOf(setup, "a.txt")).lines).toEqual(["base", "you"]);
  });
});

const WHO = ["qwen", "goose", null] as const;
const NAMES = ["a.txt", "dir/b ü.txt"];
const edit = fc.record({ file: fc.constantFrom(...NAMES), at: fc.nat(30), cut: fc.nat(3), put: fc.nat(3) });
const batch = fc.record({
  who: fc.constantFrom(...WHO),
  edits: fc.array(edit, { minLength: 1, maxLength: 3 }),
  ending: fc.constantFrom("\n", "\r\n"),
});

it("is exact for every line, whatever two agents and a person do in whatever order", async () => {
  const start = (name: string) => Array.from({ length: 8 }, (_, line) => ({ text: `${name} ${line}\n`, by: "base" }));
  const toFiles = (files: ReadonlyMap<string, { text: string }[]>) =>
    Object.fromEntries([...files].map(([name, lines]) => [name, lines.map(({ text }) => text).join("")]));
  const begin = () => new Map(NAMES.map((name) => [name, start(name)]));
  await using setup = await createTurns(toFiles(begin()));
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 5 }), async (batches) => {
      // All is as in the base again, by hand: what was before counts no more.
      const files = begin();
      await setup.write(toFiles(files));
      await setup.pending.refresh(setup.sessionId);
      expect(await setup.pending.list(setup.sessionId)).toEqual([]);
      const removed = new Map(NAMES.map((name) => [name, start(name).map((): string | null => null)]));
      for (const { who, edits, ending } of batches) {
        const by = who ?? "you";
        for (const { file, at, cut, put } of edits) {
          const lines = files.get(file)!;
          const fresh = Array.from({ length: put }, () => ({ text: `fresh ${++count}${ending}`, by }));
          for (const gone of lines.splice(Math.min(at, lines.length), cut, ...fresh)) {
            if (gone.by === "base") removed.get(file)![Number(/ (\d+)\n$/.exec(gone.text)![1])] = by;
          }
        }
        if (who !== null) await setup.turn(who, () => setup.write(toFiles(files)));
        else {
          await setup.write(toFiles(files));
          await setup.pending.refresh(setup.sessionId);
        }
      }
      const rows = await setup.pending.list(setup.sessionId);
      expect(rows.map(({ path }) => path)).toEqual(
        NAMES.filter((name) => files.get(name)!.some(({ by }) => by !== "base") || removed.get(name)!.some((by) => by !== null)),
      );
      for (const { path } of rows) {
        expect(names(await blameOf(setup, path))).toEqual({ lines: files.get(path)!.map(({ by }) => by), removed: removed.get(path) });
      }
    }),
    { numRuns: 12 },
  );
});
