import { readFileSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedOpencodeProgram } from "@boocode/testkit/scripted-opencode-program";
import { changes, expect, expectNoAxeFindings, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";
import { chooseAgent, useOpencode } from "../fixture/use-opencode.ts";

test("two agents and a hand edit in one file: badges, each turn's diff and each line's author", async ({ page, home }) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n" });
  await using opencode = await ScriptedOpencodeProgram.create({
    script: ({ directory, text }) => {
      const say = (words: string) => ({ do: "say", text: words }) as const;
      // The daemon warms opencode up with a prompt of its own.
      if (text !== "Write a line of your own") return { steps: [say("1")] };
      const path = join(directory, "notes.md");
      const write = { do: "write", path: "notes.md", text: `${readFileSync(path, "utf8")}By the other agent\n` } as const;
      return { steps: [{ do: "tool", tool: "edit", input: { filePath: path }, during: [write] }, say("It is written.")] };
    },
  });
  await useOpencode(home, opencode.file);
  await openPath(page, await home.start(), repository.path);
  const panel = changes(page);
  const row = panel.getByRole("row", { name: "notes.md" });

  await send(page, "append By the first agent to notes.md");
  await settled(page);
  await expect(panel.getByRole("heading")).toHaveText("Changes from boocode");
  await appendFile(join(await worktreeOf(repository), "notes.md"), "By hand\n");
  await panel.getByRole("button", { name: "Look for changes on disk" }).click();
  await expect(panel.getByRole("heading")).toHaveText("Changes from you, boocode");

  await page.getByRole("button", { name: "New tab" }).click();
  await expect(transcript(page)).toBeHidden();
  await chooseAgent(page, /opencode/);
  await send(page, "Write a line of your own");
  await settled(page);
  await expect(transcript(page)).toContainText("It is written.");
  await expect(panel.getByRole("heading")).toHaveText("Changes from opencode, you, boocode");
  for (const badge of ["opencode", "you", "boocode"]) await expect(row).toContainText(badge);

  await row.getByRole("button", { expanded: false }).click();
  const written = panel.getByRole("button", { name: /^Written by/ });
  await expect(written).toHaveCount(3);
  expect(await written.evaluateAll((buttons) => buttons.map((button) => button.getAttribute("aria-label")))).toEqual([
    "Written by boocode: append By the first agent to notes.md",
    "Written by you, by hand",
    "Written by opencode: Write a line of your own",
  ]);
  await expectNoAxeFindings(page);

  const showTurn = async (own: string) => {
    await transcript(page).getByRole("button", { name: "1 file changed" }).click();
    await expect(panel).toContainText(`added: ${own}`);
    // The existing lines surround it and are not added by it.
    expect((await panel.textContent())!.match(/added:/g)).toHaveLength(1);
    await page.getByRole("tab", { name: "Changes of a turn" }).press("Delete");
    await expect(transcript(page)).toBeVisible();
  };
  await showTurn("By the other agent");
  await written.last().click();
  await page
    .getByRole("dialog", { name: /Written by/ })
    .getByRole("button", { name: "Go to this turn" })
    .click();
  await page.getByRole("tab", { name: /By the first agent/ }).click();
  await showTurn("By the first agent");
});
