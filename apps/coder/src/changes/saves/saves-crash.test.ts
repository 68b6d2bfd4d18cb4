import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { setUp } from "./saves-fixture.ts";

/** Removes what a process leaves that is really gone: its temporary files carry its id, and this one lives on. */
function removeTemporaries(root: string): void {
  for (const name of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (name.includes(".boocode-")) rmSync(join(root, name), { force: true, recursive: true });
  }
}

it.each(["edit.recorded", "edit.file.0", "edit.written", "edit.checkpoint"])(
  "F4 a rename that is killed at %s is finished at the next start, as the person's, and not among the edits that are listed",
  async (at) => {
    await using setup = await setUp({ "a.txt": "1\n" });
    const { sessionId } = setup;
    const { promise: crashed, resolve } = Promise.withResolvers<string>();
    const failpoint = async (name: string) => {
      if (name !== at) return;
      resolve(name);
      await new Promise<never>(() => {});
    };
    const renaming = setup.openEdits(failpoint).fileSaves.rename({ sessionId, path: "a.txt", to: "b.txt" });
    expect(await Promise.race([crashed, renaming])).toBe(at);
    removeTemporaries(setup.worktree.path);
    const { recover, apply } = setup.openEdits(() => {});
    await recover();
    await setup.pending.refresh(sessionId);
    expect([await setup.isThere("a.txt"), await setup.text("b.txt")]).toEqual([false, "1\n"]);
    expect(await setup.rows()).toEqual([["b.txt", "renamed", [null]]]);
    expect(await apply.list(sessionId)).toEqual([]);
  },
);
