import { insertProject } from "@boocode/db/stores/project-store";
import { insertChat } from "@boocode/db/stores/chats/chat-store";
import { insertSession } from "@boocode/db/stores/sessions/session-store";
import { ChatId, ProjectId, SessionId } from "@boocode/shared/ids";
import { buildChat, buildProject, buildSession } from "@boocode/shared/testing/build";
import type { AcpStep } from "@boocode/testkit/acp/acp-scenario";
import { createRepository } from "@boocode/testkit/repo-builder";
import type { Page } from "@playwright/test";
import { toId } from "../bench/bench-ids.ts";
import { openHome } from "../bench/fill-home.ts";
import { expect, expectNoAxeFindings, message, send, test, transcript } from "../fixture/journey.ts";
import type { DaemonHome } from "../fixture/start-daemon.ts";
import { useAsker } from "../fixture/use-asker.ts";

const AT = Date.UTC(2026, 0, 1);

/** Projects with this many sessions each: "alpha 1" is the newest of the first. */
async function fill(home: DaemonHome, counts: Record<string, number>): Promise<void> {
  const db = await openHome(home);
  let number = 0;
  for (const [place, [name, count]] of Object.entries(counts).entries()) {
    const projectId = ProjectId.parse(toId("prj", place + 1));
    await db.write("normal", async (tx) => {
      await insertProject(tx, buildProject({ id: projectId, name, path: `/projects/${name}`, createdAt: AT + place }));
      for (let at = 1; at <= count; at++) {
        const sessionId = SessionId.parse(toId("ses", ++number));
        // The oldest has been active last, as an agent that works on.
        const times = { createdAt: AT - at * 60_000, lastActivityAt: AT + at };
        await insertSession(tx, buildSession({ id: sessionId, projectId, title: `${name} ${at}`, ...times }));
        await insertChat(tx, buildChat({ id: ChatId.parse(toId("chat", number)), sessionId, title: "Chat" }));
      }
    });
  }
  await db.close();
}

const list = (page: Page) => page.getByRole("navigation", { name: "Sessions" });
const rows = (page: Page) => list(page).locator("a[data-row]");
const titles = (page: Page) => rows(page).evaluateAll((links) => links.map((link) => link.getAttribute("title")));
const projects = (page: Page) => list(page).getByRole("heading", { level: 2 }).allTextContents();

test("projects stay where the person puts them, by keys and by drag, in every browser", async ({ page, context, home }) => {
  await fill(home, { alpha: 2, beta: 2, gamma: 1 });
  const { address } = await home.start();
  await page.goto(address);
  await expect.poll(() => projects(page)).toEqual(["alpha", "beta", "gamma"]);
  expect(await titles(page)).toEqual(["alpha 1", "alpha 2", "beta 1", "beta 2", "gamma 1"]);
  const [first] = await rows(page).all();
  expect(await first!.evaluate((row) => row.parentElement!.getBoundingClientRect().height)).toBe(28);

  const other = await context.newPage();
  await other.goto(page.url());
  const gamma = list(page).getByRole("button", { name: "gamma", exact: true });
  await gamma.focus();
  await page.keyboard.press("Alt+ArrowUp");
  await expect.poll(() => projects(page)).toEqual(["alpha", "gamma", "beta"]);
  await expect(gamma).toBeFocused();
  await expect(list(page).getByRole("status").filter({ hasText: "Moved to place 2 of 3" })).toBeAttached();
  await expect.poll(() => projects(other)).toEqual(["alpha", "gamma", "beta"]);

  const box = async (name: string) => (await list(page).getByRole("button", { name, exact: true }).boundingBox())!;
  const [from, to] = [await box("beta"), await box("alpha")];
  await page.mouse.move(from.x + 30, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(to.x + 30, to.y + 20, { steps: 5 });
  await page.mouse.move(to.x + 30, to.y + 2, { steps: 5 });
  await page.mouse.up();
  await expect.poll(() => projects(page)).toEqual(["beta", "alpha", "gamma"]);
  await expect(list(page).getByRole("button", { name: "beta", exact: true })).toHaveAttribute("aria-expanded", "true");
  await expect.poll(() => projects(other)).toEqual(["beta", "alpha", "gamma"]);
  await page.reload();
  await expect.poll(() => projects(page)).toEqual(["beta", "alpha", "gamma"]);
  await expectNoAxeFindings(page);
});

test("a project's sessions fold, and Alt with an arrow switches between them", async ({ page, home }) => {
  await fill(home, { alpha: 22, beta: 1 });
  const { address } = await home.start();
  await page.goto(address);
  await expect(message(page)).toBeVisible();
  // The one that was active last is opened, although it is far below.
  await expect(list(page).locator("[aria-current=page]")).toHaveAttribute("title", "alpha 22");
  await rows(page).first().click();
  await expect(rows(page)).toHaveCount(11);
  await list(page).getByRole("button", { name: "Show 12 more" }).click();
  await expect(rows(page)).toHaveCount(23);
  await list(page).getByRole("button", { name: "Show fewer" }).click();
  await expect(rows(page)).toHaveCount(11);

  const heading = page.getByRole("heading", { level: 1 });
  await expect(heading).toHaveText("alpha 1");
  await message(page).press("Alt+ArrowDown");
  await expect(heading).toHaveText("alpha 2");
  await page.keyboard.press("Alt+ArrowUp");
  await page.keyboard.press("Alt+ArrowUp");
  await expect(heading).toHaveText("alpha 1");

  const alpha = list(page).getByRole("button", { name: "alpha", exact: true });
  await alpha.click();
  await expect(alpha).toHaveAttribute("aria-expanded", "false");
  await expect(rows(page)).toHaveCount(1);
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await expect(alpha).toHaveAttribute("aria-expanded", "false");
});

test("what needs the person stays in sight among many sessions, and no row moves", async ({ page, home }) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await fill(home, { alpha: 30 });
  const ask: AcpStep[] = [{ do: "askPermission", title: "look around", then: { allow: [{ do: "say", text: "Looked." }] } }];
  await useAsker(home, [ask]);
  const daemon = await home.start();
  await page.goto(daemon.address);
  await list(page).getByRole("button", { name: "Open a repository" }).click();
  await page.getByRole("textbox", { name: "Open a repository" }).fill(repository.path);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("New session");
  await page.getByRole("combobox", { name: "Agent" }).click();
  await page.getByRole("option", { name: /Asker/ }).click();
  await send(page, "Ask me something");
  await expect(transcript(page).getByRole("group", { name: "Permission" })).toBeVisible();

  await list(page).locator("a[title='alpha 1']").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("alpha 1");
  const strip = list(page).getByRole("list", { name: "Needs you" });
  // Its row is in sight.
  await expect(list(page).locator("a[title='Ask me something']")).toHaveCount(1);
  await list(page)
    .getByRole("button", { name: /Show \d+ more/ })
    .click();
  const top = await list(page).locator("a[title='alpha 1']").boundingBox();
  await expect(strip.getByRole("link", { name: "Ask me something, needs you" })).toBeVisible();
  expect(await list(page).locator("a[title='alpha 1']").boundingBox()).toEqual(top);
  await expectNoAxeFindings(page);
  await list(page).locator("a[title='alpha 30']").scrollIntoViewIfNeeded();
  await expect(strip).toBeHidden();
  await list(page).locator("a[title='alpha 1']").scrollIntoViewIfNeeded();
  await strip.getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ask me something");
  await expect(strip).toBeHidden();
});
