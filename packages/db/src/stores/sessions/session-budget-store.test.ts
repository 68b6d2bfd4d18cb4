import { BUILT_IDS } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import { findSessionBudget, listSessionBudgets, putSessionBudget } from "./session-budget-store.ts";

it("keeps one budget for a session, until it has the default again", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const { session } = BUILT_IDS;
  expect(await findSessionBudget(db.read, session)).toBeNull();
  await db.write("full", (tx) => putSessionBudget(tx, session, { tokens: 5, cost: null }));
  await db.write("full", (tx) => putSessionBudget(tx, session, { tokens: null, cost: 0.5 }));
  expect(await findSessionBudget(db.read, session)).toEqual({ tokens: null, cost: 0.5 });
  expect(await listSessionBudgets(db.read)).toEqual(new Map([[session, { tokens: null, cost: 0.5 }]]));
  await db.write("full", (tx) => putSessionBudget(tx, session, null));
  expect(await listSessionBudgets(db.read)).toEqual(new Map());
});
