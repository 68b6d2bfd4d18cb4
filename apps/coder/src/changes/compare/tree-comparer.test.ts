import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { Git } from "../../platform/git/git.ts";
import { openOverlay } from "../../worktrees/checkpoints/overlay.ts";
import { readTreeChanges } from "./read-tree-changes.ts";
import { listPaths, TreeComparer } from "./tree-comparer.ts";

it("compares many trees with one git, tells them apart whatever their files are called, and asks for none twice", async () => {
  const odd = `${"a".repeat(40)} ${"b".repeat(40)}\n:100644`;
  await using repository = await createRepository({
    "a.txt": "1\n",
    "run.sh": "x\n",
    "old name": "moved\nas\nit\nis\n",
    "bin.dat": Buffer.from([0]),
  });
  await using folder = await createTempFolder();
  const started: string[] = [];
  const git = new Git({ env: { PATH: "/usr/bin:/bin", HOME: folder.path }, onStart: ([command = ""]) => started.push(command) });
  const overlay = await openOverlay(git, `${folder.path}/overlay`, repository.path, repository.path);
  const trees = [await repository.git("rev-parse", "HEAD^{tree}")];
  const steps: (() => Promise<unknown>)[] = [
    () => repository.write({ "a.txt": "2\n", [odd]: "odd\n", "1\t2\tthree": "" }),
    () => repository.git("mv", "old name", "new\nname"),
    () => repository.write({ "run.sh": { text: "x\n", mode: 0o755 }, "bin.dat": Buffer.from([0, 1]) }),
    () => repository.git("rm", "--quiet", "--cached", "--", odd),
  ];
  for (const step of steps) {
    await step();
    if (step !== steps.at(-1)) await repository.git("add", "--all");
    trees.push(await repository.git("write-tree"));
  }
  const pairs = trees.flatMap((from) => trees.map((to) => [from, to] as const));
  const comparer = new TreeComparer(git);
  started.length = 0;
  const compared = await comparer.compare(overlay, pairs);
  expect(started).toEqual(["diff-tree"]);
  for (const [place, [from, to]] of pairs.entries()) expect(compared[place]).toEqual(await readTreeChanges(git, overlay, from, to));
  expect(listPaths((await comparer.compare(overlay, [[trees[1]!, trees[2]!]]))[0]!)).toEqual(["new\nname", "old name"]);
  started.length = 0;
  expect(await comparer.compare(overlay, pairs)).toEqual(compared);
  expect(started).toEqual([]);
});
