import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository, writeFiles } from "@boocode/testkit/repo-builder";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Git } from "../../platform/git/git.ts";
import { commitAll as commit, createGuardRig, nestRepository, runGit as run, type GuardRig } from "./guard-fixture.ts";

let rig: GuardRig;
beforeAll(async () => {
  rig = await createGuardRig();
});
afterAll(() => rig[Symbol.asyncDispose]());

it("W2 what cannot be looked at is unknown: git fails, is slow, or the folder is gone or another", async () => {
  const setup = await rig.make();
  const { path, project } = setup;
  const broken = new Git({ env: { PATH: "/usr/bin:/bin", HOME: rig.home }, start: () => Promise.reject(new Error("no git")) });
  const late = { elapsedMs: timesFrom(0, 11_000), after: () => () => {} };
  const stuck = { elapsedMs: () => 0, after: (_ms: number, over: () => void) => (queueMicrotask(over), () => {}) };
  expect((await setup.look({ git: broken })).report).toMatchObject({ verdict: "unknown" });
  expect((await setup.look({ time: late })).report).toMatchObject({
    verdict: "unknown",
    unknown: expect.arrayContaining([expect.stringContaining("it took longer than 10 s.")]),
  });
  expect((await setup.look({ time: stuck })).report).toMatchObject({ verdict: "unknown" });
  expect((await setup.look({ listProcesses: () => Promise.reject(new Error("no /proc")) })).report).toMatchObject({
    verdict: "unknown",
    unknown: ["The running processes could not be read: no /proc."],
  });
  await rename(path, `${path}-moved`);
  expect((await setup.look()).report).toMatchObject({ unknown: ["The worktree could not be read: its folder is gone."] });
  await mkdir(path);
  expect((await setup.look()).report).toMatchObject({ unknown: ["The worktree could not be read: another folder is in its place."] });
  await rm(path, { recursive: true });
  // One that was never made holds nothing.
  expect((await setup.look({}, { state: "creating" })).report).toMatchObject({ verdict: "safe" });
  await rename(`${path}-moved`, path);
  expect((await setup.look()).report).toMatchObject({ verdict: "safe" });
  await writeFile(join(project, ".git/packed-refs"), "nonsense\n");
  expect((await setup.look()).report).toMatchObject({ verdict: "unknown" });
});

const timesFrom = (first: number, then: number) => {
  let isFirst = true;
  return () => {
    const now = isFirst ? first : then;
    isFirst = false;
    return now;
  };
};

it("W2 an index that git cannot read is unknown", async () => {
  const setup = await rig.make();
  const { path } = setup;
  const gitDir = run(path, "rev-parse", "--absolute-git-dir");
  await writeFile(join(gitDir, "index"), "nonsense");
  expect((await setup.look()).report).toMatchObject({ verdict: "unknown" });
});

it("W4 the consent stays while nothing changes, and changes with every byte", async () => {
  const setup = await rig.make();
  const { path } = setup;
  await writeFiles(path, { "a.txt": "edit\n", "new.txt": "new\n", ".env": "KEY=1\n" });
  await nestRepository(join(path, "inner"));
  const seen: string[] = [];
  const next = async () => {
    const { consent } = await setup.look();
    expect((await setup.look()).consent).toBe(consent);
    expect(consent).toMatch(/^[0-9a-f]{64}$/);
    seen.push(consent);
  };
  await next();
  const steps: (() => unknown)[] = [
    () => writeFiles(path, { "a.txt": "EDIT\n" }),
    () => writeFiles(path, { "new.txt": "NEW\n" }),
    () => writeFiles(path, { ".env": "KEY=2\n" }),
    () => chmod(join(path, "new.txt"), 0o755),
    () => run(path, "add", "a.txt"),
    () => writeFiles(path, { "inner/inner.txt": "INNER\n" }),
    () => run(join(path, "inner"), "commit", "--quiet", "--all", "--message", "More"),
    () => commit(path, "All"),
    () => run(path, "commit", "--quiet", "--amend", "--message", "All of it"),
    () => run(path, "checkout", "--quiet", "--detach"),
  ];
  for (const step of steps) {
    await step();
    await next();
  }
  expect(new Set(seen).size).toBe(steps.length + 1);
});

it("answers with few gits where nothing is at risk", async () => {
  const setup = await rig.make();
  // The settings are read each time until the file they are in is no longer new.
  const look = async () => {
    rig.started.length = 0;
    await setup.look();
    return rig.started.toSorted();
  };
  await expect.poll(look, { timeout: 20_000 }).toEqual(["for-each-ref", "log", "status"]);
});

it("a submodule counts only with work of its own", async () => {
  await using inner = await createRepository({ "inner.txt": "inner\n" });
  const setup = await rig.make();
  const { path, project } = setup;
  run(path, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.path, "sub");
  commit(path, "Add a submodule");
  run(project, "merge", "--no-edit", setup.branch);
  expect((await setup.look()).report).toMatchObject({ verdict: "safe", nestedRepositories: [] });
  await writeFiles(path, { "sub/inner.txt": "edited\n" });
  expect((await setup.look()).report).toMatchObject({ verdict: "at_risk", nestedRepositories: ["sub"] });
  run(join(path, "sub"), "checkout", "--quiet", "inner.txt");
  commit(join(path, "sub"), "Only here");
  run(path, "update-index", "--cacheinfo", `160000,${run(inner.path, "rev-parse", "HEAD")},sub`);
  expect((await setup.look()).report).toMatchObject({ verdict: "at_risk", nestedRepositories: ["sub"] });
});
