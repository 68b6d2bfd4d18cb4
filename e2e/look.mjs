import { chromium } from "@playwright/test";
const [, , url, out] = process.argv;
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const ctx = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await ctx.newPage();
page.on("console", (m) => {
  if (m.type() === "error") console.log("console:", m.text());
});
page.on("pageerror", (e) => console.log("pageerror:", e.message));
await page.goto(url);
await page.waitForTimeout(1500);
await page.screenshot({ path: `${out}/0-first.png` });
const demo = page.getByRole("button", { name: /demo project/i });
if (await demo.count()) {
  await demo.first().click();
}
await page.waitForTimeout(2500);
await page.screenshot({ path: `${out}/1-demo.png` });
const box = page.getByRole("textbox", { name: "Message" });
const say = async (t) => {
  await box.fill(t);
  await page.keyboard.press("Enter");
  await page.waitForTimeout(4000);
};
await say("create a file notes.md that says hello");
await page.screenshot({ path: `${out}/2-turn.png` });
await say("run sh -c 'setsid sleep 300 & printf \"\\033[31mred\\033[0m \\033[32mgreen\\033[0m\\n\"'");
await page.screenshot({ path: `${out}/3-asks.png` });
const allow = page.getByRole("button", { name: /^Allow/ });
if (await allow.count()) {
  await allow.first().click();
  await page.waitForTimeout(4000);
}
await page.screenshot({ path: `${out}/4-command.png` });
await page.keyboard.press("Control+j");
await page.waitForTimeout(1200);
await page.screenshot({ path: `${out}/5-changes.png` });
await page.emulateMedia({ colorScheme: "dark" });
await page.waitForTimeout(500);
await page.screenshot({ path: `${out}/6-dark.png` });
await page.setViewportSize({ width: 390, height: 844 });
await page.waitForTimeout(800);
await page.screenshot({ path: `${out}/7-narrow-dark.png` });
await page.emulateMedia({ colorScheme: "light" });
await page.keyboard.press("Escape");
await page.waitForTimeout(500);
await page.screenshot({ path: `${out}/8-narrow.png` });
await page.setViewportSize({ width: 1024, height: 768 });
await page
  .getByRole("button", { name: "Settings" })
  .first()
  .click()
  .catch(() => {});
await page.waitForTimeout(1500);
await page.screenshot({ path: `${out}/9-settings.png` });
await browser.close();
