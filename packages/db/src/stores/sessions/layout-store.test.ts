import { emptyLayout, FIRST_PANE } from "@boocode/shared/panes/layout";
import { Tab } from "@boocode/shared/panes/tab";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import { findLayout, putLayout } from "./layout-store.ts";

const { session } = BUILT_IDS;
const tab = Tab.parse({ kind: "code", path: "src/ä.ts" });
const LAYOUT = { ...emptyLayout(), root: { kind: "pane" as const, id: FIRST_PANE, tabs: [tab], active: "code:src/ä.ts" } };

it("keeps the layout of a session, with a higher revision after each change", async () => {
  const db = await scratchDatabase();
  await seed(db);
  expect(await findLayout(db.read, session)).toEqual({ revision: 0, layout: null });
  expect(await db.write("normal", (tx) => putLayout(tx, session, emptyLayout()))).toBe(1);
  expect(await db.write("normal", (tx) => putLayout(tx, session, LAYOUT))).toBe(2);
  expect(await findLayout(db.read, session)).toEqual({ revision: 2, layout: LAYOUT });
});

it.each(["{}", "not JSON", ""])("one that cannot be read is none, and the next one takes its place: %j", async (text) => {
  const db = await scratchDatabase();
  await seed(db);
  await db.write("normal", async (tx) => {
    await putLayout(tx, session, LAYOUT);
    await tx.updateTable("layouts").set({ layout: text }).execute();
  });
  expect(await findLayout(db.read, session)).toEqual({ revision: 1, layout: null });
  await db.write("normal", (tx) => putLayout(tx, session, LAYOUT));
  expect(await findLayout(db.read, session)).toEqual({ revision: 2, layout: LAYOUT });
});

it("goes with its session", async () => {
  const db = await scratchDatabase();
  await seed(db);
  await db.write("normal", (tx) => putLayout(tx, session, LAYOUT));
  await db.write("full", (tx) => tx.deleteFrom("sessions").where("id", "=", session).execute());
  expect(await db.read.selectFrom("layouts").selectAll().execute()).toEqual([]);
});
