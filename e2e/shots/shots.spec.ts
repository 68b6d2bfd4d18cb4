import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, message, test } from "../fixture/journey.ts";
import { fillWorkspace, VIEWS } from "./views.ts";

const FOLDER = join(import.meta.dirname, "../../artifacts/shots");
const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];
const THEMES = ["light", "dark"] as const;

/** Draws the page as it is in both themes. */
async function shoot(page: Page, view: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const { width } = page.viewportSize()!;
  for (const theme of THEMES) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await page.screenshot({ path: join(FOLDER, `${view}-${width}-${theme}.png`), animations: "disabled", caret: "hide" });
  }
}

for (const size of SIZES) {
  test(`every view ${size.width} px wide`, async ({ page, daemon }) => {
    await page.setViewportSize(size);
    await page.goto(daemon.address);
    await expect(page.getByRole("button", { name: "Try the demo project" })).toBeVisible();
    await shoot(page, "first-run");
    const session = await fillWorkspace(page, daemon);
    for (const view of VIEWS) {
      if (size.width < (view.from ?? 0)) continue;
      await test.step(view.name, async () => {
        await view.show(page, session, daemon);
        await shoot(page, view.name);
      });
    }
  });

  test(`without access ${size.width} px wide`, async ({ page, daemon }) => {
    await page.setViewportSize(size);
    await page.goto(daemon.origin);
    await expect(page.getByRole("heading").first()).toBeVisible();
    await expect(message(page)).toBeHidden();
    await shoot(page, "access");
  });

  test(`a daemon that is away ${size.width} px wide`, async ({ page, daemon }) => {
    await page.setViewportSize(size);
    await fillWorkspace(page, daemon);
    await daemon.kill();
    await expect(page.getByRole("alert", { name: "Connection" })).toBeVisible();
    await shoot(page, "offline");
  });
}
