import type { Page } from "@playwright/test";
import { expect, expectNoAxeFindings, openDemo, test } from "../fixture/journey.ts";

const terminal = (page: Page) => page.getByRole("region", { name: "Terminal" });
/** A screen drawn by a GPU has no text, so its text is read where screen readers read it. */
const readAloud = (page: Page) => page.addInitScript(() => localStorage.setItem("boocode.terminal.reader", "true"));
const screen = (page: Page) => terminal(page).locator(".xterm-accessibility-tree");

async function openTerminal(page: Page): Promise<void> {
  await page.getByRole("button", { name: "New terminal" }).click();
  await expect(terminal(page)).toBeVisible();
  await expect(screen(page)).toContainText(/[$#%]/);
}

async function run(page: Page, command: string): Promise<void> {
  await page.keyboard.type(command);
  await page.keyboard.press("Enter");
}

test("a pager in a terminal survives a reload, shows in a second browser, and its close is asked about", async ({
  page,
  daemon,
  browser,
}) => {
  await readAloud(page);
  await openDemo(page, daemon);
  await openTerminal(page);
  await run(page, "seq 1000 1200 > /tmp/boocode-$$.txt; less /tmp/boocode-$$.txt; rm /tmp/boocode-$$.txt; echo left-$((40 + 2))");
  await expect(screen(page)).toContainText("1010");
  await page.keyboard.press("G");
  await expect(screen(page)).toContainText("1200");
  await page.reload();
  await expect(screen(page)).toContainText("1200");
  await expect(screen(page)).not.toContainText("1010");
  await expectNoAxeFindings(page);

  const second = await (await browser.newContext({ storageState: await page.context().storageState() })).newPage();
  await readAloud(second);
  await second.goto(page.url());
  await expect(screen(second)).toContainText("1200");
  await terminal(second).locator(".xterm-helper-textarea").focus();
  await second.keyboard.press("g");
  await expect(screen(page)).toContainText("1010");
  await second.context().close();

  const tab = page.getByRole("tab", { name: "Terminal" });
  await tab.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(page.getByRole("textbox", { name: "Message" })).toBeVisible();
  await expect(page.getByRole("tab", { name: "New chat" })).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(screen(page)).toContainText("1010");
  await expect(tab).toBeFocused();
  await page.keyboard.press("Delete");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("less");
  await dialog.getByRole("button", { name: "Keep open" }).click();
  await terminal(page).locator(".xterm-helper-textarea").focus();
  await page.keyboard.press("q");
  await expect(screen(page)).toContainText("left-42");
  await run(page, "exit 3");
  await expect(terminal(page)).toContainText("Ended with exit code 3");
  await terminal(page).getByRole("button", { name: "Restart" }).click();
  await expect(terminal(page)).not.toContainText("Ended");
  await page.keyboard.press("F6");
  await expect(terminal(page).locator(".xterm-helper-textarea")).not.toBeFocused();
  await tab.focus();
  await page.keyboard.press("Delete");
  await expect(tab).toHaveCount(0);
});

test("F21 hostile output changes no clipboard and no title, and types nothing; several lines are pasted only when agreed", async ({
  page,
  daemon,
}) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await readAloud(page);
  await openDemo(page, daemon);
  await openTerminal(page);
  const title = await page.title();
  await page.evaluate(() => navigator.clipboard.writeText("mine"));
  const bad =
    "\\033]52;c;b3duZWQ=\\007\\033]0;owned\\007\\033[6n\\033[c\\033[>q\\033P$qm\\033\\\\\\033[21t\\033]11;?\\007\\005\\033[?1004h";
  await run(page, `printf '${bad}'; read -t 1 x; echo "got-[$x]"`);
  await expect(screen(page)).toContainText("got-[]");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("mine");
  expect(await page.title()).toBe(title);

  await page.evaluate(() => navigator.clipboard.writeText("echo pasted-$((1 + 1))\necho pasted-$((1 + 2))\n"));
  await page.keyboard.press("Control+Shift+V");
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("Paste 2 lines?");
  expect(await screen(page).textContent()).not.toContain("pasted-2");
  await dialog.getByRole("button", { name: "Paste" }).click();
  await page.keyboard.press("Enter");
  await expect(screen(page)).toContainText("pasted-3");
});

test("archiving and deleting a session name the programs in its terminals", async ({ page, daemon }) => {
  await readAloud(page);
  await openDemo(page, daemon);
  await openTerminal(page);
  await run(page, "less /etc/passwd");
  await expect(screen(page)).toContainText("root:");
  const actions = page.getByRole("main").getByRole("button", { name: "Session actions" });
  await actions.click();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  const archiving = page.getByRole("dialog", { name: /^Archive/ });
  await expect(archiving).toContainText("1 program in its terminals is ended.");
  await expect(archiving.getByRole("list", { name: "Programs" })).toContainText("less /etc/passwd");
  await expectNoAxeFindings(page);
  await archiving.getByRole("button", { name: "Cancel" }).click();
  await actions.click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const deleting = page.getByRole("dialog", { name: "Delete session" });
  await expect(deleting).toContainText("It is ended: less /etc/passwd");
  await deleting.getByRole("button", { name: "Cancel" }).click();
  await expect(screen(page)).toContainText("root:");
  await actions.click();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  await archiving.getByRole("button", { name: "End it and archive" }).click();
  await actions.click();
  await expect(page.getByRole("menuitem", { name: "Unarchive" })).toBeVisible();
});
