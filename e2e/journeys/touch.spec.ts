import { devices, type Page } from "@playwright/test";
import { expect, openDemo, send, settled, test } from "../fixture/journey.ts";

const { defaultBrowserType: _, ...phone } = devices["Pixel 7"]!;
test.use({ ...phone });

/** The controls in sight that a finger can hardly hit: lower or narrower than 40 px. */
const smallTargets = (page: Page) =>
  page.evaluate(() => {
    const shown = [
      ...document.querySelectorAll<HTMLElement>(
        "button, [role=tab], [role=option], [role=menuitem], a[data-row], input[type=text], input[type=search]",
      ),
    ];
    const top = document.querySelector("[role=dialog]") ?? document.body;
    return shown.flatMap((control) => {
      const { width, height, top: y, left: x } = control.getBoundingClientRect();
      const style = getComputedStyle(control);
      const isSeen = width > 1 && height > 1 && style.visibility !== "hidden" && y >= 0 && y < innerHeight && x >= 0 && x < innerWidth;
      // A link within a sentence is as high as its line.
      const isInText = style.display === "inline";
      if (!isSeen || isInText || !top.contains(control) || (width >= 39.5 && height >= 39.5)) return [];
      return [`${control.getAttribute("aria-label") ?? control.textContent}: ${Math.round(width)} × ${Math.round(height)}`];
    });
  });

test("on a phone every control is at least 40 px high and wide", async ({ page, daemon }) => {
  await page.goto(daemon.address);
  await expect(page.getByRole("button", { name: "Try the demo project" })).toBeVisible();
  expect(await smallTargets(page)).toEqual([]);
  await openDemo(page, daemon);
  await send(page, "create a file phone.md that says small. Then list files");
  await settled(page);
  expect(await smallTargets(page)).toEqual([]);
  await page.getByRole("button", { name: /show the changes/ }).click();
  await expect(page.getByRole("region", { name: "Pending changes" })).toContainText("phone.md");
  expect(await smallTargets(page)).toEqual([]);
  await page.goBack();
  await page.getByRole("button", { name: "Show the sidebar" }).click();
  await expect(page.getByRole("navigation", { name: "Sessions" })).toBeVisible();
  expect(await smallTargets(page)).toEqual([]);
});
