import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { scriptedAgentCommand } from "@boocode/testkit/scripted-agent-command";
import { expect, expectNoAxeFindings, openSettings, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";

test("agents in memory are shown with what they take and why they are kept; one is kept warm, suspended, and goes on", async ({
  page,
  home,
}) => {
  const folder = join(home.dataDir, "data");
  await mkdir(folder, { recursive: true });
  const scenario = join(home.dataDir, "scenario.json");
  await writeFile(scenario, JSON.stringify({ stateFile: join(home.dataDir, "state.json"), prompts: [[{ do: "say", text: "Done." }]] }));
  const entry = { id: "mine", name: "My agent", transport: "acp", command: [...scriptedAgentCommand("acp"), scenario] };
  await writeFile(join(folder, "agents.json"), JSON.stringify([entry]));
  const daemon = await home.start();
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await openPath(page, daemon, repository.path);

  const settings = await openSettings(page, "Agents");
  await expect(settings).toContainText("0 of 10 warm. One that is idle is suspended after 30 minutes.");
  // What is not installed comes last, each with the line that installs it.
  const missing = settings.getByRole("list", { name: "Agents", exact: true }).getByRole("listitem").last();
  await expect(missing).toContainText("npm install -g @mariozechner/pi-coding-agent");
  await expect(missing.getByRole("button", { name: "Copy how to install Pi" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: "Agent", exact: true }).click();
  await expect(page.getByRole("option").first()).toContainText("BooCode");
  await expect(page.getByRole("option").last()).toContainText("npm install -g");
  const mine = page.getByRole("option", { name: /^My agent/ });
  await mine.click();
  await expect(mine).toBeHidden();

  await send(page, "Go");
  await settled(page);
  await openSettings(page, "Agents");
  const row = settings.getByRole("list", { name: "Agents in memory" }).getByRole("listitem");
  await expect(row).toContainText(/My agent.*\d+ MB.*used now, opened now/);
  await expect(settings).toContainText(/1 of 10 warm, \d+ MB\./);
  await row.getByRole("button", { name: "Keep warm" }).click();
  await expect(row).toContainText("kept warm by you");
  await expect(row.getByRole("button", { name: "Keep warm" })).toHaveAttribute("aria-pressed", "true");
  // Away from the button, whose tooltip belongs to no region.
  await settings.getByRole("heading", { name: "In memory" }).hover();
  await expectNoAxeFindings(page);
  await row.getByRole("button", { name: "Suspend now" }).click();
  await expect(row).toHaveCount(0);
  await expect(settings).toContainText("0 of 10 warm.");
  await page.keyboard.press("Escape");

  await send(page, "Go on");
  await settled(page);
  await expect(transcript(page).getByTestId("prompt")).toHaveCount(2);
  await expect(page.getByRole("status", { name: "Agent session" })).toHaveText("resumed");
  await page.getByRole("tab", { name: "Session" }).click();
  const details = page.getByRole("tabpanel", { name: "Session" });
  await expect(details).toContainText("kept warm by you");
  await details.getByRole("button", { name: "Keep warm" }).click();
  await expect(details).not.toContainText("kept warm by you");
  await details.getByRole("button", { name: "Suspend now" }).click();
  await expect(details).toContainText("not running");
});
