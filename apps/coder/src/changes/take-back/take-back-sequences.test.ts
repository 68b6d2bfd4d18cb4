import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findEdit } from "@boocode/db/stores/changes/edit-store";
import type { FileState } from "@boocode/shared/changes/edits/file-edit";
import { DomainError } from "@boocode/shared/faults/domain-error";
import type { EditId, TaskId } from "@boocode/shared/ids";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { removeTemporaries, snapshot } from "../edits/edit-cases-fixture.ts";
import { createTurns } from "../turns-fixture.ts";

// What survives a power cut is not the question here, so nothing waits for a disk.
if (existsSync("/dev/shm")) process.env["TMPDIR"] = "/dev/shm";

const PATHS = ["a.txt", "dir/b.txt", "dir/deep/c.txt", "new.txt"];
const PLACES = [2, 12, 22];
const lines = (name: string) => Array.from({ length: 25 }, (_, line) => `${name} ${line}\n`);
/** Failures that leave everything as it was. */
const HARMLESS = new Set([
  "moved_on",
  "stale_change",
  "edit_refused",
  "edit_not_found",
  "later_work",
  "turn_not_restorable",
  "apply_conflict",
]);

interface Step {
  which: number;
  where: number;
  /** Whether somebody edits the worktree while files are written. */
  isRaced: boolean;
}

type Content = ReadonlyMap<string, string>;
type Parts = ReturnType<Awaited<ReturnType<typeof createTurns>>["openEdits"]>;
type World = Awaited<ReturnType<typeof createWorld>>;

const oidOf = (text: string) =>
  createHash("sha1")
    .update(`blob ${Buffer.byteLength(text, "latin1")}\0`)
    .update(text, "latin1")
    .digest("hex");

function requireSame(path: string, found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new Error(`${path} holds ${String(found)}, not ${String(wanted)}`);
}

/** A session in which agents and the person write by turns, and BooCode takes some of it back. Every line that anybody writes is unique. */
async function createWorld() {
  const setup = await createTurns(Object.fromEntries(PATHS.slice(0, 3).map((path) => [path, lines(path).join("")])));
  const { worktree, repository, sessionId, db, pending } = setup;
  let marks = 0;
  const tree = () => snapshot(worktree.path);
  const listIds = async () => (await setup.apply.list(sessionId)).map(({ id }) => id);
  /** Whether a path holds a state. */
  const holds = (content: Content, path: string, state: FileState) => {
    const text = content.get(path);
    if (text === undefined || state === null) return text === undefined && state === null;
    return oidOf(text.slice(text.indexOf(" ") + 1)) === state.oid;
  };
  const world = Object.assign(setup, {
    tasks: [] as TaskId[],
    rejected: [] as EditId[],
    restored: [] as EditId[],
    applied: [] as EditId[],
    /** Writes a line of one's own somewhere, or deletes or makes a file. */
    edit(who: string, { which, where }: Step): void {
      const path = PATHS[where % PATHS.length]!;
      const file = join(worktree.path, path);
      const isThere = existsSync(file);
      if (which % 7 === 0 && isThere) return rmSync(file);
      const now = isThere ? readFileSync(file, "utf8").split(/(?<=\n)/) : which % 2 === 0 ? lines(path) : [];
      const mark = `${who} ${marks++}\n`;
      if (which % 3 === 0) now.splice(PLACES[which % PLACES.length]!, 0, mark);
      else now[Math.min(now.length, PLACES[which % PLACES.length]!)] = mark;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, now.join(""));
    },
    /** Lets BooCode write: all of it or nothing, and nothing of what others write meanwhile is lost. Returns null if it refused. */
    async judge(step: Step, work: (parts: Parts) => Promise<EditId>): Promise<EditId | null> {
      const before = tree();
      const race: { before: Content; after: Content }[] = [];
      const failpoint = (name: string) => {
        if (!step.isRaced || name !== "edit.file.0" || race.length > 0) return;
        const untouched = tree();
        world.edit("racer", step);
        race.push({ before: untouched, after: tree() });
      };
      const raced = (path: string) => race.some((each) => each.before.get(path) !== each.after.get(path));
      const paths = () => new Set([...before.keys(), ...tree().keys()]);
      try {
        const known = await listIds();
        const editId = await work(setup.openEdits(failpoint));
        // None is new where the same has been done already.
        const [newId] = (await listIds()).filter((id) => !known.includes(id));
        const done = newId === undefined ? null : (await findEdit(db.read, newId))!;
        const own = new Map(done?.files.filter(({ root }) => root === "worktree").map((file) => [file.path, file]));
        const now = tree();
        for (const path of paths()) {
          if (raced(path)) continue;
          const file = own.get(path);
          requireSame(path, file ? holds(now, path, file.after) : now.get(path), file ? true : before.get(path));
        }
        return editId;
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        if (error.fault.kind === "edit_needs_attention") {
          await setup.apply.settle({ sessionId, editId: error.fault.editId as EditId, to: "before" });
        } else if (!HARMLESS.has(error.fault.kind)) throw error;
        const now = tree();
        for (const path of paths()) {
          const raceOf = race.findLast((each) => each.before.get(path) !== each.after.get(path));
          requireSame(path, now.get(path), raceOf ? raceOf.after.get(path) : before.get(path));
        }
        return null;
      } finally {
        expect(removeTemporaries(worktree.path)).toBe(0);
      }
    },
    /** Base and pending make the worktree, and whoever wrote a line is an author of its change. */
    async expectWhole(): Promise<void> {
      await pending.refresh(sessionId);
      const rows = await pending.list(sessionId);
      const { baseTree } = (await setup.worktrees.find(sessionId))!;
      const listed = await repository.git("ls-tree", "-r", baseTree);
      const base = new Map(
        listed.split("\n").map((entry): [string, string] => [entry.split("\t")[1] ?? "", entry.split(/[ \t]/)[2] ?? ""]),
      );
      const now = tree();
      const differs = [...new Set([...base.keys(), ...now.keys()])].filter(
        (path) => base.get(path) !== (now.has(path) ? oidOf(now.get(path)!.slice(now.get(path)!.indexOf(" ") + 1)) : undefined),
      );
      const named = rows.flatMap(({ path, previousPath }) => (previousPath === undefined ? [path] : [path, previousPath]));
      expect(named.toSorted()).toEqual(differs.toSorted());
      const { diffs } = await setup.changeDiffs.list(
        sessionId,
        rows.map(({ id }) => id),
      );
      for (const { diff } of diffs) {
        const { agents } = rows.find(({ id }) => id === diff.changeId)!;
        expect([diff.path, agents]).toEqual([diff.path, expect.arrayContaining(diff.hunks.flatMap((hunk) => hunk.agents))]);
      }
    },
  });
  return world;
}

