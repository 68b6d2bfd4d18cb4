import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { changes, expect, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";

test("two browsers apply the same row: it is applied once, and both say so", async ({ page, daemon, context }) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n" });
  await openPath(page, daemon, repository.path);
  await send(page, "append Only once to notes.md");
  await settled(page);
  const second = await context.newPage();
  await second.goto(page.url());
  const pages = [page, second];
  for (const each of pages) await expect(changes(each).getByRole("row", { name: "notes.md" })).toBeVisible();

  // Both have clicked before either is answered: otherwise the second may learn of it first.
  const { promise: bothAsked, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  for (const each of pages) {
    await each.route(/pendingChanges\.apply/, async (route) => {
      asked += 1;
      if (asked === pages.length) resolve();
      await bothAsked;
      await route.continue();
    });
  }
  await Promise.all(
    pages.map((each) => changes(each).getByRole("row", { name: "notes.md" }).getByRole("button", { name: "Apply" }).click()),
  );
  for (const each of pages) {
    await expect(each.getByText("Applied notes.md", { exact: true })).toBeVisible();
    await expect(changes(each)).toContainText("No changes are pending");
    await expect(transcript(each).getByTestId("judgement")).toHaveCount(1);
  }
  expect(await readFile(join(repository.path, "notes.md"), "utf8")).toBe("# Notes\nOnly once\n");
});
