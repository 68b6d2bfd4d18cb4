import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, message, send, settled, test, changes } from "../fixture/journey.ts";

test("a repository is opened by its path, with completion, and its checkout is unchanged", async ({ page, daemon }) => {
  await using repository = await createRepository({ "README.md": "# Real\n", "src/main.ts": "export const one = 1;\n" });
  await page.goto(daemon.address);
  const path = page.getByRole("textbox", { name: "Open a repository" });
  await path.fill(repository.path.slice(0, -3));
  await page.getByRole("option", { name: repository.path }).click();
  await expect(message(page)).toBeVisible();

  await send(page, "create a file docs/guide.md that says Read me first");
  await settled(page);
  await expect(changes(page).getByRole("row", { name: /docs\/guide\.md/ })).toBeVisible();
  expect(await repository.git("status", "--porcelain")).toBe("");
  expect(await repository.git("branch", "--list", "boocode/*")).toMatch(/boocode\//);
});

test("a path that cannot be opened says why", async ({ page, daemon }) => {
  await using folder = await createTempFolder();
  await mkdir(join(folder.path, "empty"));
  await using bare = await createRepository({});
  await page.goto(daemon.address);
  const path = page.getByRole("textbox", { name: "Open a repository" });
  const cases = [
    [join(folder.path, "empty"), /not a git repository/i],
    [join(folder.path, "missing"), /no folder|does not exist|nothing/i],
    [bare.path, /no commits/i],
  ] as const;
  for (const [value, words] of cases) {
    await path.fill(value);
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await expect(page.getByRole("alert").filter({ hasText: words })).toBeVisible();
  }
});
