import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DomainError } from "@boocode/shared/faults/domain-error";
import { expect, it } from "vitest";
import { createDeletionSetup, faultOf } from "./deletion-fixture.ts";

it("D7, W6: a disk that is full from any step of a deletion on loses nothing; with room it goes, and comes back byte for byte", async () => {
  await using setup = await createDeletionSetup();
  const { sessionId } = setup;
  await setup.use(sessionId);
  const { path } = await setup.worktrees.ensure(sessionId);
  await writeFile(join(path, "new.txt"), "work\n");
  const before = await setup.describe(path, sessionId);
  const refusedAt: string[] = [];
  for (let place = 0; ; place += 1) {
    let passed = 0;
    let isFull = true;
    const refusals: string[] = [];
    const run = setup.open({
      failpoint: (name) => {
        if (name.startsWith("git.") || passed++ < place || !isFull) return;
        refusals.push(name);
        throw new DomainError({ kind: "storage_failed", reason: "The disk is full." });
      },
    });
    const fault = await faultOf(setup.force(run, sessionId));
    const [refused] = refusals;
    if (refused === undefined) break;
    // What only tidies up may fail in silence.
    expect([undefined, "storage_failed"], `full from ${refused} on`).toContain(fault?.kind);
    refusedAt.push(refused);
    isFull = false;
    // The same daemon goes on.
    // A person who is asked again, because what is shown has changed, consents again.
    if ((await run.trash.list()).length === 0) {
      await setup.force(run, sessionId).catch((error: unknown) => {
        if (!(error instanceof DomainError) || error.fault.kind !== "work_at_risk") throw error;
        return setup.force(run, sessionId);
      });
    }
    const [entry] = await run.trash.list();
    await run.trash.restore(entry!.id);
    expect(await setup.describe(path, sessionId), `after a disk that was full from ${refused} on`).toEqual(before);
  }
  expect(refusedAt).toEqual(expect.arrayContaining(["delete.intended", "delete.pinned", "delete.recorded", "delete.move"]));
});
