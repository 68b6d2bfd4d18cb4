import type { AcpStep } from "@boocode/testkit/acp/acp-scenario";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, expectNoAxeFindings, openDemo, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";
import { useAsker } from "../fixture/use-asker.ts";

test("twenty-five new files are one line, which opens to their cards, and the answer can be copied", async ({ page, context, daemon }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openDemo(page, daemon);
  const wishes = Array.from({ length: 25 }, (_, at) => `create a file docs/f${at}.md that says "Hello ${at}"`);
  await send(page, wishes.join(". Then "));
  await settled(page);
  const group = transcript(page).getByRole("button", { name: /^Wrote 25 files/ });
  await expect(group).toHaveAttribute("aria-expanded", "false");
  await expect(group).toContainText("+25");
  await expect(transcript(page).getByText("Write docs/f0.md")).toHaveCount(0);
  await group.click();
  const calls = transcript(page).getByRole("list", { name: "Wrote 25 files" });
  await expect(calls.getByRole("listitem").filter({ hasText: /Write docs/ })).toHaveCount(25);
  await calls.getByRole("button", { name: /Write docs\/f7\.md/ }).click();
  await expect(calls).toContainText("Hello 7");
  await expectNoAxeFindings(page);
  await group.click();

  await transcript(page).getByRole("button", { name: "Copy answer" }).click();
  await expect(transcript(page).getByRole("button", { name: "Copied" })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain("I created `docs/f24.md`");
  expect(copied).not.toContain("not an AI");

  // All of the chat, from the menu of its tab.
  const menu = page.getByRole("menu", { name: "Actions for the tab" });
  await page.getByRole("tab", { selected: true }).first().click({ button: "right" });
  await menu.getByRole("menuitem", { name: "Copy as Markdown" }).click();
  await expect(page.getByText("The chat is copied as Markdown")).toBeVisible();
  const whole = await page.evaluate(() => navigator.clipboard.readText());
  expect(whole).toContain(`## You, to boocode\n\n${wishes[0]}`);
  expect(whole).toContain("- `Write docs/f0.md`\n");
  expect(whole.trimEnd()).toMatch(/I created `docs\/f24\.md`[^\n]*$/);
  const saving = page.waitForEvent("download");
  await page.getByRole("tab", { selected: true }).first().click({ button: "right" });
  await menu.getByRole("menuitem", { name: "Save as Markdown" }).click();
  expect((await saving).suggestedFilename()).toMatch(/^create-a-file-docs-f0-md.*\.md$/);
});

test("a new file is closed and an edit is open; runs of reads are one line of 24 pixels", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await send(page, "create a file a.txt that says one");
  await settled(page);
  const write = transcript(page).getByRole("button", { name: /^Write a\.txt/ });
  await expect(write).toHaveAttribute("aria-expanded", "false");
  await send(page, 'append "two" to a.txt');
  await settled(page);
  await expect(transcript(page).getByRole("button", { name: /^Edit a\.txt/ })).toHaveAttribute("aria-expanded", "true");
  await send(page, "explain README.md. Then explain package.json. Then explain a.txt");
  await settled(page);
  const reads = transcript(page).getByRole("button", { name: /^Read 3 files/ });
  await expect(reads).toHaveAttribute("aria-expanded", "false");
  expect((await reads.boundingBox())!.height).toBe(24);
});

test("a question says who asks and its command once, and is answered by number", async ({ page, home }) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  const ask: AcpStep[] = [{ do: "askPermission", title: "look around", then: { allow: [{ do: "say", text: "Looked." }], reject: [] } }];
  await useAsker(home, [ask]);
  await openPath(page, await home.start(), repository.path);
  await page.getByRole("combobox", { name: "Agent" }).click();
  await page.getByRole("option", { name: /Asker/ }).click();
  await send(page, "Ask me");
  const question = transcript(page).getByRole("group", { name: "Permission" });
  await expect(question).toContainText("Asker asks: look around");
  await expect(question.getByRole("button").first()).toBeEnabled();
  await expect(question.getByRole("button").first()).toHaveText(/^Allow/);
  await question.focus();
  await page.keyboard.press("1");
  await expect(transcript(page)).toContainText("Looked.");
});
