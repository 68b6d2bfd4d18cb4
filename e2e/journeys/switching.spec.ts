import { test as base, type Page } from "@playwright/test";
import { callOver } from "../bench/daemon-client.ts";
import {
  expect as quick,
  expectNoAxeFindings,
  openDemo,
  send,
  settled as settle,
  test as journey,
  transcript,
} from "../fixture/journey.ts";
import { makeOpencodeHome, pickOpencode } from "../fixture/opencode-home.ts";
import { chooseAgent } from "../fixture/use-opencode.ts";

// The real opencode takes seconds to start, and longer for its first prompt in each directory.
base.setTimeout(300_000);
const LIMIT_MS = 120_000;
const expect = quick.configure({ timeout: LIMIT_MS });
const settled = (page: Page) => settle(page, LIMIT_MS);

const test = journey.extend({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the needed fixtures from this pattern.
  home: async ({}, use) => {
    await using home = await makeOpencodeHome();
    await use(home);
  },
});

const chip = (page: Page) => page.getByRole("status", { name: "Agent session" });

test("switching round trip: each agent is told what it missed, shown before and after, and opencode goes on in its session", async ({
  page,
  daemon,
}) => {
  await openDemo(page, daemon);
  await pickOpencode(page, /^Demo model/);
  await expect(chip(page)).toBeHidden();
  await send(page, "create a file hello.md that says Hello");
  await settled(page);
  await expect(chip(page)).toHaveText("resumed");

  await chooseAgent(page, /^boocode/i);
  await expect(chip(page)).toHaveText("history · 1 turn");
  await send(page, "append more to hello.md");
  await settled(page);
  await expect(transcript(page)).toContainText("Handed 1 turn of opencode to boocode");
  await expect(chip(page)).toHaveText("resumed");

  await pickOpencode(page, /^Demo model/);
  await expect(chip(page)).toHaveText("history · 1 turn");
  await chip(page).getByRole("button").click();
  const given = page.getByRole("dialog", { name: "opencode is given 1 turn with your prompt" });
  await expect(given).toContainText("It has not seen what happened with boocode.");
  await expect(given).toContainText("append more to hello.md");
  await expect(given).not.toContainText("create a file");
  await expectNoAxeFindings(page);
  const told = await given.getByRole("group", { name: "What it is given" }).textContent();
  await page.keyboard.press("Escape");
  await expect(given).toBeHidden();

  await send(page, "list files");
  await settled(page);
  const line = transcript(page).getByRole("button", { name: "Handed 1 turn of boocode to opencode" });
  await line.click();
  expect(await transcript(page).getByRole("group", { name: "What it was given" }).textContent()).toBe(told);
  await expect(transcript(page)).toContainText("hello.md");
  await expect(transcript(page).getByText("list files", { exact: true })).toHaveCount(1);
  await expect(chip(page)).toHaveText("resumed");
  await expectNoAxeFindings(page);

  const api = callOver(daemon);
  const [session] = await api.sessions.list.query({});
  const rows = await api.agentSessions.list.query({ sessionId: session!.id });
  expect(rows.map(({ agent, continuity }) => [agent, continuity]).toSorted()).toEqual([
    ["boocode", "history"],
    ["opencode", "history"],
  ]);
  expect(new Set(rows.map(({ worktreeId }) => worktreeId)).size).toBe(1);
  const { items } = await api.chats.transcript.query({ chatId: rows[0]!.chatId, limit: 50 });
  expect(items.flatMap((item) => (item.kind === "prompt" ? [item.text] : []))).toEqual([
    "create a file hello.md that says Hello",
    "append more to hello.md",
    "list files",
  ]);
});
