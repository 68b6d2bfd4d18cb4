import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { changes, expect, message, openDemo, openSettings, send, settled, settingsOf, transcript } from "../fixture/journey.ts";
import type { StartedDaemon } from "../fixture/start-daemon.ts";
import { worktreePath } from "../fixture/worktree-path.ts";

/** A view of the page. `show` leads to it from wherever the one before left the page, and waits until it is whole. */
export interface View {
  name: string;
  show: (page: Page, session: string, daemon: StartedDaemon) => Promise<void>;
  /** The least width of the page at which there is such a view. Default: any. */
  from?: number;
}

const PROMPTS = ["append A new line to README.md", "create a file notes.md that says Written down", "run npm test", "explain README.md"];

/** Four pixels. */
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR42mM4EWBjU3GC4cOJgIAtFQAq8gZVH2+TmgAAAABJRU5ErkJggg==",
  "base64",
);

/** Fills a workspace with real turns of the demo model. Returns the path of the session with the most in it. */
export async function fillWorkspace(page: Page, daemon: StartedDaemon): Promise<string> {
  await openDemo(page, daemon);
  await send(page, "list files");
  await settled(page);
  await newSession(page);
  for (const text of PROMPTS) {
    await send(page, text);
    await settled(page);
  }
  return new URL(page.url()).pathname;
}

async function newSession(page: Page): Promise<void> {
  const before = page.url();
  await page.keyboard.press("Alt+n");
  await expect(page).not.toHaveURL(before);
  await expect(message(page)).toBeVisible();
}

/** Goes to an address of the page without losing what its memory holds. */
async function go(page: Page, path: string): Promise<void> {
  await page.goto(new URL(path, page.url()).href);
}

async function openSession(page: Page, path: string): Promise<void> {
  await go(page, path);
  await expect(transcript(page).getByTestId("turn-end").last()).toBeVisible();
}

async function openRail(page: Page, tab: string): Promise<void> {
  const named = page.getByRole("tab", { name: tab, exact: true });
  if (!(await named.isVisible())) await page.keyboard.press("Control+j");
  await named.click();
  await expect(page.getByRole("tabpanel", { name: tab })).toBeVisible();
}

const sessionOf = (path: string): string => path.split("/")[2]!;

const section = (title: string): View => ({
  name: `settings-${title.toLowerCase().replaceAll(" ", "-")}`,
  async show(page) {
    await go(page, "/settings");
    await expect(settingsOf(page)).toBeVisible();
    await openSettings(page, title);
  },
});

/** All views of the page with access, in an order in which each can be reached from the one before. */
export const VIEWS: readonly View[] = [
  { name: "chat", show: openSession },
  {
    name: "chat-find",
    async show(page, session) {
      await openSession(page, session);
      await page.keyboard.press("Control+f");
      const bar = page.getByRole("search", { name: "Find in chat" });
      await bar.getByRole("textbox").fill("README");
      await expect(bar.getByRole("status")).toContainText(" of ");
    },
  },
  {
    name: "chat-empty",
    async show(page, session) {
      await openSession(page, session);
      await page.getByRole("button", { name: "New tab" }).first().click();
      await expect(message(page)).toBeFocused();
    },
  },
  {
    name: "changes-rail",
    async show(page, session) {
      await openSession(page, session);
      await openRail(page, "Changes");
      await changes(page).getByRole("row").first().click();
    },
  },
  {
    name: "git-rail",
    async show(page, session) {
      await openSession(page, session);
      await openRail(page, "Git");
      await expect(page.getByRole("textbox", { name: "Commit message" })).toBeVisible();
    },
  },
  {
    name: "session-rail",
    async show(page, session) {
      await openSession(page, session);
      await openRail(page, "Session");
    },
  },
  {
    name: "changes",
    async show(page, session) {
      await go(page, `${session.split("/").slice(0, 3).join("/")}/changes`);
      await expect(changes(page).getByRole("row").first()).toBeVisible();
    },
  },
  {
    name: "code",
    async show(page, session) {
      await go(page, `${session.split("/").slice(0, 3).join("/")}/code/README.md`);
      await expect(page.getByRole("textbox", { name: "README.md" })).toBeVisible();
    },
  },
  {
    name: "code-tree",
    async show(page, session) {
      await go(page, `${session.split("/").slice(0, 3).join("/")}/code`);
      await expect(page.getByRole("treeitem", { name: "README.md" })).toBeVisible();
    },
  },
  {
    name: "code-compare",
    async show(page, session, daemon) {
      await go(page, `${session.split("/").slice(0, 3).join("/")}/code/README.md`);
      await page.getByRole("textbox", { name: "Text of README.md" }).click();
      await page.keyboard.press("Control+Home");
      await page.keyboard.type("Mine, not saved yet. ");
      await appendFile(join(await worktreePath(daemon, sessionOf(session)), "README.md"), "A line from outside.\n");
      await page.getByRole("alert").getByRole("button", { name: "Compare" }).click();
      await expect(page.locator(".cm-deletedChunk").last()).toBeVisible();
    },
  },
  {
    name: "code-image",
    async show(page, session, daemon) {
      await writeFile(join(await worktreePath(daemon, sessionOf(session)), "picture.png"), PICTURE);
      await go(page, `${session.split("/").slice(0, 3).join("/")}/code/picture.png`);
      await expect(page.getByRole("img", { name: "picture.png" })).toBeVisible();
    },
  },
  {
    name: "terminal",
    async show(page, session) {
      await openSession(page, session);
      await page.getByRole("button", { name: "New terminal" }).first().click();
      await expect(page.getByRole("region", { name: "Terminal" })).toBeVisible();
    },
  },
  {
    name: "panes",
    from: 1_000,
    async show(page, session) {
      await openSession(page, session);
      await page.keyboard.press("Control+\\");
      await expect(page.getByRole("group", { name: /^Pane \d of \d$/ }).first()).toBeVisible();
    },
  },
  {
    name: "palette",
    async show(page, session) {
      await openSession(page, session);
      await page.keyboard.press("Control+k");
      await expect(page.getByRole("dialog", { name: "Command palette" })).toBeVisible();
    },
  },
  {
    name: "delete-session",
    async show(page, session) {
      await openSession(page, session);
      const rows = page.getByRole("navigation", { name: "Sessions" }).locator('a[aria-current="page"]');
      if (!(await rows.isVisible())) await page.getByRole("button", { name: "Show the sidebar" }).click();
      await rows.focus();
      await page.keyboard.press("Delete");
      await expect(page.getByRole("dialog", { name: "Delete session" })).toBeVisible();
    },
  },
  ...["Appearance", "Chats", "Notifications", "Agents", "Models", "Usage and budgets", "Permissions", "Worktrees", "Access", "About"].map(
    section,
  ),
  {
    name: "inbox",
    async show(page) {
      await go(page, "/inbox");
      await expect(page.getByRole("heading", { name: "Inbox" })).toBeVisible();
    },
  },
  {
    name: "trash",
    async show(page) {
      await go(page, "/trash");
      await expect(page.getByRole("heading", { name: "Trash" })).toBeVisible();
    },
  },
  {
    name: "no-such-session",
    async show(page) {
      await go(page, "/session/ses_none");
      await expect(page.getByRole("heading").first()).toBeVisible();
    },
  },
];
