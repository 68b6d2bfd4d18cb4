import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { by, YOU } from "../staged/staged-fixture.ts";
import { setUp } from "./staged-fixture.ts";

/** Works until a failpoint, and then never again. */
function crashAt(at: string, work: (failpoint: (name: string) => Promise<void>) => Promise<unknown>): Promise<string> {
  const crashed = Promise.withResolvers<string>();
  const never = new Promise<never>(() => {});
  const failpoint = async (name: string) => {
    if (name !== at) return;
    crashed.resolve(name);
    await never;
  };
  return Promise.race([crashed.promise, work(failpoint).then(() => "done")]);
}

/** Removes what a process leaves that is really gone: its temporary files carry its id, and this one lives on. */
function removeTemporaries(root: string): void {
  for (const name of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (name.includes(".boocode-")) rmSync(join(root, name), { force: true, recursive: true });
  }
}

const POINTS = [
  "edit.recorded",
  "edit.temporaries",
  "edit.file.0",
  "edit.file.1",
  "edit.file.2",
  "edit.written",
  "edit.checkpoint",
  "edit.done",
];

it.each(POINTS)(
  "F4 a write of staged edits that is killed at %s is finished at the next start, with the authors of its lines",
  async (at) => {
    await using setup = await setUp({ "a.txt": "1\n", "gone.txt": "gone\n" });
    const { sessionId } = setup;
    await setup.stage("a.txt", "1\nboocode\n", by(1));
    await setup.stage("a.txt", "1\nboocode\nyou\n", YOU);
    await setup.stage("gone.txt", null, by(2));
    await setup.stage("new/b.txt", "b\n", by(2));
    const changeIds = await setup.ids("staged");
    const before = await setup.rows();
    expect(await crashAt(at, (failpoint) => setup.openEdits(failpoint).stagedWrites.write({ sessionId, changeIds }))).toBe(at);
    removeTemporaries(setup.worktree.path);
    await setup.openEdits(() => {}).recover();

    const [edit, ...more] = await setup.apply.list(sessionId);
    expect([edit!.state, more.length]).toEqual(["done", 0]);
    const contents = await Promise.all(["a.txt", "gone.txt", "new/b.txt"].map(setup.onDisk));
    expect(contents).toEqual(["1\nboocode\nyou\n", null, "b\n"]);
    expect((await setup.rows()).map(({ path, location, agents }) => [path, location, agents])).toEqual([
      ["a.txt", "worktree", [null, "boocode"]],
      ["gone.txt", "worktree", ["boocode"]],
      ["new/b.txt", "worktree", ["boocode"]],
    ]);
    expect(await setup.writersOf("a.txt")).toEqual(["base", "boocode", "you"]);
    expect(await setup.pending.refresh(sessionId)).toBe("unchanged");

    // The undo is an edit like any other.
    await crashAt(at, (failpoint) => setup.openEdits(failpoint).stagedWrites.undo({ sessionId, writeId: edit!.id }));
    removeTemporaries(setup.worktree.path);
    await setup.openEdits(() => {}).recover();
    expect(await setup.rows()).toEqual(before);
    expect(await Promise.all(["a.txt", "gone.txt", "new/b.txt"].map(setup.onDisk))).toEqual(["1\n", "gone\n", null]);
  },
);
