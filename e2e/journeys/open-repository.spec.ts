import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { cp, mkdir, utimes } from "node:fs/promises";
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

test("a pasted path stands alone, whatever the field holds and however it was copied", async ({ page, daemon, context }) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(daemon.address);
  const path = page.getByRole("textbox", { name: "Open a repository" });
  await expect(path).toHaveValue("~/");
  const paste = async (text: string) => {
    await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
    await path.press("ControlOrMeta+V");
  };
  await path.focus();
  await paste("/srv/app");
  await expect(path).toHaveValue("/srv/app");
  await path.press("Home");
  await paste(`"file://${repository.path}/"\r\n`);
  await expect(path).toHaveValue(`${repository.path}/`);
  await path.fill(`${repository.path}/a `);
  await paste("part");
  await expect(path).toHaveValue(`${repository.path}/a part`);
  await path.fill("~/");
  await path.pressSequentially(repository.path);
  await expect(path).toHaveValue(repository.path);
  await path.press("Enter");
  await expect(message(page)).toBeVisible();
});

test("repositories below the home folder are offered, the latest first, and one click opens one", async ({ page, home, daemon }) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  for (const name of ["code/older", "code/newer"]) {
    const path = join(home.dataDir, name);
    await cp(repository.path, path, { recursive: true });
    const used = name === "code/older" ? 1_000_000 : 2_000_000;
    for (const file of ["HEAD", "index"]) await utimes(join(path, ".git", file), used, used);
  }
  await page.goto(daemon.address);
  const options = page.getByRole("listbox", { name: "Folders" }).getByRole("option");
  await expect(options.nth(0)).toContainText("code/newer");
  await expect(options.nth(1)).toContainText("code/older");
  await page.getByRole("textbox", { name: "Open a repository" }).press("ArrowDown");
  await expect(options.nth(0)).toHaveAttribute("aria-selected", "true");
  await options.nth(1).click();
  await expect(message(page)).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Sessions" })).toContainText("older");
  await page.getByRole("button", { name: "Open a repository" }).click();
  await expect(options.nth(0)).toContainText("code/newer");
  await expect(options.filter({ hasText: "code/older" })).toHaveCount(0);
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
