import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { insertEdit } from "@boocode/db/stores/changes/edit-store";
import { JudgeInput } from "@boocode/shared/changes/edits/edit";
import { EditId } from "@boocode/shared/ids";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, onTestFinished } from "vitest";
import { FileWriter } from "../../src/changes/edits/files/file-writer.ts";
import { createTurns } from "../../src/changes/turns-fixture.ts";
import type { SizeLimit } from "./size-limit.ts";

const { session: sessionId, project: projectId, worktree: worktreeId } = BUILT_IDS;
const ids = (count: number) => Array.from({ length: count }, (_, place) => `chg_${place}`);

/** What a person judges at once, and what is written for it. */
export const EDIT_LIMITS: readonly SizeLimit[] = [
  {
    name: "changes judged at once",
    figure: "11,000",
    over: "refused with `invalid_input` (400)",
    check(limit) {
      const take = (count: number) => JudgeInput.safeParse({ sessionId, changeIds: ids(count) }).success;
      expect([take(limit), take(limit + 1)]).toEqual([true, false]);
    },
  },
  {
    name: "hunks judged of one change",
    figure: "10,000",
    over: "refused with `invalid_input` (400)",
    check(limit) {
      const take = (count: number) => {
        const hunks = [{ changeId: "chg_0", hunks: Array.from({ length: count }, (_, place) => place) }];
        return JudgeInput.safeParse({ sessionId, changeIds: ids(1), hunks }).success;
      };
      expect([take(limit), take(limit + 1)]).toEqual([true, false]);
    },
  },
  {
    name: "file that an edit writes",
    figure: "512 MB",
    over: "refused with `edit_refused` (412); nothing is written",
    async check(limit) {
      await using folder = await createTempFolder();
      const oid = "a".repeat(40);
      const file = { root: "checkout", path: "a.bin", before: null, after: { mode: "100644", oid } } as const;
      // The size alone decides: nothing of that size is read here.
      const prepare = (size: number) => {
        const contents = { measure: async () => new Map([[oid, size]]), readEach: async () => {} } as never;
        const reader = { readContent: () => null } as never;
        const input = {
          root: folder.path,
          failpoint: () => {},
          contents,
          other: reader,
          look: () => reader,
          findAhead: () => null,
          draft: null,
        };
        return new FileWriter(input, [file], [file]).prepare();
      };
      await prepare(limit);
      await expect(prepare(limit + 1)).rejects.toThrow("too large");
    },
  },
  {
    name: "side of a conflict that is shown",
    figure: "1 MB",
    over: "named as too large, with its size",
    async check(limit) {
      const setup = await createTurns({ "a.txt": "a\n", "b.txt": "b\n" });
      onTestFinished(() => setup[Symbol.asyncDispose]());
      const of = (size: number) => `${"x".repeat(size - 1)}\n`;
      await setup.turn("qwen", () => setup.write({ "a.txt": of(limit), "b.txt": of(limit + 1) }));
      for (const name of ["a.txt", "b.txt"]) await writeFile(join(setup.repository.path, name), of(name === "a.txt" ? limit : limit + 1));
      const rows = await setup.pending.list(setup.sessionId);
      const sides = await Promise.all(rows.map(({ id }) => setup.apply.sides(setup.sessionId, id)));
      expect(sides.map(({ ours, theirs }) => [ours.kind, theirs.kind])).toEqual([
        ["text", "text"],
        ["too_large", "too_large"],
      ]);
    },
  },
  {
    name: "edits of a list",
    figure: "50",
    over: "not listed; the newest are",
    async check(limit) {
      const setup = await createTurns();
      onTestFinished(() => setup[Symbol.asyncDispose]());
      const rest = { kind: "apply", state: "done", files: [], base: [], baseBefore: null, baseAfter: null, staged: [] } as const;
      await setup.db.write("normal", async (tx) => {
        for (let at = 0; at <= limit; at++) {
          const id = EditId.parse(`edit_${at}`);
          const edit = { id, sessionId, projectId, worktreeId, judged: [], undoes: null, taskId: null, reason: null };
          await insertEdit(tx, { ...rest, ...edit, files: [], base: [], index: [], staged: [], createdAt: at, endedAt: at }, []);
        }
      });
      const listed = await setup.apply.list(setup.sessionId);
      expect(listed.map(({ createdAt }) => createdAt)).toEqual(Array.from({ length: limit }, (_, place) => limit - place));
    },
  },
];
