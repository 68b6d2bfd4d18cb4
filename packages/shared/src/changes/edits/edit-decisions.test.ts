import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChangeId, EditId } from "../../ids.ts";
import { buildChange } from "../../testing/build.ts";
import { MAX_LISTED_CHANGES, type PendingChange } from "../pending-change.ts";
import { STAGED_LIMITS } from "../staged/staged-edit.ts";
import { bringBackRows } from "./bring-back-rows.ts";
import { canUndo } from "./can-undo.ts";
import { decideEditRecovery, type EditRecovery, type RecoveredFile } from "./decide-edit-recovery.ts";
import { JudgeInput, UNDO_KEPT_MS, type Edit } from "./edit.ts";
import type { FileState } from "./file-edit.ts";
import { isFound, toEditPaths, type FoundState } from "./found-state.ts";

const files = (...holds: RecoveredFile["holds"][]): RecoveredFile[] => holds.map((each, at) => ({ path: `${at}`, holds: each }));

describe("decideEditRecovery", () => {
  const cases: { name: string; state: "started" | "reverting"; files: RecoveredFile[]; expected: EditRecovery }[] = [
    { name: "nothing is written", state: "started", files: files("before", "before"), expected: { kind: "forward", paths: ["0", "1"] } },
    { name: "some is written", state: "started", files: files("after", "before"), expected: { kind: "forward", paths: ["1"] } },
    { name: "all is written", state: "started", files: files("after", "after"), expected: { kind: "forward", paths: [] } },
    { name: "no files", state: "started", files: [], expected: { kind: "forward", paths: [] } },
    { name: "a third content", state: "started", files: files("after", "third", "before"), expected: { kind: "attention", paths: ["1"] } },
    { name: "taking back", state: "reverting", files: files("after", "before"), expected: { kind: "back", paths: ["0"] } },
    { name: "taken back", state: "reverting", files: files("before"), expected: { kind: "back", paths: [] } },
    { name: "a power cut while writing", state: "started", files: files("lost", "after"), expected: { kind: "forward", paths: ["0"] } },
    { name: "a power cut while taking back", state: "reverting", files: files("before", "lost"), expected: { kind: "back", paths: ["1"] } },
    { name: "taking back, edited", state: "reverting", files: files("third"), expected: { kind: "attention", paths: ["0"] } },
  ];
  it.each(cases)("$name", ({ state, files: given, expected }) => {
    expect(decideEditRecovery(state, given)).toEqual(expected);
  });

  it("writes no path that holds a third content, and asks a person exactly if there is one", () => {
    const holds = fc.array(fc.constantFrom<RecoveredFile["holds"]>("before", "after", "lost", "third"));
    fc.assert(
      fc.property(holds, fc.constantFrom("started" as const, "reverting" as const), (given, state) => {
        const { kind, paths } = decideEditRecovery(state, files(...given));
        expect(kind === "attention").toBe(given.includes("third"));
        const wanted = kind === "attention" ? ["third"] : [state === "started" ? "before" : "after", "lost"];
        expect(paths).toEqual(files(...given).flatMap(({ path, holds: each }) => (wanted.includes(each) ? [path] : [])));
      }),
    );
  });
});

describe("isFound", () => {
  const state: FileState = { mode: "100644", oid: "a".repeat(40) };
  const paths = toEditPaths(["dir/deep/a", "dir/b", "file"]);
  const cases: { name: string; found: FoundState; expected: FileState; path: string; is: boolean }[] = [
    { name: "nothing where nothing is expected", found: { kind: "nothing" }, expected: null, path: "file", is: true },
    { name: "nothing where a file is expected", found: { kind: "nothing" }, expected: state, path: "file", is: false },
    { name: "the file", found: { kind: "file", state }, expected: state, path: "file", is: true },
    { name: "another mode", found: { kind: "file", state: { ...state, mode: "100755" } }, expected: state, path: "file", is: false },
    { name: "a file where nothing is expected", found: { kind: "file", state }, expected: null, path: "file", is: false },
    { name: "a folder that the edit empties", found: { kind: "folder" }, expected: null, path: "dir", is: true },
    { name: "a folder of somebody else", found: { kind: "folder" }, expected: null, path: "other", is: false },
    { name: "a folder where a file is expected", found: { kind: "folder" }, expected: state, path: "dir", is: false },
    { name: "below a file of the edit", found: { kind: "blocked", by: "file", isLink: false }, expected: null, path: "file/a", is: true },
    {
      name: "below a link of somebody else",
      found: { kind: "blocked", by: "link", isLink: true },
      expected: null,
      path: "link/a",
      is: false,
    },
    { name: "a device", found: { kind: "other" }, expected: null, path: "file", is: false },
  ];
  it.each(cases)("$name", ({ found, expected, path, is }) => {
    expect(isFound(found, expected, paths, path)).toBe(is);
  });

  it("lists every folder above the paths once", () => {
    expect([...paths.folders].toSorted()).toEqual(["dir", "dir/deep"]);
  });
});

describe("bringBackRows", () => {
  const row = (path: string, agents: string[]) =>
    buildChange({ id: ChangeId.parse(`chg_${path}_${agents.join("_")}`), path, agents: agents as PendingChange["agents"] });
  it("adds what is not pending, and lists earlier authors after the present ones", () => {
    const merged = bringBackRows([row("a", ["goose"]), row("b", ["pi"])], [row("a", ["qwen", "goose"]), row("c", ["qwen"])]);
    expect(merged.map(({ path, agents }) => [path, agents])).toEqual([
      ["a", ["goose", "qwen"]],
      ["b", ["pi"]],
      ["c", ["qwen"]],
    ]);
  });
});

describe("canUndo", () => {
  const done = { state: "done", undoes: null, endedAt: 1_000 } as const;
  const cases: [string, Pick<Edit, "state" | "undoes" | "endedAt">, number, boolean][] = [
    ["done", done, 2_000, true],
    ["done, at the end of its time", done, 999 + UNDO_KEPT_MS, true],
    ["done too long ago", done, 1_000 + UNDO_KEPT_MS, false],
    ["an undo", { ...done, undoes: EditId.parse("edit_1") }, 2_000, false],
    ["undone", { ...done, state: "undone" }, 2_000, false],
    ["failed", { ...done, state: "failed" }, 2_000, false],
    ["under way", { ...done, state: "started", endedAt: null }, 2_000, false],
  ];
  it.each(cases)("%s", (_, edit, now, can) => {
    expect(canUndo(edit, now)).toBe(can);
  });
});

it("takes all that can be listed in one request, the staged edits too", () => {
  const changeIds = (count: number) => Array.from({ length: count }, (_, at) => `chg_${at}`);
  const isTaken = (count: number) => JudgeInput.safeParse({ sessionId: "session-1", changeIds: changeIds(count) }).success;
  expect([isTaken(MAX_LISTED_CHANGES + STAGED_LIMITS.files), isTaken(MAX_LISTED_CHANGES + STAGED_LIMITS.files + 1)]).toEqual([true, false]);
});
