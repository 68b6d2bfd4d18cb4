import { expect, expectNoAxeFindings, openDemo, send, settled, test, transcript } from "../fixture/journey.ts";

test.use({ viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true });

test("on a phone, in the dark: a prompt is sent, sessions and changes are drawers, and nothing overflows", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await send(page, "create a file phone.md that says small");
  await settled(page);
  await expect(transcript(page)).toContainText("phone.md");
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
  await expectNoAxeFindings(page);

  await page.getByRole("button", { name: "Show the changes" }).click();
  await expect(page.getByRole("region", { name: "Pending changes" })).toContainText("phone.md");
  await expectNoAxeFindings(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Show the sidebar" }).click();
  await expect(page.getByRole("navigation", { name: "Sessions" })).toBeVisible();
  await expectNoAxeFindings(page);
});
