import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedOpencodeProgram } from "@boocode/testkit/scripted-opencode-program";
import { changes, expect, expectNoAxeFindings, send, settled, test, transcript } from "../fixture/journey.ts";
import { chooseAgent, useOpencode } from "../fixture/use-opencode.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

const LINES = Array.from({ length: 40 }, (_, at) => `line ${at + 1}\n`);
const FILES = { "long.txt": LINES.join(""), "notes.md": "# Notes\n", "other.md": "Other\n" };

test("opencode then boocode: a row is applied, one rejected, one hunk applied, and each is taken back from its toast", async ({
  page,
  home,
}) => {
  await using repository = await createRepository(FILES);
  const edited = LINES.join("").replace("line 2\n", "line two\n").replace("line 30\n", "line thirty\n");
  await using opencode = await ScriptedOpencodeProgram.create({
    script: ({ directory, text }) => {
      const say = (words: string) => ({ do: "say", text: words }) as const;
      // The daemon warms opencode up with a prompt of its own.
      if (text !== "Change two files") return { steps: [say("1")] };
      const during = [
        { do: "write", path: "long.txt", text: edited },
        { do: "write", path: "other.md", text: `${FILES["other.md"]}Added\n` },
      ] as const;
      return {
        steps: [{ do: "tool", tool: "edit", input: { filePath: join(directory, "long.txt") }, during: [...during] }, say("It is written.")],
      };
    },
  });
  await useOpencode(home, opencode.file);
  await openPath(page, await home.start(), repository.path);
  await chooseAgent(page, /opencode/);
  await send(page, "Change two files");
  await settled(page);
  await chooseAgent(page, /BooCode/);
  await send(page, "append By boocode to notes.md");
  await settled(page);

  const panel = changes(page);
  const row = (name: string) => panel.getByRole("row", { name, exact: true });
  const checkout = (name: string) => readFile(join(repository.path, name), "utf8");
  const worktree = async (name: string) => readFile(join(await worktreeOf(repository), name), "utf8");
  await expect(panel.getByRole("heading")).toHaveText("Changes from opencode, boocode");
  await expect(panel).toContainText("3 files");

  // A row is applied, and taken back.
  await row("notes.md").getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("Applied notes.md", { exact: true })).toBeVisible();
  expect(await checkout("notes.md")).toBe("# Notes\nBy boocode\n");
  await expect(transcript(page).getByTestId("judgement")).toContainText("You applied notes.md");
  await page.getByRole("button", { name: "Undo", exact: true }).first().click();
  await expect(row("notes.md")).toBeVisible();
  expect(await checkout("notes.md")).toBe("# Notes\n");
  await expect(transcript(page).getByTestId("judgement").last()).toContainText("You took back applying notes.md");
  // It keeps its place while the pointer is there, and goes when it leaves: also in the moment in which the buttons under it are removed.
  const applied = page.waitForEvent("console", (message) => message.text() === "Applied is shown");
  await panel.evaluate(holdWhenApplied);
  await row("notes.md").getByRole("button", { name: "Apply" }).click();
  await applied;
  await page.mouse.move(400, 400);
  await expect(panel).not.toContainText("notes.md");

  // One of two hunks is applied from the keyboard.
  await row("long.txt").getByRole("button", { expanded: false }).press("ArrowRight");
  await expect(panel).toContainText("added: line thirty");
  await page.keyboard.press("n");
  await page.keyboard.press("n");
  await page.keyboard.press("a");
  await expect(page.getByText("Applied a hunk of long.txt", { exact: true })).toBeVisible();
  await expect(panel).not.toContainText("added: line thirty");
  await expect(panel).toContainText("added: line two");
  expect(await checkout("long.txt")).toBe(LINES.join("").replace("line 30\n", "line thirty\n"));
  expect(await worktree("long.txt")).toBe(edited);
  await expectNoAxeFindings(page);

  // A row is rejected, and taken back.
  await row("other.md").getByRole("button", { name: "Reject" }).click();
  await expect(page.getByText("Rejected other.md", { exact: true })).toBeVisible();
  expect(await worktree("other.md")).toBe("Other\n");
  await page.mouse.move(400, 400);
  await expect(row("other.md")).toBeHidden();
  await panel.getByRole("button", { name: "More about the changes" }).click();
  await page.getByRole("menuitem", { name: "Recent edits" }).click();
  await page.getByRole("dialog", { name: "Recent edits" }).getByRole("button", { name: "Undo: Rejected other.md" }).click();
  await page.keyboard.press("Escape");
  await expect(row("other.md")).toContainText("opencode");
  expect(await worktree("other.md")).toBe("Other\nAdded\n");

  // The rest is applied at once.
  await panel.getByRole("button", { name: "Apply all" }).click();
  await expect(panel).toContainText("No changes");
  expect([await checkout("long.txt"), await checkout("other.md")]).toEqual([edited, "Other\nAdded\n"]);
});

/** Holds the page for half a second, before it is painted, when a row of the panel shows that it was applied. */
function holdWhenApplied(panel: Element): void {
  new MutationObserver((_, observer) => {
    if (!panel.textContent.includes("Applied")) return;
    observer.disconnect();
    console.info("Applied is shown");
    const until = performance.now() + 500;
    while (performance.now() < until);
  }).observe(panel, { childList: true, subtree: true, characterData: true });
}
