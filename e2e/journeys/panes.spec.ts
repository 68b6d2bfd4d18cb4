import { createRepository } from "@boocode/testkit/repo-builder";
import type { Locator, Page } from "@playwright/test";
import { expect, expectNoAxeFindings, message, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";

test.use({ viewport: { width: 1600, height: 900 } });

const panes = (page: Page) => page.getByRole("group", { name: /^Pane \d of \d$/ });
const pane = (page: Page, at: number) => panes(page).nth(at - 1);
/** The titles of the tabs of each pane, in reading order. */
const titles = (page: Page) =>
  page
    .getByRole("tablist", { name: "Chats" })
    .evaluateAll((bars) => bars.map((bar) => [...bar.querySelectorAll("[role=tab]")].map((tab) => tab.getAttribute("title"))));

async function split(within: Page | Locator, kind: "Chat" | "Terminal" | "Code"): Promise<void> {
  const page = "page" in within ? within.page() : within;
  await within.getByRole("button", { name: "Split pane" }).click();
  await page.getByRole("menuitem", { name: kind, exact: true }).click();
}

/** Drags a tab to a point of an element, in shares of its size. */
async function drag(page: Page, tab: Locator, target: Locator, x: number, y: number): Promise<void> {
  const box = (await target.boundingBox())!;
  await tab.hover();
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * x - 20, box.y + box.height * y);
  await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
  await expect(page.locator("[data-drop-preview]")).toBeVisible();
  await page.mouse.up();
}

/** Waits until what was done last is stored. */
async function saved(page: Page, act: () => Promise<void>): Promise<void> {
  const answer = page.waitForResponse(/sessions\.saveLayout/);
  await act();
  await answer;
}

