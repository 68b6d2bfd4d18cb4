import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentSessionView } from "@boocode/shared/agents/agent-session-record";
import type { ModelStep } from "@boocode/testkit/model/model-script";
import { ScriptedModel } from "@boocode/testkit/scripted-model";
import type { Page } from "@playwright/test";
import { callOver } from "../bench/daemon-client.ts";
import {
  changes,
  expect as quick,
  expectNoAxeFindings,
  message,
  openDemo,
  send,
  settled as settle,
  test as base,
  transcript,
} from "../fixture/journey.ts";
import { findServers, makeOpencodeHome, pickOpencode } from "../fixture/opencode-home.ts";
import type { StartedDaemon } from "../fixture/start-daemon.ts";

// The real opencode takes seconds to start, and longer for its first prompt in each directory.
base.setTimeout(600_000);
const LIMIT_MS = 180_000;
const expect = quick.configure({ timeout: LIMIT_MS });
const settled = (page: Page) => settle(page, LIMIT_MS);
// Run these one after another: each has its own server, and two at once take more than twice as long.
base.describe.configure({ mode: "default" });

const test = base.extend({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the needed fixtures from this pattern.
  home: async ({}, use) => {
    await using home = await makeOpencodeHome();
    await use(home);
  },
});

const COUNTING = /11\W+12/;
const chip = (page: Page) => page.getByRole("status", { name: "Agent session" });

/** The agent sessions of the visible session. */
async function agentSessions(page: Page, daemon: StartedDaemon): Promise<AgentSessionView[]> {
  const [session] = await callOver(daemon).sessions.list.query({});
  return callOver(daemon).agentSessions.list.query({ sessionId: session!.id });
}

test("opencode works in the page; its server and the daemon are killed in the middle of turns, and the same session goes on", async ({
  page,
  home,
  daemon,
}) => {
  await openDemo(page, daemon);
  await pickOpencode(page, /^Demo model/);
  await expect(chip(page)).toBeHidden();
  await send(page, "create a file hello.md that says Hello");
  await settled(page);
  await expect(transcript(page)).toContainText("Write hello.md");
  await expect(transcript(page)).toContainText(/thought/i);
  await expect(changes(page)).toContainText("hello.md");
  await expect(changes(page)).toContainText("opencode");
  await transcript(page).getByTestId("turn-end").last().getByText("opencode", { exact: true }).hover();
  await expect(page.getByText(/in \/ \S+ out tokens/)).toBeVisible();

  await send(page, "append more to hello.md");
  await settled(page);
  await expect(transcript(page)).toContainText("I appended 1 line");
  await expect(chip(page)).toHaveText("resumed");
  const [first] = await agentSessions(page, daemon);
  await page.getByRole("tab", { name: "Session" }).click();
  await expect(page.getByRole("definition").filter({ hasText: /in, .+ out/ })).toBeVisible();

  await send(page, "count to 10000");
  await expect(transcript(page)).toContainText(COUNTING);
  const [server, ...others] = await findServers(home.dataDir);
  expect(others).toEqual([]);
  process.kill(server!, "SIGKILL");
  await settled(page);
  await expect(transcript(page)).toContainText(/SIGKILL|stopped|ended/i);
  await expect(transcript(page)).toContainText(COUNTING);

  await send(page, "list files");
  await settled(page);
  await expect(transcript(page)).toContainText("README.md");
  await expect(chip(page)).toHaveText("resumed");
  const [again] = await agentSessions(page, daemon);
  expect(again!.agentSessionId).toBe(first!.agentSessionId);

  await page.getByRole("button", { name: "New tab" }).click();
  await expect(page.getByRole("tablist", { name: "Chats" }).getByRole("tab")).toHaveCount(2);
  await expect(message(page)).toBeVisible();
  await send(page, "explain hello.md");
  await settled(page);
  const both = await agentSessions(page, daemon);
  expect(new Set(both.map(({ agentSessionId }) => agentSessionId)).size).toBe(2);
  expect(new Set(both.map(({ worktreeId }) => worktreeId)).size).toBe(1);
  expect(await findServers(home.dataDir)).toHaveLength(1);

  await send(page, "count to 10000");
  await expect(transcript(page)).toContainText(COUNTING);
  const [orphan] = await findServers(home.dataDir);
  await daemon.kill();
  const restarted = await home.start();
  await settled(page);
  expect(await findServers(home.dataDir)).not.toContain(orphan);
  await expect(transcript(page)).toContainText("Interrupted by a restart");
  await expect(transcript(page)).toContainText(COUNTING);
  await send(page, "create a file after.md that says here");
  await settled(page);
  await page.getByRole("tab", { name: "Changes" }).click();
  await expect(changes(page)).toContainText("after.md");
  await expect(chip(page)).toHaveText("resumed");
  expect((await agentSessions(page, restarted)).map(({ agentSessionId }) => agentSessionId)).toEqual(
    both.map(({ agentSessionId }) => agentSessionId),
  );
  await expect(transcript(page).getByText("count to 10000", { exact: true })).toHaveCount(1);

  const row = (name: string) => changes(page).getByRole("row", { name, exact: true });
  await row("hello.md").getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("Applied hello.md", { exact: true })).toBeVisible();
  expect(await readFile(join(home.dataDir, "data", "demo-project", "hello.md"), "utf8")).toContain("Hello");
  await row("after.md").getByRole("button", { name: "Reject" }).click();
  await expect(page.getByText("Rejected after.md", { exact: true })).toBeVisible();
  await page.mouse.move(400, 400);
  await expect(changes(page)).toContainText("No changes are pending");
});

const OUTSIDE = "/etc/hostname";
const QUESTION = {
  questions: [
    {
      question: "Which colour shall the button have?",
      header: "Colour",
      options: [
        { label: "Green", description: "As the others" },
        { label: "Red", description: "It deletes something" },
      ],
    },
  ],
};

base("opencode asks in the chat: for a permission, and which way to go", async ({ page }) => {
  const answers: ModelStep[][] = [
    [
      { kind: "reasoning", text: "The name of the machine is wanted." },
      { kind: "tool", name: "read", arguments: { filePath: OUTSIDE } },
    ],
    [{ kind: "tool", name: "question", arguments: QUESTION }],
    [{ kind: "text", text: "Then it is green." }],
  ];
  await using model = await ScriptedModel.start({
    // opencode also requests a title, without tools.
    script: ({ body }) => ({ steps: (body.tools ? answers.shift() : null) ?? [{ kind: "text", text: "A title" }] }),
  });
  await using home = await makeOpencodeHome({ BOOCODE_MODEL_URL: model.baseUrl, BOOCODE_MODEL_KEY: model.apiKey });
  await openDemo(page, await home.start());
  await pickOpencode(page, /^scripted/);
  await send(page, "Colour the button");
  const question = page.getByRole("group", { name: "Permission" });
  await expect(question).toContainText(OUTSIDE);
  await expectNoAxeFindings(page);
  await question.getByRole("button", { name: /once/i }).click();
  await expect(question.last()).toContainText("Which colour shall the button have?");
  await question.last().getByRole("button", { name: "Green" }).click();
  await settled(page);
  await expect(transcript(page)).toContainText("Then it is green.");
  expect(JSON.stringify(model.requests.findLast(({ body }) => body.tools)?.body.messages)).toContain("Green");
});
