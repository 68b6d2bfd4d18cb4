import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { PendingChange } from "@boocode/shared/changes/pending-change";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTurns } from "../turns-fixture.ts";

type Turns = Awaited<ReturnType<typeof createTurns>>;

/** Whose each line is, by name: an agent, "you", "base". */
async function namesOf({ pending, changeDiffs, sessionId }: Turns, path: string) {
  const row = (await pending.list(sessionId)).find((change) => change.path === path) as PendingChange;
  const { lines, removed, writers } = await changeDiffs.blame(sessionId, row.id);
  const nameOf = (place: number) => writers[place]!.agent ?? "you";
  return {
    lines: lines.map((by) => (by === "base" ? "base" : nameOf(by))),
    removed: removed.map((by) => (by === null ? null : nameOf(by))),
  };
}

describe("blame after BooCode itself wrote", () => {
  it("names the agent again when a reject is undone, of a file, an addition, a deletion and a renamed file", async () => {
    const text = Array.from({ length: 20 }, (_, line) => `line ${line}\n`).join("");
    await using setup = await createTurns({ "a.txt": "one\ntwo\n", "gone.txt": "1\n2\n", "old.txt": text });
    const at = (name: string) => join(setup.worktree.path, name);
    const edit = async () => {
      await setup.write({ "a.txt": "one\n2\ntwo\n", "new.txt": "x\ny\n" });
      await rm(at("gone.txt"));
      await rename(at("old.txt"), at("moved.txt"));
      await setup.write({ "moved.txt": `${text}goose\n` });
    };
    await setup.turn("qwen", () => setup.write({ "new.txt": "x\n", "gone.txt": "1\n" }));
    await setup.turn("goose", edit);
    for (let round = 0; round < 2; round++) {
      await setup.own(async () => {
        await setup.write({ "a.txt": "one\ntwo\n", "gone.txt": "1\n2\n", "old.txt": text });
        await Promise.all([rm(at("new.txt")), rm(at("moved.txt"))]);
      });
      expect(await setup.pending.list(setup.sessionId)).toEqual([]);
      await setup.own(async () => {
        await edit();
      });
      expect(await namesOf(setup, "a.txt")).toEqual({ lines: ["base", "goose", "base"], removed: [null, null] });
      expect(await namesOf(setup, "new.txt")).toEqual({ lines: ["qwen", "goose"], removed: [] });
      expect(await namesOf(setup, "gone.txt")).toEqual({ lines: [], removed: ["goose", "qwen"] });
      expect(await namesOf(setup, "moved.txt")).toEqual({
        lines: [...Array.from({ length: 20 }, () => "base"), "goose"],
        removed: Array.from({ length: 20 }, () => null),
      });
    }
  });

  it("keeps the authors of what was not rejected, and those of an agent that goes on afterwards", async () => {
    await using setup = await createTurns({ "a.txt": "1\n2\n3\n4\n5\n" });
    await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n1\n3\n4\n5\n" }));
    await setup.turn("goose", () => setup.write({ "a.txt": "qwen\n1\n3\n4\n5\ngoose\n" }));
    await setup.own(() => setup.write({ "a.txt": "qwen\n1\n2\n3\n4\n5\n" }));
    expect(await namesOf(setup, "a.txt")).toEqual({
      lines: ["qwen", "base", "base", "base", "base", "base"],
      removed: [null, null, null, null, null],
    });
    await setup.turn("pi", () => setup.write({ "a.txt": "qwen\n1\n2\n3\npi\n" }));
    expect(await namesOf(setup, "a.txt")).toEqual({
      lines: ["qwen", "base", "base", "base", "pi"],
      removed: [null, null, null, "pi", "pi"],
    });
  });

  it("follows a base that was applied in part and is nowhere among the checkpoints, also after the file is deleted", async () => {
    await using setup = await createTurns({ "a.txt": "1\n2\n3\n4\n5\n" });
    await setup.turn("qwen", () => setup.write({ "a.txt": "qwen\n1\n3\n4\nfive\n" }));
    await setup.moveBase({ "a.txt": "qwen\n1\n2\n3\n4\n5\n" });
    expect(await namesOf(setup, "a.txt")).toEqual({
      lines: ["base", "base", "base", "base", "qwen"],
      removed: [null, null, "qwen", null, null, "qwen"],
    });
    await setup.turn("goose", () => setup.write({ "a.txt": "1\n3\ngoose\n4\nfive\n" }));
    expect(await namesOf(setup, "a.txt")).toEqual({
      lines: ["base", "base", "goose", "base", "qwen"],
      removed: ["goose", null, "qwen", null, null, "qwen"],
    });
    await setup.turn("pi", () => rm(join(setup.worktree.path, "a.txt")));
    expect(await namesOf(setup, "a.txt")).toEqual({ lines: [], removed: ["goose", "pi", "qwen", "pi", "pi", "qwen"] });
  });

  it.each(["qwen", "you"])(
    "names %s again when a reject is undone that had left just the base, of which a part was applied",
    async (by) => {
      await using setup = await createTurns({ "a.txt": "1\n2\n3\n4\n5\n" });
      const edit = () => setup.write({ "a.txt": "1\n3\nx\n4\n5\ny\n" });
      if (by !== "you") await setup.turn(by, edit);
      else await edit().then(() => setup.pending.refresh(setup.sessionId));
      await setup.moveBase({ "a.txt": "1\n2\n3\n4\n5\ny\n" });
      for (let round = 0; round < 2; round++) {
        await setup.own(() => setup.write({ "a.txt": "1\n2\n3\n4\n5\ny\n" }));
        expect(await setup.pending.list(setup.sessionId)).toEqual([]);
        await setup.own(edit);
        expect(await namesOf(setup, "a.txt")).toEqual({
          lines: ["base", "base", by, "base", "base", "base"],
          removed: [null, by, null, null, null, null],
        });
      }
    },
  );

  it("follows a new file of which a part was applied", async () => {
    await using setup = await createTurns();
    await setup.turn("qwen", () => setup.write({ "new.txt": "1\n2\n" }));
    await setup.moveBase({ "new.txt": "1\n" });
    await setup.turn("goose", () => setup.write({ "new.txt": "2\n3\n" }));
    expect(await namesOf(setup, "new.txt")).toEqual({ lines: ["qwen", "goose"], removed: ["goose"] });
  });
});

