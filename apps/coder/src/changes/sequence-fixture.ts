import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findEdit } from "@boocode/db/stores/changes/edit-store";
import { findLiveWorktree } from "@boocode/db/stores/worktree-store";
import type { StagedAuthor } from "@boocode/shared/changes/staged/staged-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { FaultKind } from "@boocode/shared/faults/fault";
import { AgentId, type ChangeId, ChatId, type EditId, TaskId } from "@boocode/shared/ids";
import { expect } from "vitest";
import { removeTemporaries, snapshot } from "./edits/edit-cases-fixture.ts";
import { createTurns } from "./turns-fixture.ts";

/** A random choice of one step: `which` and `where` are taken modulo what there is to choose from. */
export interface Step {
  which: number;
  where: number;
  /** Whether somebody edits the checkout while files are written. */
  isRaced: boolean;
}

export type Act = (world: World, step: Step) => Promise<void>;
export type Content = ReadonlyMap<string, string>;

const PATHS = ["a.txt", "dir/b.txt", "dir/deep/c.txt"];
/** Places in a file that are far enough from each other to be merged. */
const PLACES = [2, 12, 22];
const lines = (name: string) => Array.from({ length: 25 }, (_, line) => `${name} ${line}\n`);

/** Failures that leave everything as it was. */
const HARMLESS: ReadonlySet<FaultKind> = new Set([
  "apply_conflict",
  "moved_on",
  "stale_change",
  "edit_needs_attention",
  "edit_not_found",
  "edit_refused",
  "turn_not_restorable",
]);

export type World = Awaited<ReturnType<typeof createWorld>>;

/**
 * A session in which agents, the person and BooCode write by turns, for properties over sequences. Everybody's lines carry a mark of their
 * own, so that a lost line is found.
 */
