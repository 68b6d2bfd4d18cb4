import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedOpencodeProgram } from "@boocode/testkit/scripted-opencode-program";
import { expect, expectNoAxeFindings, message, settled, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";
import { chooseAgent, useOpencode } from "../fixture/use-opencode.ts";
import { worktreePath } from "../fixture/worktree-path.ts";

test("a slash offers the agent's commands in a fresh chat; picking writes one, Enter sends it, and the page says what it does", async ({
  page,
  home,
}) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  const commands = [
    { name: "review", description: "Looks at the changes", hints: ["$ARGUMENTS"] },
    { name: "init", description: "Writes AGENTS.md" },
  ];
  await using opencode = await ScriptedOpencodeProgram.create({
    script: ({ text }) => ({ steps: [{ do: "say", text: `Heard ${text}` }] }),
    faults: { commands },
  });
  await useOpencode(home, opencode.file);
  await openPath(page, await home.start(), repository.path);
  await chooseAgent(page, /opencode/);
  // Its list gives the focus back as it closes.
  await expect(page.getByRole("combobox", { name: "Agent", exact: true })).toBeFocused();
  const field = message(page);
  const menu = page.getByRole("listbox", { name: "Commands and skills" });
  const options = menu.getByRole("option");
  await field.pressSequentially("/");
  await expect(options).toHaveCount(2);
  await expect(field).toHaveAttribute("aria-activedescendant", (await options.first().getAttribute("id"))!);
  await field.press("ArrowDown");
  await expect(options.last()).toHaveAttribute("aria-selected", "true");
  await expectNoAxeFindings(page);

  await field.pressSequentially("rv");
  await expect(options).toHaveText(/review/);
  await field.press("ArrowDown");
  await field.press("Enter");
  await expect(field).toHaveValue("/review ");
  await expect(menu).toBeHidden();
  await expect(page.getByText("opencode runs /review itself")).toBeVisible();
  await field.pressSequentially("the last commit");
  await field.press("Enter");
  await settled(page);
  await expect(transcript(page)).toContainText("Heard [command review] the last commit");

  await field.pressSequentially("/i");
  await expect(menu).toBeVisible();
  await field.press("Escape");
  await expect(menu).toBeHidden();
  await field.fill("/nothing known");
  await expect(page.getByText("opencode has no such command: /nothing is sent as plain text")).toBeVisible();

  // What only resembles a command is not taken for one.
  await field.fill("/rvw");
  await expect(options).toHaveText(/review/);
  await field.press("Enter");
  await expect(field).toHaveValue("");
  await settled(page);
  await expect(transcript(page).getByTestId("prompt").last()).toHaveText(/\/rvw/);
  await expect(transcript(page).getByTestId("turn-end")).toHaveCount(2);
});

test("a skill of the project is offered once it is trusted, and files by their names; the transcript has what the agent was given", async ({
  page,
  daemon,
}) => {
  await using repository = await createRepository({
    "README.md": "# Real\n",
    "docs/two words.md": "x\n",
    ".claude/skills/review/SKILL.md": "---\nname: review\ndescription: Looks closely\n---\nRead the checklist.\n",
  });
  await openPath(page, daemon, repository.path);
  const field = message(page);
  const menu = page.getByRole("listbox");
  await field.pressSequentially("/");
  await expect(page.getByText("This project's skills can be used once you trust it.")).toBeVisible();
  await page.getByRole("group", { name: "Trust" }).getByRole("button", { name: "Look at the files" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Trust", exact: true }).click();
  await expect(page.getByRole("group", { name: "Trust" })).toBeHidden();

  await field.fill("");
  await field.pressSequentially("/rev");
  await expect(menu.getByRole("option")).toHaveText(/review.*Looks closely.*\.claude\/skills/);
  await field.press("Tab");
  await expect(page.getByText("Skill from .claude/skills")).toBeVisible();
  await field.pressSequentially("@words");
  await expect(menu.getByRole("option")).toHaveText(/two words\.md/);
  await expectNoAxeFindings(page);
  await field.press("Enter");
  await expect(field).toHaveValue('/review @"docs/two words.md" ');
  await field.press("Enter");
  await settled(page);
  await transcript(page)
    .getByRole("button", { name: /Gave it the skill review/ })
    .click();
  await expect(transcript(page)).toContainText("Read the checklist.");
});

test("a command that comes while opencode is warm is offered once its project is trusted again", async ({ page, home }) => {
  await using repository = await createRepository({ "README.md": "# Real\n", "opencode.json": "{}\n" });
  await using opencode = await ScriptedOpencodeProgram.create({
    script: ({ text }) => ({ steps: [{ do: "say", text: `Heard ${text}` }] }),
  });
  await useOpencode(home, opencode.file);
  const daemon = await home.start();
  await openPath(page, daemon, repository.path);
  await chooseAgent(page, /opencode/);
  const trust = async () => {
    await page.getByRole("group", { name: "Trust" }).getByRole("button", { name: "Look at the files" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Trust", exact: true }).click();
    await expect(page.getByRole("group", { name: "Trust" })).toBeHidden();
  };
  await trust();
  const field = message(page);
  await field.fill("Begin");
  await field.press("Enter");
  await settled(page);

  const folder = join(await worktreePath(daemon), ".opencode/command");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "greet.md"), "Say hello to $ARGUMENTS\n");
  await field.pressSequentially("/");
  await expect(page.getByText("opencode has no commands of its own.")).toBeVisible();
  await trust();
  await field.pressSequentially("gr");
  await expect(page.getByRole("listbox", { name: "Commands and skills" }).getByRole("option")).toHaveText(/greet/);
  await field.press("Tab");
  await field.pressSequentially("the team");
  await field.press("Enter");
  await settled(page);
  await expect(transcript(page)).toContainText("Heard [command greet] the team");
});