const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

/** What may happen next. */
const ACTS: Record<string, (world: World, step: Step) => Promise<unknown>> = {
  agent: async (world, step) => {
    const agent = ["qwen", "goose"][step.which % 2]!;
    world.tasks.push(await world.record(await world.turn(agent, async () => world.edit(agent, step))));
  },
  hand: async (world, step) => world.edit("hand", step),
  async reject(world, step) {
    const { sessionId } = world;
    const rows = (await world.pending.list(sessionId)).filter((_, at) => step.which % 3 === 0 || at === step.where % 4);
    if (rows.length === 0) return;
    const changeIds = rows.map(({ id }) => id);
    const done = await world.judge(step, async ({ reject }) => (await reject.reject({ sessionId, changeIds })).rejectId);
    if (done) world.rejected.push(done);
  },
  async rejectHunk(world, step) {
    const { sessionId } = world;
    const row = pick(await world.pending.list(sessionId), step.where);
    const found = row && (await world.changeDiffs.diff(sessionId, row.id)).hunks;
    if (!row || !found || found.length === 0) return;
    const hunks = [{ changeId: row.id, hunks: [step.which % found.length] }];
    const done = await world.judge(step, async ({ reject }) => (await reject.reject({ sessionId, changeIds: [row.id], hunks })).rejectId);
    if (done) world.rejected.push(done);
  },
  async undoReject(world, step) {
    const { sessionId } = world;
    const rejectId = pick(world.rejected, step.which);
    if (rejectId) await world.judge(step, async ({ reject }) => reject.undo({ sessionId, rejectId }).then(() => rejectId));
  },
  async restore(world, step) {
    const taskId = pick(world.tasks, step.which);
    if (!taskId) return;
    const done = await world.judge(step, async ({ restore }) => {
      const agreed = await restore.restore({ taskId }).catch((error: DomainError) => error.fault);
      if ("restoreId" in agreed) return agreed.restoreId;
      if (agreed.kind !== "later_work") throw new DomainError(agreed);
      return (await restore.restore({ taskId, consent: agreed.consent })).restoreId;
    });
    if (done) world.restored.push(done);
  },
  async undoRestore(world, step) {
    const { sessionId } = world;
    const restoreId = pick(world.restored, step.which);
    if (restoreId) await world.judge(step, async ({ restore }) => restore.undo({ sessionId, restoreId }).then(() => restoreId));
  },
  async apply(world, step) {
    const { sessionId } = world;
    const row = pick(await world.pending.list(sessionId), step.where);
    if (!row) return;
    const done = await world.judge(
      { ...step, isRaced: false },
      async ({ apply }) => (await apply.apply({ sessionId, changeIds: [row.id] })).applyId,
    );
    if (done) world.applied.push(done);
  },
  async undoApply(world, step) {
    const { sessionId } = world;
    const applyId = pick(world.applied, step.which);
    if (applyId)
      await world.judge({ ...step, isRaced: false }, async ({ apply }) => apply.undo({ sessionId, applyId }).then(() => applyId));
  },
};

const step = fc.record({
  act: fc.constantFrom(...Object.keys(ACTS), "agent", "agent", "hand", "reject", "restore"),
  which: fc.nat(100),
  where: fc.nat(100),
  isRaced: fc.nat(3).map((of) => of === 0),
});

it(
  "F26 whatever is rejected, restored and undone, no path is neither before nor after, and everybody stays the author of their lines",
  { timeout: 3_600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
        await using world = await createWorld();
        for (const { act, ...input } of steps) {
          await ACTS[act]!(world, input);
          await world.expectWhole();
        }
        const states = (await world.apply.list(world.sessionId)).map(({ state }) => state);
        expect(states.filter((state) => !["done", "failed", "undone"].includes(state))).toEqual([]);
      }),
      { numRuns: 10 },
    );
  },
);
