import { rm } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { createTurns } from "./turns-fixture.ts";

const ALLOW = ["-c", "protocol.file.allow=always", "-c", "user.name=x", "-c", "user.email=x@x"];

it("shows submodules and repositories inside as the commits they are at, and never enters them", async () => {
  await using library = await createRepository({ "lib.txt": "one\n" });
  await using setup = await createTurns({ "a.txt": "a\n" });
  const { repository, worktrees, pending } = setup;
  await repository.git(...ALLOW, "submodule", "--quiet", "add", library.path, "vendor");
  await repository.commit("With a submodule");

  // Its folder is empty in a new worktree: that is no change, and is named.
  const worktree = await worktrees.ensure(setup.otherSessionId);
  const session = setup.otherSessionId;
  expect(await pending.refresh(session)).toBe("unchanged");
  expect(await pending.leftOut(session)).toEqual(["vendor/"]);

  const git = (...argv: string[]) => repository.git("-C", worktree.path, ...ALLOW, ...argv);
  await git("submodule", "--quiet", "update", "--init");
  expect(await pending.refresh(session)).toBe("unchanged");
  await git("-C", "vendor", "commit", "--quiet", "--allow-empty", "-m", "Moved on");
  await git("clone", "--quiet", library.path, "nested");
  expect(await pending.refresh(session)).toBe("changed");
  const rows = await pending.list(session);
  expect(rows.map(({ path, operation, binary }) => [path, operation, binary])).toEqual([
    ["nested", "added", false],
    ["vendor", "modified", false],
  ]);
  const diffs = await Promise.all(rows.map(({ id }) => setup.changeDiffs.diff(session, id)));
  expect(diffs.map(({ view, oldMode, newMode }) => [view, oldMode, newMode])).toEqual([
    ["text", null, "160000"],
    ["text", "160000", "160000"],
  ]);
  const before = await library.git("rev-parse", "HEAD");
  const after = await git("-C", "vendor", "rev-parse", "HEAD");
  expect(diffs[1]!.patch.split("\n").filter((line) => /^[-+]S/.test(line))).toEqual([
    `-Subproject commit ${before}`,
    `+Subproject commit ${after}`,
  ]);
  for (const name of ["vendor", "nested"]) await rm(join(worktree.path, name), { recursive: true });
  expect(await pending.refresh(session)).toBe("changed");
  expect((await pending.list(session)).map(({ path, operation }) => [path, operation])).toEqual([["vendor", "deleted"]]);
});
