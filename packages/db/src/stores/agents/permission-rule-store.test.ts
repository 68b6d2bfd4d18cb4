import type { PermissionRule } from "@boocode/shared/agents/permissions/permission-rule";
import { PermissionRuleId, WorktreeId } from "@boocode/shared/ids";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { scratchDatabase, seed } from "../../../test/scratch-database.ts";
import { deletePermissionRule, insertPermissionRule, listPermissionRules } from "./permission-rule-store.ts";

function buildRule(id: string, given: Partial<PermissionRule> = {}): PermissionRule {
  const { session: sessionId, worktree: worktreeId } = BUILT_IDS;
  const key = { toolKind: "command" as const, argvPrefix: ["npm", "test"], path: null };
  return { id: PermissionRuleId.parse(id), sessionId, worktreeId, createdAt: 1, ...key, ...given };
}

it("keeps the rules of each worktree, oldest first, until they are removed", async () => {
  const db = await scratchDatabase();
  await seed(db);
  const later = buildRule("rule-1", { createdAt: 2 });
  const earlier = buildRule("rule-2", { toolKind: "edit", argvPrefix: null, path: "src/a.ts" });
  await db.write("full", async (tx) => {
    await insertPermissionRule(tx, later);
    await insertPermissionRule(tx, earlier);
  });
  expect(await listPermissionRules(db.read, BUILT_IDS.worktree)).toEqual([earlier, later]);
  expect(await listPermissionRules(db.read, WorktreeId.parse("worktree-2"))).toEqual([]);
  expect(await db.write("full", (tx) => deletePermissionRule(tx, earlier.id))).toEqual(earlier);
  expect(await db.write("full", (tx) => deletePermissionRule(tx, earlier.id))).toBeNull();
  expect(await listPermissionRules(db.read, BUILT_IDS.worktree)).toEqual([later]);
});