interface Line {
  text: string;
  by: string;
}

const NAMES = ["a.txt", "dir/b ü.txt"];
const edit = fc.record({ at: fc.nat(30), cut: fc.nat(3), put: fc.nat(3) });
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("qwen", "goose", "you"),
      file: fc.nat(1),
      edits: fc.array(edit, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("apply" as const, "reject" as const),
      file: fc.nat(1),
      chosen: fc.infiniteStream(fc.boolean()),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("undo" as const) }) },
);

/** One file as somebody who watched would know it. No two lines are alike. */
interface Watched {
  base: Line[];
  lines: Line[];
}

/** Takes the chosen differences from one side to the other. Equal lines are always in the same order. */
function mix(to: readonly Line[], from: readonly Line[], isChosen: () => boolean): Line[] {
  const isIn = (lines: readonly Line[], line: Line | undefined) => line !== undefined && lines.some(({ text }) => text === line.text);
  const mixed: Line[] = [];
  for (let a = 0, b = 0; a < to.length || b < from.length;) {
    const own: Line[] = [];
    const others: Line[] = [];
    while (a < to.length && !isIn(from, to[a])) own.push(to[a++]!);
    while (b < from.length && !isIn(to, from[b])) others.push(from[b++]!);
    if (own.length + others.length > 0) mixed.push(...(isChosen() ? others : own));
    if (a < to.length) mixed.push(to[a++]!);
    b++;
  }
  return mixed;
}

it("is exact for every line, whatever agents and the person write, apply, reject and undo", async () => {
  let count = 0;
  const toText = (lines: readonly Line[]) => lines.map(({ text }) => text).join("");
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 9 }), async (steps) => {
      const start = (name: string) => Array.from({ length: 8 }, (_, line): Line => ({ text: `${name} ${line}\n`, by: "start" }));
      const files = new Map(NAMES.map((name): [string, Watched] => [name, { base: start(name), lines: start(name) }]));
      const removers = new Map<string, string>();
      await using setup = await createTurns(Object.fromEntries([...files].map(([name, { base }]) => [name, toText(base)])));
      let undoable: { name: string; lines: Line[] } | null = null;
      for (const next of steps) {
        if (next.do === "undo") {
          if (undoable === null) continue;
          const { name, lines } = undoable;
          files.get(name)!.lines = lines;
          await setup.own(() => setup.write({ [name]: toText(lines) }));
          undoable = null;
          continue;
        }
        const name = NAMES[next.file]!;
        const file = files.get(name)!;
        if ("chosen" in next && next.do === "apply") {
          file.base = mix(file.base, file.lines, () => next.chosen.next().value as boolean);
          await setup.moveBase({ [name]: toText(file.base) });
        } else if ("chosen" in next) {
          undoable = { name, lines: file.lines };
          file.lines = mix(file.lines, file.base, () => next.chosen.next().value as boolean);
          await setup.own(() => setup.write({ [name]: toText(file.lines) }));
        } else {
          undoable = null;
          const by = next.do;
          file.lines = [...file.lines];
          for (const { at, cut, put } of next.edits) {
            const fresh = Array.from({ length: put }, () => ({ text: `fresh ${++count}\n`, by }));
            for (const { text } of file.lines.splice(Math.min(at, file.lines.length), cut, ...fresh)) removers.set(text, by);
          }
          const work = () => setup.write({ [name]: toText(file.lines) });
          if (by === "you") await work().then(() => setup.pending.refresh(setup.sessionId));
          else await setup.turn(by, work);
        }
      }
      const rows = await setup.pending.list(setup.sessionId);
      expect(rows.map(({ path }) => path)).toEqual(
        NAMES.filter((name) => toText(files.get(name)!.base) !== toText(files.get(name)!.lines)),
      );
      for (const { path } of rows) {
        const { base, lines } = files.get(path)!;
        const isIn = (list: readonly Line[], { text }: Line) => list.some((line) => line.text === text);
        expect(await namesOf(setup, path)).toEqual({
          lines: lines.map((line) => (isIn(base, line) ? "base" : line.by)),
          removed: base.map((line) => (isIn(lines, line) ? null : removers.get(line.text))),
        });
      }
    }),
    { numRuns: 12 },
  );
});
