import { fillProject, fillSession, openHome } from "../bench/fill-home.ts";
import { expect, expectNoAxeFindings, test } from "../fixture/journey.ts";

test("of two hundred sessions only the visible ones are drawn, and each can be reached by scrolling, keys and search", async ({
  page,
  home,
}) => {
  const db = await openHome(home);
  await fillProject(db);
  for (let number = 1; number <= 200; number++) await fillSession(db, number, `Session ${number}`);
  await db.close();
  const { address } = await home.start();
  await page.goto(address);
  const list = page.getByRole("navigation", { name: "Sessions" });
  const rows = list.locator("a[data-row]");
  await list.getByRole("button", { name: "Show 190 more" }).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(15);
  expect(await rows.count()).toBeLessThan(60);

  const names = async () => await rows.evaluateAll((links) => links.map((link) => link.getAttribute("title")!));
  const seen = new Set(await names());
  await expect
    .poll(async () => {
      // The last drawn row is below the visible area, so that no row is skipped.
      await rows.last().evaluate((link) => link.scrollIntoView({ block: "center" }));
      for (const name of await names()) seen.add(name);
      expect(await rows.count()).toBeLessThan(60);
      return seen.size;
    })
    .toBe(200);

  await rows.last().focus();
  const last = "Session 1";
  await page.keyboard.press("ArrowDown");
  await expect(rows.and(page.locator(":focus"))).toHaveAttribute("title", last);
  for (let step = 0; step < 60; step++) await page.keyboard.press("ArrowUp");
  await expect(rows.and(page.locator(":focus"))).toHaveAttribute("title", "Session 61");
  await expect(rows.and(page.locator(":focus"))).toBeInViewport();

  // The focus stays on its row when that is scrolled far away, and goes on from there.
  await list.getByRole("region", { name: "bench" }).evaluate((project) => project.scrollIntoView());
  await expect(rows.and(page.locator(":focus"))).not.toBeInViewport();
  await page.keyboard.press("ArrowDown");
  await expect(rows.and(page.locator(":focus"))).toHaveAttribute("title", "Session 60");
  await expect(rows.and(page.locator(":focus"))).toBeInViewport();

  await page.getByRole("searchbox", { name: "Search sessions" }).fill("session 117");
  await expect(rows).toHaveCount(1);
  await expect(rows).toHaveAttribute("title", "Session 117");
  await page.keyboard.press("Escape");
  await expect.poll(() => rows.count()).toBeGreaterThan(15);
  await expectNoAxeFindings(page);
});