test("a chat, a terminal and code stand beside each other, and are there after a reload and in a second browser", async ({
  page,
  daemon,
  browser,
}) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n" });
  await openPath(page, daemon, repository.path);
  await page.keyboard.press("Control+j");
  await send(page, "list files");
  await settled(page);
  await expect(panes(page)).toHaveCount(0);
  // Split: the first chat stays as it is, with what is typed in it.
  await message(page).fill("a draft");
  const first = await transcript(page).elementHandle();
  await split(page, "Terminal");
  await expect(panes(page)).toHaveCount(2);
  await expect(pane(page, 2).getByRole("region", { name: "Terminal" })).toBeVisible();
  await expect(pane(page, 2).locator(".xterm-helper-textarea")).toBeFocused();
  expect(await first!.evaluate((element) => element.isConnected)).toBe(true);
  await split(pane(page, 1), "Code");
  await expect(panes(page)).toHaveCount(3);
  await expect(page.getByRole("region", { name: "Code", exact: true })).toContainText("notes.md");
  await expect(page).toHaveURL(/\/code$/);
  expect(await first!.evaluate((element) => element.isConnected)).toBe(true);
  await expect(message(page)).toHaveValue("a draft");
  await expectNoAxeFindings(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await expectNoAxeFindings(page);
  await page.emulateMedia({ colorScheme: "light" });

  // Another pane becomes the active one, and nothing in the others is made anew.
  await saved(page, () => message(page).click());
  await expect(page).not.toHaveURL(/\/code$/);
  const before = await titles(page);
  expect(before.map((bar) => bar.length)).toEqual([1, 1, 1]);
  await page.reload();
  await expect(panes(page)).toHaveCount(3);
  expect(await titles(page)).toEqual(before);
  await expect(page.getByRole("region", { name: "Terminal" })).toBeVisible();

  const other = await (await browser.newContext({ viewport: { width: 1600, height: 900 } })).newPage();
  await other.goto(daemon.address);
  await expect(panes(other)).toHaveCount(3);
  expect(await titles(other)).toEqual(before);

  // On a phone there is one pane, with all tabs.
  await other.setViewportSize({ width: 390, height: 844 });
  await expect(panes(other)).toHaveCount(0);
  expect(await titles(other)).toEqual([before.flat()]);
  await expectNoAxeFindings(other);
  await other.getByRole("tab", { name: "Code" }).click();
  await expect(other.getByRole("region", { name: "Code", exact: true })).toBeVisible();
  expect(await other.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
});

test("tabs are dragged to another pane and to an edge, and two browsers that change it at once lose none", async ({
  page,
  daemon,
  browser,
}) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n" });
  await openPath(page, daemon, repository.path);
  await page.keyboard.press("Control+j");
  const tab = (name: string) => page.getByRole("tab", { name, exact: true });
  await send(page, "list files");
  await settled(page);
  await page.getByRole("button", { name: "Code", exact: true }).click();
  await page.getByRole("button", { name: "New terminal" }).click();
  await expect(tab("Code")).toBeVisible();
  await expect(tab("Terminal")).toBeVisible();

  // Within its bar, to an edge, and back into a pane.
  await drag(page, tab("Terminal"), tab("Code"), 0.1, 0.5);
  await expect.poll(() => titles(page)).toEqual([["list files", "Terminal", "Code"]]);
  await drag(page, tab("Code"), page.locator("[data-pane]"), 0.95, 0.5);
  await expect.poll(() => titles(page)).toEqual([["list files", "Terminal"], ["Code"]]);
  await drag(page, tab("Terminal"), pane(page, 2), 0.5, 0.95);
  await expect.poll(() => titles(page)).toEqual([["list files"], ["Code"], ["Terminal"]]);
  await drag(page, tab("Code"), pane(page, 1), 0.5, 0.5);
  await expect.poll(() => titles(page)).toEqual([["list files", "Code"], ["Terminal"]]);
  // Escape leaves it where it was.
  await tab("Code").hover();
  await page.mouse.down();
  await page.mouse.move(1_400, 500, { steps: 3 });
  await expect(page.locator("[data-drop-preview]")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator("[data-drop-preview]")).toHaveCount(0);
  await page.mouse.up();
  expect(await titles(page)).toEqual([["list files", "Code"], ["Terminal"]]);

  const other = await (await browser.newContext({ viewport: { width: 1600, height: 900 } })).newPage();
  await other.goto(daemon.address);
  await expect(panes(other)).toHaveCount(2);
  // A line that one of them moves, moves in the other.
  const line = page.getByRole("separator", { name: "Width of the panes" });
  const shareIn = async (each: Page) => {
    const [left, right] = await Promise.all([1, 2].map(async (at) => (await pane(each, at).boundingBox())!.width));
    return left! / (left! + right!);
  };
  const even = await shareIn(other);
  await line.focus();
  await saved(page, () => page.keyboard.press("ArrowRight"));
  await expect.poll(() => shareIn(other)).toBeGreaterThan(even + 0.01);
  expect(await shareIn(other)).toBeCloseTo(await shareIn(page), 2);
  // Both save before either has heard of the other.
  let held = 0;
  const released = Promise.withResolvers<void>();
  for (const each of [page, other]) {
    await each.route(/sessions\.saveLayout/, async (route) => {
      held += 1;
      await released.promise;
      await route.continue();
    });
  }
  await drag(page, tab("Code"), pane(page, 2), 0.5, 0.95);
  await drag(other, other.getByRole("tab", { name: "list files" }), pane(other, 2), 0.5, 0.5);
  await expect.poll(() => held).toBe(2);
  released.resolve();
  for (const each of [page, other])
    await expect.poll(async () => (await titles(each)).flat().toSorted()).toEqual(["Code", "Terminal", "list files"]);
  await expect.poll(async () => JSON.stringify(await titles(page)) === JSON.stringify(await titles(other))).toBe(true);
});

