import type { Permission } from "@boocode/shared/agents/permissions/permission";
import { PermissionId, SessionId } from "@boocode/shared/ids";
import { buildPermission as build, BUILT_IDS } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import { findPermission, insertPermission, listOpenPermissions, resolvePermission } from "./permission-store.ts";

const buildPermission = (id: string, given: Partial<Permission> = {}) => build({ id: PermissionId.parse(id), ...given });

it("accepts only the first answer", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const asked = buildPermission("perm-1");
  const answer = (optionId: string | null, by: "person" | "cancelled", at: number) =>
    db.write("full", (tx) => resolvePermission(tx, asked.id, { optionId, by, at }));
  await db.write("full", (tx) => insertPermission(tx, asked));
  expect(await findPermission(db.read, asked.id)).toEqual(asked);
  const answered = { ...asked, optionId: "allow_once", resolvedBy: "person", resolvedAt: 5 };
  expect(await answer("allow_once", "person", 5)).toEqual(answered);
  expect(await answer(null, "cancelled", 6)).toBeNull();
  expect(await findPermission(db.read, asked.id)).toEqual(answered);
});

it("lists open permissions, oldest first", async () => {
  const db = await scratchDatabase();
  await seed(db);
  await db.write("full", async (tx) => {
    await insertPermission(tx, buildPermission("later", { requestedAt: 2_000 }));
    await insertPermission(tx, buildPermission("earlier", { argv: null }));
    await insertPermission(tx, buildPermission("answered", { resolvedAt: 3, resolvedBy: "rule" }));
  });
  expect((await listOpenPermissions(db.read)).map(({ id }) => id)).toEqual(["earlier", "later"]);
  expect(await listOpenPermissions(db.read, BUILT_IDS.session)).toHaveLength(2);
  expect(await listOpenPermissions(db.read, SessionId.parse("session-2"))).toEqual([]);
});
