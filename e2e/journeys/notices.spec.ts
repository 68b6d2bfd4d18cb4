import { expect, expectNoAxeFindings, openDemo, openSettings, send, settled, submit, test, transcript } from "../fixture/journey.ts";

declare global {
  interface Window {
    told: { title: string; body: string | undefined }[];
    isHidden: boolean;
  }
}

test("a browser that may tells when an agent is done while nobody looks, and only then", async ({ page, daemon }) => {
  await page.addInitScript(() => {
    window.told = [];
    window.isHidden = false;
    class Recorded extends EventTarget {
      static permission = "default";
      static requestPermission = async () => (Recorded.permission = "granted");
      constructor(title: string, options: NotificationOptions = {}) {
        super();
        window.told.push({ title, body: options.body });
      }
      close() {}
    }
    Object.defineProperty(window, "Notification", { value: Recorded });
    Object.defineProperty(document, "visibilityState", { get: () => (window.isHidden ? "hidden" : "visible") });
  });
  const told = () => page.evaluate(() => window.told);
  await openDemo(page, daemon);
  await page.evaluate(() => (window.isHidden = true));
  await send(page, "list files");
  await settled(page);
  await expect(page).toHaveTitle(/^\(1\) /);
  expect(await told()).toEqual([]);

  await page.evaluate(() => (window.isHidden = false));
  await openSettings(page, "Notifications");
  const choice = page.getByRole("group", { name: "Notifications" });
  await expect(choice.getByRole("radio", { name: "Off" })).toBeChecked();
  await choice.getByText("In the background").click();
  await expect(choice.getByRole("radio", { name: "In the background" })).toBeChecked();
  await expectNoAxeFindings(page);
  await page.keyboard.press("Escape");
  await send(page, "explain README.md");
  await settled(page);
  // The end of this turn is known, so that it is no news to a page that is hidden from now on.
  const idle = page.getByRole("navigation", { name: "Sessions" }).getByRole("link", { name: "list files, idle" });
  await expect(idle).toBeVisible();
  expect(await told()).toEqual([]);

  await page.evaluate(() => (window.isHidden = true));
  await send(page, "list files again, please: list files");
  await settled(page);
  await expect.poll(told).toEqual([{ title: "list files", body: "It is done." }]);
  // What the person stops is no news.
  await submit(page, "count to 10000");
  await expect(transcript(page)).toContainText("7 8 9");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(transcript(page)).toContainText("Stopped by you");
  await expect(idle).toBeVisible();
  expect(await told()).toHaveLength(1);
});