export async function createWorld() {
  const setup = await createTurns(Object.fromEntries(PATHS.map((path) => [path, lines(path).join("")])));
  const { repository, worktree, sessionId } = setup;
  const index = readFileSync(join(repository.path, ".git/index"));
  let marks = 0;
  const world = Object.assign(setup, {
    /** Edits that may be taken back. */
    applied: [] as EditId[],
    rejected: [] as EditId[],
    written: [] as EditId[],
    restored: [] as EditId[],
    /** Turns that may be restored. */
    tasks: [] as TaskId[],
    checkout: () => snapshot(repository.path),
    tree: () => snapshot(worktree.path),
    /** Writes a marked line somewhere, or deletes or makes a file. */
    edit(root: string, who: string, { which, where }: Step): void {
      const path = PATHS[where % PATHS.length]!;
      const file = join(root, path);
      const mark = `${who} ${marks++}\n`;
      const found = readOrNull(file);
      if (which % 9 === 0 && found !== null) return rmSync(file);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, markLine(found ?? lines(path).join(""), mark, which));
    },
    /** Stages a marked line somewhere, or a deletion or a new file, as an agent in review mode. Nothing on disk changes. */
    async stage({ which, where }: Step, by: StagedAuthor = REVIEWER): Promise<void> {
      const path = PATHS[where % PATHS.length]!;
      const before = world.tree();
      const isStaged = (await setup.staged.list(sessionId)).some((edit) => edit.path === path);
      const staged = (await setup.staged.read(sessionId, [path], 1_000_000)).get(path);
      const found = isStaged ? (staged ?? null) : readBytes(join(worktree.path, path));
      const text = markLine(found === null ? lines(path).join("") : Buffer.from(found).toString(), `staged ${marks++}\n`, which);
      const content = which % 9 === 0 && found !== null ? null : Buffer.from(text);
      await setup.staged.stage(sessionId, [content === null ? { path, content } : { path, content, seen: found }], by);
      expect(world.tree()).toEqual(before);
    },
    /** Writes staged changes to the worktree: no line is lost but those that the staged edits were made over. */
    async writeStaged(step: Step, changeIds: readonly ChangeId[]): Promise<EditId | null> {
      const over = (await setup.staged.list(sessionId)).flatMap(({ base }) => base?.oid ?? []);
      const known = await Promise.all(over.map((oid) => repository.git("cat-file", "blob", oid)));
      const before = marksIn(world.tree()).filter((mark) => !known.some((text) => text.includes(`${mark}\n`) || text.endsWith(mark)));
      const tree = world.tree();
      const written = await world.judge(step, ({ stagedWrites }) => stagedWrites.write({ sessionId, changeIds: [...changeIds] }));
      if (written === null) expect(world.tree()).toEqual(tree);
      else expect(marksIn(world.tree())).toEqual(expect.arrayContaining(before));
      return written && written.writeId;
    },
    /** Restores to before a turn, with consent where others have worked over it since: nothing that it staged is left. */
    async restore(step: Step, taskId: TaskId): Promise<void> {
      const restored = await world.judge(step, async ({ restore }) => {
        const consent = await restore.restore({ taskId }).then(
          () => undefined,
          ({ fault }: DomainError) => ("consent" in fault ? fault.consent : undefined),
        );
        return restore.restore({ taskId, consent });
      });
      if (!restored) return;
      world.restored.push(restored.restoreId);
      const steps = (await setup.staged.list(sessionId)).flatMap((edit) => edit.steps);
      expect(steps.filter((each) => each.taskId === taskId)).toEqual([]);
    },
    /** Takes a restore back: exactly what was staged is staged again. */
    async undoRestore(step: Step, restoreId: EditId): Promise<void> {
      const edit = (await findEdit(setup.db.read, restoreId))!;
      if (edit.state !== "done") return;
      const undone = await world.judge(step, ({ restore }) => restore.undo({ sessionId, restoreId }));
      if (!undone) return;
      const rows = new Map((await setup.staged.list(sessionId)).map((row) => [row.path, row]));
      for (const { path, from } of edit.staged) expect(rows.get(path) ?? null).toEqual(from);
    },
    /** Rejects staged changes. Nothing on disk changes. */
    async rejectStaged(step: Step, changeIds: readonly ChangeId[]): Promise<void> {
      const before = world.tree();
      const rejected = await world.judge(step, ({ reject }) => reject.reject({ sessionId, changeIds: [...changeIds] }));
      if (rejected) world.rejected.push(rejected.rejectId);
      expect(world.tree()).toEqual(before);
    },
    /** Lets BooCode write, and checks that nothing of anybody is lost. Returns null if it refused. */
    async judge<T>(step: Step, work: (parts: ReturnType<typeof setup.openEdits>) => Promise<T>): Promise<T | null> {
      const before = world.checkout();
      const edited: { before: Content; after: Content }[] = [];
      const failpoint = (name: string) => {
        if (!step.isRaced || name !== "edit.file.0" || edited.length > 0) return;
        const untouched = world.checkout();
        // A line that comes, since what the racer itself removes is not lost; in the file that is written last.
        world.edit(repository.path, "racer", { ...step, which: step.which * 36 + 3, where: PATHS.length - 1 });
        edited.push({ before: untouched, after: world.checkout() });
      };
      try {
        const result = await work(setup.openEdits(failpoint));
        world.expectKept(before);
        return result;
      } catch (error) {
        if (!(error instanceof DomainError) || !HARMLESS.has(error.fault.kind)) throw error;
        if (error.fault.kind === "edit_needs_attention") await world.settle();
        // All is as before, but for what somebody else has done meanwhile.
        const expected = new Map(before);
        for (const race of edited) {
          for (const path of new Set([...race.before.keys(), ...race.after.keys()])) {
            const now = race.after.get(path);
            if (now === race.before.get(path)) continue;
            if (now === undefined) expected.delete(path);
            else expected.set(path, now);
          }
        }
        expect(world.checkout()).toEqual(expected);
        return null;
      } finally {
        expect(removeTemporaries(repository.path)).toBe(0);
        expect(readFileSync(join(repository.path, ".git/index"))).toEqual(index);
      }
    },
    /** The person takes back what could not be finished. */
    async settle(): Promise<void> {
      for (const { id, state } of await setup.apply.list(sessionId)) {
        if (state === "needs_attention") await setup.apply.settle({ sessionId, editId: id, to: "before" });
      }
    },
    /** Every line that the person has in the checkout is still there. */
    expectKept(before: Content): void {
      const marksOf = (content: Content) => [...content.values()].join("").match(/(?:person|racer) \d+/g) ?? [];
      expect(marksOf(world.checkout())).toEqual(expect.arrayContaining(marksOf(before)));
    },
    /** Base + pending = worktree, whatever is staged over it. */
    async expectWhole(): Promise<void> {
      await setup.pending.refresh(sessionId);
      const { baseTree } = (await findLiveWorktree(setup.db.read, sessionId))!;
      const rows = (await setup.pending.list(sessionId)).filter(({ location }) => location === "worktree");
      const listed = await repository.git("ls-tree", "-r", baseTree);
      const base = new Map(listed.split("\n").flatMap((line) => toEntry(/^100644 blob ([0-9a-f]+)\t(.*)$/.exec(line))));
      const now = new Map([...world.tree()].map(([path, content]) => [path, toOid(content)]));
      const differs = [...new Set([...base.keys(), ...now.keys()])].filter((path) => base.get(path) !== now.get(path));
      expect(rows.flatMap(({ path, previousPath }) => (previousPath === undefined ? [path] : [path, previousPath])).toSorted()).toEqual(
        differs.toSorted(),
      );
    },
  });
  return world;
}

/** Replaces a line by a marked one, or puts one before it. */
function markLine(text: string, mark: string, which: number): string {
  const now = text.split(/(?<=\n)/);
  if (which % 4 === 3) now.splice(PLACES[which % PLACES.length]!, 0, mark);
  else now[PLACES[which % PLACES.length]!] = mark;
  return now.join("");
}

const REVIEWER = { agent: AgentId.parse("boocode"), chatId: ChatId.parse("chat-review"), taskId: TaskId.parse("task-review") };
const marksIn = (content: Content) => [...content.values()].join("").match(/(?:person|racer|hand|agent|staged) \d+(?=\n)/g) ?? [];

function readBytes(file: string): Uint8Array | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

const toEntry = (found: RegExpExecArray | null) => (found ? [[found[2]!, found[1]!] as const] : []);

/** The git id of a plain file of a snapshot. */
function toOid(content: string): string {
  const text = content.replace(/^file /, "");
  return createHash("sha1").update(`blob ${text.length}\0${text}`, "latin1").digest("hex");
}
