import { createRepository } from "@boocode/testkit/repo-builder";
import { changes, expect, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";

const TABS = 10;

test("F37 ten tabs of one browser: all show the turn as it comes, and each can act", async ({ page, daemon, context }) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n" });
  await openPath(page, daemon, repository.path);
  await send(page, "append First to notes.md");
  await settled(page);
  const tabs = [page];
  while (tabs.length < TABS) {
    const tab = await context.newPage();
    await tab.goto(page.url());
    tabs.push(tab);
  }
  // A browser opens six connections to one origin: a tab that held one for long would keep the seventh out.
  for (const tab of tabs) await expect(changes(tab).getByRole("row", { name: "notes.md" })).toBeVisible();
  await send(tabs.at(-1)!, "create a file last.txt that says seen by all");
  for (const tab of tabs) {
    await expect(transcript(tab)).toContainText("create a file last.txt");
    await expect(changes(tab).getByRole("row", { name: "last.txt" })).toBeVisible();
  }
  await settled(tabs.at(-1)!);
  await changes(tabs[4]!).getByRole("row", { name: "last.txt" }).getByRole("button", { name: "Apply" }).click();
  for (const tab of tabs) await expect(changes(tab).getByRole("row", { name: "last.txt" })).toHaveCount(0);
});