test("a pane is closed with everything in it and comes back, a busy one is asked about, all from the keyboard", async ({
  page,
  daemon,
}) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n" });
  await openPath(page, daemon, repository.path);
  await page.keyboard.press("Control+j");
  await send(page, "list files");
  await settled(page);
  const closePane = "Alt+Shift+W";

  // Split, and what is typed goes to the new chat.
  await page.keyboard.press("Control+\\");
  await expect(panes(page)).toHaveCount(2);
  await expect(pane(page, 2).getByRole("textbox", { name: "Message" })).toBeFocused();
  await page.keyboard.type("from the keyboard");
  await page.keyboard.press("Alt+Shift+ArrowLeft");
  await expect(pane(page, 1).getByRole("textbox", { name: "Message" })).toBeFocused();
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await expect(pane(page, 2).getByRole("textbox", { name: "Message" })).toBeFocused();

  // The line between them is moved with the arrow keys, and the place is kept.
  const line = page.getByRole("separator", { name: "Width of the panes" });
  const width = async () => (await pane(page, 1).boundingBox())!.width;
  const even = await width();
  await line.focus();
  await saved(page, () => page.keyboard.press("ArrowRight"));
  await expect.poll(width).toBeGreaterThan(even + 10);
  const wider = await width();
  await page.reload();
  await expect(panes(page)).toHaveCount(2);
  await expect.poll(width).toBeCloseTo(wider, 0);

  // Closed and reopened, with its draft.
  await pane(page, 2).getByRole("textbox", { name: "Message" }).focus();
  await page.keyboard.press(closePane);
  await expect(panes(page)).toHaveCount(0);
  expect(await titles(page)).toEqual([["list files"]]);
  await page.reload();
  await expect(message(page)).toBeVisible();
  expect(await titles(page)).toEqual([["list files"]]);
  await page.getByRole("button", { name: "Reopen closed pane" }).click();
  await expect(panes(page)).toHaveCount(2);
  expect(await titles(page)).toEqual([["list files"], ["New chat"]]);
  await expect(pane(page, 2).getByRole("textbox", { name: "Message" })).toHaveValue("from the keyboard");

  // A tab moves to the next pane, which leaves one; F6 and the menu of a tab do the rest.
  await pane(page, 2).getByRole("textbox", { name: "Message" }).focus();
  await page.keyboard.press("Alt+Shift+M");
  await expect.poll(() => titles(page)).toEqual([["list files", "New chat"]]);
  await page.getByRole("tab", { name: "New chat" }).focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menuitem", { name: "Move to a pane on the right" }).click();
  await expect.poll(() => titles(page)).toEqual([["list files"], ["New chat"]]);

  // What is at work in a pane is said before it is closed, and goes on.
  const right = pane(page, 2);
  await right.getByRole("textbox", { name: "Message" }).fill("count to 10000");
  await page.keyboard.press("Enter");
  await expect(right.getByRole("button", { name: "Stop" })).toBeVisible();
  await expect(right.getByRole("tab", { name: "count to 10000" })).toBeVisible();
  await page.keyboard.press(closePane);
  const asked = page.getByRole("dialog", { name: "Close this pane?" });
  await expect(asked).toContainText("“count to 10000” is at work");
  await expectNoAxeFindings(page);
  await asked.getByRole("button", { name: "Keep open" }).click();
  await expect(panes(page)).toHaveCount(2);
  await page.keyboard.press(closePane);
  await asked.getByRole("button", { name: "Close pane" }).click();
  await expect(panes(page)).toHaveCount(0);
  await page.keyboard.press("Alt+Shift+T");
  await expect(panes(page)).toHaveCount(2);
  await expect(right.getByRole("button", { name: "Stop" })).toBeVisible();
  await right.getByRole("button", { name: "Stop" }).click();
  await expect(right.getByRole("button", { name: "Stop" })).toBeHidden();

  // Close others, and a middle click.
  await page.getByRole("tab", { name: "list files" }).click();
  await page.getByRole("button", { name: "New tab" }).first().click();
  await expect.poll(() => titles(page)).toEqual([["list files", "New chat"], ["count to 10000"]]);
  await page.getByRole("tab", { name: "list files" }).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Close others" }).click();
  await expect.poll(() => titles(page)).toEqual([["list files"], ["count to 10000"]]);
  await page.getByRole("tab", { name: "count to 10000" }).click({ button: "middle" });
  await expect.poll(() => titles(page)).toEqual([["list files"]]);
});

test("addresses lead to a turn, to a line of a file, and to a file of the changes", async ({ page, daemon, context }) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n\nthe third line\n", "other.md": "# Other\n" });
  await openPath(page, daemon, repository.path);
  await page.setViewportSize({ width: 1280, height: 500 });
  await send(page, "append One to notes.md");
  await settled(page);
  await transcript(page).getByRole("link", { name: "Link to this turn" }).click();
  await expect(page).toHaveURL(/#turn-/);
  const turn = page.url();
  await send(page, "append Two to other.md");
  await settled(page);
  const chat = new URL(turn);
  const fresh = await context.newPage();
  await fresh.setViewportSize({ width: 1280, height: 500 });
  const first = transcript(fresh).getByTestId("prompt").filter({ hasText: "append One" });
  await fresh.goto(chat.origin + chat.pathname);
  await expect(transcript(fresh)).toContainText("it now has 2");
  await expect(first).not.toBeInViewport();
  await fresh.goto("about:blank");
  await fresh.goto(turn);
  await expect(first).toBeInViewport();
  const session = chat.origin + chat.pathname.slice(0, chat.pathname.lastIndexOf("/"));
  const line = await context.newPage();
  await line.goto(`${session}/code/notes.md#L3`);
  await expect(line.getByRole("region", { name: "Code", exact: true }).locator(".cm-activeLine")).toHaveText("the third line");
  const change = await context.newPage();
  await change.goto(`${session}/changes#file=other.md`);
  await expect(change.getByRole("grid", { name: "Changes in other.md" })).toContainText("added: Two");
});
