import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HOSTILE_OUTPUT } from "@boocode/shared/testing/hostile-output";
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
  home,
}) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await readAloud(page);
  await openDemo(page, daemon);
  await openTerminal(page);
  const title = await page.title();
  await page.evaluate(() => navigator.clipboard.writeText("mine"));
  // Each of them also ends what the one before it left open.
  const corpus = join(home.dataDir, "hostile.txt");
  await writeFile(corpus, HOSTILE_OUTPUT.map((text) => `\u001b\\\u0018${text}\u0018`).join(""));
  const typed: string[] = [];
  page.on("request", (request) => {
    if (!request.url().includes("terminals.write")) return;
    const calls = Object.values(request.postDataJSON() as Record<string, { text: string }>);
    typed.push(...calls.map(({ text }) => text));
  });
  const command = `cat '${corpus}'; echo; echo draw''n; read -r answer; echo "got-[$answer]"`;
  await run(page, command);
  await expect(screen(page)).toContainText("drawn");
  expect(typed.join("")).toBe(`${command}\r`);
  // What the screen had answered would stand before it.
  await run(page, "me");
  await expect(screen(page)).toContainText("got-[me]");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("mine");
  expect(await page.title()).toBe(title);
  expect(page.context().pages()).toHaveLength(1);

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

test("a link is asked about before it opens, whatever its text says, and a text is found in what has scrolled away", async ({
  page,
  daemon,
}) => {
  await readAloud(page);
  // Drawn without a GPU, each cell has a place that can be clicked.
  await page.addInitScript(() => {
    const getContext = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
      return kind.startsWith("webgl") ? null : Reflect.apply(getContext, this, [kind, ...rest]);
    } as typeof getContext;
  });
  await page.context().route("http://plain.invalid/**", (route) => route.fulfill({ contentType: "text/html", body: "opened" }));
  await openDemo(page, daemon);
  await openTerminal(page);
  const rows = terminal(page).locator(".xterm-rows");
  const click = async (text: string) => {
    const box = (await rows.getByText(text, { exact: true }).last().boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    // A link is found under the pointer, which has to come to it.
    await page.mouse.move(x - 60, y + 60);
    await page.mouse.move(x, y);
    await expect(terminal(page).locator(".xterm-cursor-pointer")).toBeVisible();
    await page.mouse.click(x, y);
  };
  const dialog = page.getByRole("dialog", { name: "Open this address?" });
  await run(page, "clear; printf '\\033]8;;https://hidden.invalid/x\\033\\\\a harmless''_word\\033]8;;\\033\\\\\\n'");
  await expect(screen(page)).toContainText("a harmless_word");
  await click("a harmless_word");
  await expect(dialog).toContainText("https://hidden.invalid/x");
  await expectNoAxeFindings(page);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toHaveCount(0);

  await terminal(page).locator(".xterm-helper-textarea").focus();
  await run(page, "clear; echo; echo htt''p://plain.invalid/y");
  await expect(screen(page)).toContainText("http://plain.invalid/y");
  await click("http://plain.invalid/y");
  await expect(dialog).toContainText("http://plain.invalid/y");
  const opening = page.context().waitForEvent("page");
  await dialog.getByRole("button", { name: "Open" }).click();
  const opened = await opening;
  await expect(opened.getByText("opened")).toBeVisible();
  expect(await opened.evaluate(() => window.opener)).toBeNull();
  // What was cancelled has opened nothing.
  expect(
    page
      .context()
      .pages()
      .map((one) => new URL(one.url()).origin),
  ).toEqual([daemon.origin, "http://plain.invalid"]);
  await opened.close();

  await terminal(page).locator(".xterm-helper-textarea").focus();
  await run(page, "seq 1000 1300; echo needle-1010");
  await expect(rows).toContainText("1300");
  await expect(rows).not.toContainText("1011");
  await page.keyboard.press("Control+Shift+F");
  const field = page.getByRole("textbox", { name: "Find in terminal" });
  await expect(field).toBeFocused();
  await field.fill("1010");
  await expect(rows).toContainText("needle-1010");
  await field.press("Shift+Enter");
  await expect(rows).toContainText("1011");
  await field.press("Enter");
  await expect(rows).toContainText("needle-1010");
  await field.fill("nowhere");
  await expect(page.getByRole("status").filter({ hasText: "Not found" })).toBeVisible();
  await field.press("Escape");
  await expect(field).toHaveCount(0);
  await expect(terminal(page).locator(".xterm-helper-textarea")).toBeFocused();
});
