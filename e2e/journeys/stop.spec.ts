import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AcpScenario } from "@boocode/testkit/acp/acp-scenario";
import { createRepository } from "@boocode/testkit/repo-builder";
import { scriptedAgentCommand } from "@boocode/testkit/scripted-agent-command";
import { expect, expectNoAxeFindings, send, settled, stop, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";
import { chooseAgent } from "../fixture/use-opencode.ts";

test("T2: stop against an agent that ignores cancel and signals: the page says how it goes on, one end, and the next prompt works", async ({
  page,
  home,
}) => {
  const data = join(home.dataDir, "data");
  await mkdir(data, { recursive: true });
  const scenario = join(data, "scenario.json");
  const plays = (played: AcpScenario) => writeFile(scenario, JSON.stringify({ stateFile: join(data, "sessions.json"), ...played }));
  await plays({
    prompts: [[{ do: "say", text: "I never stop." }, { do: "hang" }]],
    ignoreCancel: true,
    ignoreSignals: ["SIGINT", "SIGTERM"],
  });
  const agent = { id: "deaf", name: "Deaf", transport: "acp", command: [...scriptedAgentCommand("acp"), scenario] };
  await writeFile(join(data, "agents.json"), JSON.stringify([agent]));
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await openPath(page, await home.start(), repository.path);
  await chooseAgent(page, /^Deaf/);
  await send(page, "Go");
  await expect(transcript(page)).toContainText("I never stop.");

  await stop(page).click();
  const work = transcript(page).getByText(/^Stopping…/);
  await expect(work).toHaveText("Stopping…");
  await expect(work).toHaveText("Stopping… Deaf was asked again");
  await expect(work).toHaveText("Stopping… Deaf does not stop when asked, so its process is being ended");
  await expectNoAxeFindings(page);
  await settled(page);
  const end = transcript(page).getByTestId("turn-end");
  await expect(end).toHaveCount(1);
  await expect(end).toContainText("Stopped by you");
  await expect(end.getByRole("button", { name: "Continue" })).toBeVisible();
  await end.getByRole("button", { name: "Why" }).click();
  await expect(end).toContainText("The agent did not stop when asked, and was ended.");
  await expect(stop(page)).toBeHidden();

  // The next process reads the scenario anew, and has the earlier session.
  await plays({ prompts: [[{ do: "say", text: "Here I am again." }]] });
  await send(page, "Are you there?");
  await settled(page);
  await expect(end).toHaveCount(2);
  await expect(transcript(page)).toContainText("Here I am again.");
  await expect(transcript(page).getByText("I never stop.")).toHaveCount(1);
  await expect(page.getByRole("status", { name: "Agent session" })).toHaveText("resumed");
});
