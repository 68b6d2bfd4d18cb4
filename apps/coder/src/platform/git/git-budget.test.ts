import { expect, it } from "vitest";
import { GitBudget, type GitPriority } from "./git-budget.ts";

/** Jobs that end when the test says so, and their start order. */
function createRig(atOnce: number) {
  const budget = new GitBudget(atOnce);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const run = (name: string, priority: GitPriority = "interactive", key = "repository") =>
    budget.run(key, priority, () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  /** Lets pending promises continue. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const end = async (name: string) => {
    ends.get(name)?.();
    await settle();
  };
  return { budget, begun, run, end, settle };
}

it("limits jobs per key and runs interactive ones first", async () => {
  const { begun, run, end, settle } = createRig(2);
  const all = [run("a"), run("b"), run("later", "background"), run("c"), run("d"), run("elsewhere", "background", "another")];
  await settle();
  expect(begun).toEqual(["a", "b", "elsewhere"]);
  await end("b");
  expect(begun).toEqual(["a", "b", "elsewhere", "c"]);
  await end("a");
  await end("c");
  expect(begun).toEqual(["a", "b", "elsewhere", "c", "d", "later"]);
  for (const name of ["d", "later", "elsewhere"]) await end(name);
  await Promise.all(all);
});

it("keeps a slot free of background work", async () => {
  const { begun, run, end, settle } = createRig(3);
  const all = [run("b1", "background"), run("b2", "background"), run("b3", "background")];
  await settle();
  expect(begun).toEqual(["b1", "b2"]);
  all.push(run("click"));
  await settle();
  expect(begun).toEqual(["b1", "b2", "click"]);
  await end("click");
  expect(begun).toEqual(["b1", "b2", "click"]);
  await end("b1");
  expect(begun).toEqual(["b1", "b2", "click", "b3"]);
  await end("b2");
  await end("b3");
  await Promise.all(all);
});

it("continues after a failed job, even with a single slot", async () => {
  const { budget, begun, run, end } = createRig(1);
  const failed = budget.run("repository", "background", () => Promise.reject(new Error("no")));
  const next = run("next", "background");
  await expect(failed).rejects.toThrow("no");
  await end("next");
  await next;
  expect(begun).toEqual(["next"]);
});
