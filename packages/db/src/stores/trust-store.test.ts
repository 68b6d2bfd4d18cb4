import { ProjectId } from "@boocode/shared/ids";
import type { TrustRecord } from "@boocode/shared/trust/trust";
import { BUILT_IDS, buildProject } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase } from "../../test/scratch-database.ts";
import { deleteProject, insertProject } from "./project-store.ts";
import { listTrustDecisions, putTrustDecisions } from "./trust-store.ts";

const record = (given: Partial<TrustRecord> = {}): TrustRecord => ({
  projectId: BUILT_IDS.project,
  path: ".mcp.json",
  sha256: "a".repeat(64),
  decision: "trust",
  decidedAt: 1_000,
  ...given,
});

it("keeps the newest decision per content and project", async () => {
  const db = await scratchDatabase();
  const other = ProjectId.parse("project-2");
  await db.write("full", async (tx) => {
    await insertProject(tx, buildProject());
    await insertProject(tx, buildProject({ id: other, path: "/projects/other" }));
    await putTrustDecisions(tx, [record(), record({ sha256: "b".repeat(64), decidedAt: 2_000 }), record({ projectId: other })]);
    await putTrustDecisions(tx, [record({ decision: "distrust", decidedAt: 3_000 })]);
  });
  expect(await listTrustDecisions(db.read, BUILT_IDS.project)).toEqual([
    record({ sha256: "b".repeat(64), decidedAt: 2_000 }),
    record({ decision: "distrust", decidedAt: 3_000 }),
  ]);
  await db.write("full", (tx) => deleteProject(tx, BUILT_IDS.project));
  expect(await listTrustDecisions(db.read, BUILT_IDS.project)).toEqual([]);
  expect(await listTrustDecisions(db.read, other)).toEqual([record({ projectId: other })]);
});

it("refuses a decision about an unknown project", async () => {
  const db = await scratchDatabase();
  await expect(db.write("full", (tx) => putTrustDecisions(tx, [record()]))).rejects.toThrow(/FOREIGN KEY/);
});
