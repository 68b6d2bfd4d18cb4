import type { Page } from "@playwright/test";
import {
  changes,
  expect,
  expectNoAxeFindings,
  message,
  openDemo,
  send,
  settingsOf,
  settled,
  test,
  transcript,
} from "../fixture/journey.ts";
const tabs = (page: Page) => page.getByRole("tablist", { name: "Chats" }).getByRole("tab");

test("the palette finds sessions, chats, what was said, files and commands, and opens each from the keyboard", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await send(page, "append A very particular sentence to README.md");
  await settled(page);
  await send(page, "count to 3");
  await settled(page);
  await page.getByRole("button", { name: "New tab" }).click();
  await expect(tabs(page)).toHaveCount(2);

  const palette = page.getByRole("dialog", { name: "Command palette" });
  const field = palette.getByRole("combobox");
  const option = (name: string | RegExp) => palette.getByRole("option", { name });
  await page.keyboard.press("ControlOrMeta+k");
  await expect(field).toBeFocused();
  await expect(palette.getByRole("group", { name: "Recent sessions" }).getByRole("option")).toHaveCount(1);
  await expectNoAxeFindings(page);

  // What was said, in another chat: its turn is shown.
  await field.fill("particular");
  await expect(option(/^append A very particular sentence.*Prompt/)).toBeVisible();
  await expectNoAxeFindings(page);
  await option(/^append A very particular sentence.*Prompt/).click();
  await expect(palette).toBeHidden();
  await expect(transcript(page).getByTestId("prompt").first()).toBeInViewport();
  await expect(message(page)).toBeVisible();

  // A changed file, and a file of the worktree.
  await page.keyboard.press("ControlOrMeta+k");
  await field.fill("readme");
  await palette
    .getByRole("group", { name: "Changed files" })
    .getByRole("option", { name: /README\.md/ })
    .click();
  await expect(page).toHaveURL(/\/changes$/);
  await expect(changes(page).first()).toBeVisible();
  await page.keyboard.press("ControlOrMeta+k");
  await field.fill("@readme");
  await option(/README\.md/).click();
  await expect(page).toHaveURL(/\/code\/README\.md$/);

  // What is looked for among the sessions is looked for in the chats on request.
  await page.getByRole("searchbox", { name: "Search sessions" }).fill("particular");
  await page.getByRole("button", { name: /Search in all chats/ }).click();
  await expect(field).toHaveValue("particular");
  await expect(palette.getByRole("group", { name: "In chats" })).toBeVisible();
  await page.keyboard.press("Escape");

  // Commands run with Enter, and nothing found says so.
  await page.keyboard.press("ControlOrMeta+k");
  await field.fill(">sett");
  await expect(option(/^Settings/)).toHaveAttribute("data-highlighted", "");
  await field.press("Enter");
  await expect(settingsOf(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("ControlOrMeta+k");
  await field.fill("nowhere to be found");
  await expect(palette.getByRole("status")).toHaveText("Nothing found for “nowhere to be found”.");
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();
});

test("a hit in a closed chat says that it reopens, and opens it", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await send(page, "count to 3 with a peculiar word");
  await settled(page);
  await page.getByRole("button", { name: "New tab" }).click();
  await expect(tabs(page)).toHaveCount(2);
  await expect(message(page)).toBeFocused();
  await tabs(page).first().focus();
  await page.keyboard.press("Delete");
  await expect(tabs(page)).toHaveCount(1);
  await page.keyboard.press("ControlOrMeta+k");
  await page.getByRole("dialog", { name: "Command palette" }).getByRole("combobox").fill("peculiar");
  const hit = page.getByRole("option", { name: /peculiar word.*Closed, reopens/ }).first();
  await hit.click();
  await expect(tabs(page)).toHaveCount(2);
  await expect(transcript(page)).toContainText("peculiar word");
});
