import { expect, it } from "vitest";
import { Locks } from "./locks.ts";

const TREE = { sessionId: "ses_1" };

it("runs one job at a time per worktree, and jobs of other worktrees in parallel", async () => {
  const locks = new Locks();
  const said: string[] = [];
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const first = locks.worktree(TREE, async () => {
    await gate;
    said.push("first");
    throw new Error("It failed");
  });
  const second = locks.worktree({ sessionId: "ses_1", id: "wkt_1" }, async () => void said.push("second"));
  await locks.worktree({ sessionId: null, id: "wkt_2" }, async () => void said.push("other"));
  open();
  await expect(first).rejects.toThrow("It failed");
  await second;
  expect(said).toEqual(["other", "first", "second"]);
});

it("takes a project's lock before a worktree's, and refuses the other order and a job that would wait for itself", async () => {
  const locks = new Locks();
  const nothing = async () => {};
  expect(await locks.project("prj_1", () => locks.worktree(TREE, async () => "both"))).toBe("both");
  await expect(locks.worktree(TREE, () => locks.project("prj_1", nothing))).rejects.toThrow("project's lock before a worktree's");
  await expect(locks.worktree(TREE, () => locks.worktree(TREE, nothing))).rejects.toThrow("worktree:ses_1 was requested");
  await expect(locks.project("prj_1", () => locks.project("prj_1", nothing))).rejects.toThrow("project:prj_1");
  await expect(locks.worktree(TREE, () => locks.worktree({ sessionId: "ses_2" }, nothing))).rejects.toThrow("each lock once");
});

it("lets a job that began within another take any lock once that one is over", async () => {
  const locks = new Locks();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const [later] = await locks.worktree(TREE, async () => [gate.then(() => locks.project("prj_1", async () => "done"))]);
  open();
  expect(await later).toBe("done");
});
