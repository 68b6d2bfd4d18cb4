import { AgentId, SessionId } from "@boocode/shared/ids";
import type { StagedEdit } from "@boocode/shared/changes/staged/staged-edit";
import { BUILT_IDS, buildSession } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import { insertSession } from "../sessions/session-store.ts";
import { listStagedEdits, putStagedEdits, removeStagedEdits } from "./staged-edit-store.ts";

const state = (digit: string) => ({ mode: "100644", oid: digit.repeat(40) }) as const;

function buildEdit(path: string, given: Partial<StagedEdit> = {}): StagedEdit {
  const by = { agent: AgentId.parse("boocode"), chatId: BUILT_IDS.chat, taskId: BUILT_IDS.task };
  return {
    sessionId: BUILT_IDS.session,
    path,
    base: state("a"),
    steps: [{ ...by, after: state("b"), at: 1 }],
    bytes: 3,
    createdAt: 1,
    updatedAt: 1,
    ...given,
  };
}

it("keeps one edit per path and session, whole", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const elsewhere = SessionId.parse("session-2");
  const other = buildEdit("a.txt", { sessionId: elsewhere });
  const added = buildEdit("b.txt", { base: null });
  const deleted = buildEdit("ü/c.txt", { steps: [{ agent: null, chatId: null, taskId: null, after: null, at: 2 }], bytes: 0 });
  await db.write("full", async (tx) => {
    await insertSession(tx, buildSession({ id: elsewhere }));
    await putStagedEdits(tx, [other, buildEdit("a.txt"), added, deleted]);
  });
  const later = buildEdit("a.txt", { bytes: 9, updatedAt: 2 });
  await db.write("full", (tx) => putStagedEdits(tx, [later]));
  expect(await listStagedEdits(db.read, BUILT_IDS.session)).toEqual([later, added, deleted]);
  expect(await listStagedEdits(db.read, elsewhere)).toEqual([other]);

  await db.write("full", (tx) => removeStagedEdits(tx, [later, deleted]));
  expect(await listStagedEdits(db.read, BUILT_IDS.session)).toEqual([added]);
  expect(await listStagedEdits(db.read, elsewhere)).toEqual([other]);
});
