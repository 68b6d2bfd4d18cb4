import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { changes, expect, expectNoAxeFindings, send, settled, test } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

const FILES = 2_000;
const nameOf = (at: number) => `many/file-${String(at).padStart(4, "0")}.txt`;

test("a crash in the middle of an apply, and a foreign edit before the next start: the notice asks, and nothing is overwritten", async ({
  page,
  home,
}) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n", "many/first.md": "" });
  const daemon = await home.start();
  await openPath(page, daemon, repository.path);
  await send(page, "append Something to notes.md");
  await settled(page);
  const tree = await worktreeOf(repository);
  await Promise.all(Array.from({ length: FILES }, (_, at) => writeFile(join(tree, nameOf(at)), `${at}\n`)));
  const panel = changes(page);
  await panel.getByRole("button", { name: "Look for changes on disk" }).click();
  await expect(panel).toContainText("2,001 files");
  await panel.getByRole("button", { name: "Apply all" }).click();
  const folder = join(repository.path, "many");
  // The folder is there before: a new one would come whole, with one rename.
  await expect.poll(async () => (await readdir(folder)).length, { intervals: [1] }).toBeGreaterThan(1);
  await daemon.kill();
  const written = (await readdir(folder)).filter((name) => name.endsWith(".txt"));
  expect(written.length).toBeLessThan(FILES);
  const foreign = Array.from({ length: FILES }, (_, at) => nameOf(at)).findLast((name) => !existsSync(join(repository.path, name)))!;
  await writeFile(join(repository.path, foreign), "mine\n");
  await expect(panel.getByRole("button", { name: /^Apply all/ })).toHaveAttribute("aria-description", /does not answer/);

  await home.start();
  const notice = page.getByRole("alert", { name: "Unfinished edit" });
  await expect(notice).toContainText("Applying 2,001 files was interrupted and could not be finished.");
  await expectNoAxeFindings(page);
  await notice.getByRole("button", { name: "Put back" }).click();
  await expect(notice).toBeHidden();
  expect(await readFile(join(repository.path, foreign), "utf8")).toBe("mine\n");
  expect(await readdir(folder)).toEqual([foreign.slice("many/".length), "first.md"]);
  expect(await readFile(join(repository.path, "notes.md"), "utf8")).toBe("# Notes\n");
  await expect(panel).toContainText("2,001 files");
});
