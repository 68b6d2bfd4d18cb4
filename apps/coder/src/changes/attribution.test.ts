import { rm } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createTurns } from "./turns-fixture.ts";

const LINES = 24;
const BASE = ["f0", "f1", "f2"];
const edit = fc.record({ do: fc.constant("edit" as const), file: fc.nat(5), at: fc.nat(30), cut: fc.nat(2), put: fc.nat(2) });
const step = fc.oneof(
  { weight: 6, arbitrary: edit },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("rename" as const), file: fc.nat(5), to: fc.constantFrom("r0", "r1", "r2") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), file: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("restore" as const), base: fc.constantFrom(...BASE) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("create" as const), name: fc.constantFrom("n0", "n1") }) },
);
const batch = fc.record({ who: fc.constantFrom("qwen", "goose", "you"), steps: fc.array(step, { maxLength: 3 }) });

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Line {
  text: string;
  by: string;
}

/** One file as somebody who watched would know it. */
interface Watched {
  base: string | null;
  /** Null: it is gone. */
  name: string | null;
  lines: Line[];
  removed: (string | null)[];
  agents: string[];
  edits: number;
}

/** A pending change, with whose each line is. */
interface Row {
  path: string;
  previousPath: string | undefined;
  agents: string[];
  lines: string[];
  removed: (string | null)[];
}

const baseLines = (base: string): Line[] =>
  Array.from({ length: LINES }, (_, line) => ({ text: `${base} unlike any other ${line} ${(line * 7919) % 101}\n`, by: "base" }));
const textOf = ({ lines }: Watched) => lines.map(({ text }) => text).join("");
const restored = (base: string): Watched => ({
  base,
  name: base,
  lines: baseLines(base),
  removed: baseLines(base).map(() => null),
  agents: [],
  edits: 0,
});
const isAtBase = (file: Watched) => file.base !== null && file.name === file.base && textOf(file) === textOf(restored(file.base));

/** So that no two lines are alike. */
let written = 0;

/** Takes one step in what is watched. Names that were taken when the go began stay taken: git would pair such files otherwise. */
function take(files: Watched[], next: Step, by: string, taken: ReadonlySet<string>): void {
  const isFree = (name: string) => !taken.has(name) && files.every((file) => file.name !== name);
  const fresh = (count: number) => Array.from({ length: count }, () => ({ text: `fresh ${++written}\n`, by }));
  if (next.do === "restore")
    Object.assign(
      files.find(({ base }) => base === next.base)!,
      restored(next.base),
      { edits: Infinity },
    );
  else if (next.do === "create") {
    if (isFree(next.name)) files.push({ base: null, name: next.name, lines: fresh(12), removed: [], agents: [], edits: 0 });
  } else {
    const live = files.filter(({ name, edits }) => name !== null && edits !== Infinity);
    const file = live[next.file % live.length];
    if (!file) return;
    const cut = (at: number, count: number, put: Line[]) => {
      for (const { text, by: writer } of file.lines.splice(at, count, ...put)) {
        if (writer === "base") file.removed[baseLines(file.base!).findIndex((line) => line.text === text)] = by;
      }
    };
    if (next.do === "rename") file.name = isFree(next.to) ? next.to : file.name;
    else if (next.do === "remove") {
      file.name = null;
      cut(0, file.lines.length, []);
    } else if (file.edits++ < 5 && file.lines.length > 4) cut(Math.min(next.at, file.lines.length), next.cut, fresh(next.put));
  }
}

it("is exact for every row and line, over names and over what goes back to its base, whatever two agents and a person do", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 6 }), async (batches) => {
      let files = BASE.map(restored);
      const toFiles = () => Object.fromEntries(files.flatMap((file) => (file.name === null ? [] : [[file.name, textOf(file)]])));
      await using setup = await createTurns(toFiles());
      for (const { who, steps } of batches) {
        const before = new Map(files.map((file) => [file, `${file.name} ${textOf(file)}`]));
        const onDisk = toFiles();
        for (const next of steps) take(files, next, who, new Set(Object.keys(onDisk)));
        for (const file of files) {
          if (isAtBase(file)) Object.assign(file, restored(file.base!));
          else if (before.get(file) !== `${file.name} ${textOf(file)}`) file.agents = [who, ...file.agents.filter((by) => by !== who)];
        }
        files = files.filter(({ base, name }) => base !== null || name !== null);
        const work = async () => {
          const wanted = toFiles();
          for (const name of Object.keys(onDisk)) if (!(name in wanted)) await rm(join(setup.worktree.path, name));
          await setup.write(Object.fromEntries(Object.entries(wanted).filter(([name, text]) => onDisk[name] !== text)));
        };
        if (who === "you") await work().then(() => setup.pending.refresh(setup.sessionId));
        else await setup.turn(who, work);
      }
      const expected: Row[] = files
        .filter((file) => !isAtBase(file))
        .map(({ base, name, lines, removed, agents }) => ({
          path: name ?? base ?? "",
          previousPath: base === null || name === null || name === base ? undefined : base,
          agents,
          lines: lines.map(({ by }) => by),
          removed,
        }));
      const found: Row[] = [];
      for (const { id, path, previousPath, agents } of await setup.pending.list(setup.sessionId)) {
        const { writers, lines, removed } = await setup.changeDiffs.blame(setup.sessionId, id);
        const nameOf = (place: number) => writers[place]!.agent ?? "you";
        found.push({
          path,
          previousPath,
          agents: agents.map((agent) => agent ?? "you"),
          lines: lines.map((by) => (by === "base" ? by : nameOf(by))),
          removed: removed.map((by) => (by === null ? by : nameOf(by))),
        });
      }
      const inOrder = (rows: Row[]) => rows.toSorted((a, b) => (a.path < b.path ? -1 : 1));
      expect(inOrder(found)).toEqual(inOrder(expected));
    }),
    { numRuns: 12 },
  );
});
