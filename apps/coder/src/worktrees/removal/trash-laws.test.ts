import { runGit } from "@boocode/testkit/repo-builder";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createTrashSetup, describeFolder, describeGit, type TrashSetup } from "./trash-fixture.ts";
import { anyAct, carryOutAct } from "./worktree-acts-fixture.ts";

async function begin(): Promise<TrashSetup> {
  const setup = await createTrashSetup();
  const { repository } = setup;
  await repository.git("config", "extensions.worktreeConfig", "true");
  await repository.git("switch", "--quiet", "--create", "theirs");
  await repository.write({ "a.txt": "theirs\n", ".gitignore": "*.log\n.env\n" });
  await repository.commit("Theirs");
  await repository.git("switch", "--quiet", "main");
  return setup;
}

it(
  "F31: deleting and restoring is the identity on files, index, HEAD, status and refs, whatever was done",
  { timeout: 300_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyAct, { minLength: 1, maxLength: 14 }), fc.boolean(), async (acts, collects) => {
        await using setup = await begin();
        const { path, repository } = setup;
        for (const one of acts) await carryOutAct(path, one);
        const describe = async () => ({ git: await describeGit(repository.path, path), folder: await describeFolder(path) });
        // The first status refreshes the index.
        await describe();
        const before = await describe();
        await setup.away();
        if (collects) {
          await repository.git("reflog", "expire", "--expire=now", "--all");
          await repository.git("gc", "--quiet", "--prune=now");
        }
        await setup.back();
        expect(await describe()).toEqual(before);
        expect(await runGit(path, ["fsck", "--no-dangling"]).catch((error: Error) => error.message)).not.toMatch(
          /missing|broken|invalid sha/,
        );
      }),
      { numRuns: 4 },
    );
  },
);
