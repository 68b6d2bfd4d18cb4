import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AcpStep } from "@boocode/testkit/acp/acp-scenario";
import { scriptedAgentCommand } from "@boocode/testkit/scripted-agent-command";
import { createRepository } from "@boocode/testkit/repo-builder";
import type { Page } from "@playwright/test";
import { expect, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";
import type { DaemonHome } from "../fixture/start-daemon.ts";

const words = (count: number) => Array.from({ length: count }, (_, at) => `word${at}${at % 40 === 39 ? "\n\n" : ""}`).join(" ");
/** A turn with thoughts, which fold when they end: each makes the transcript much shorter at once. */
const TURN: AcpStep[] = [
  { do: "say", kind: "thought", text: words(700) },
  { do: "say", text: words(30) },
  { do: "say", kind: "thought", text: words(400) },
  { do: "fail", message: "The model went away" },
];

test("the end of a failed turn with long folding thoughts is visible, turn after turn", async ({ page, home }) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  await openWithThinker(page, home, repository.path, TURN);
  // Simulates a busy machine, as with agents at work.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });

  for (const turn of [1, 2, 3, 4, 5, 6]) {
    await send(page, `Think, the ${turn}. time`);
    await settled(page);
    await expect(transcript(page).getByTestId("turn-end").last()).toBeInViewport();
    await expect(page.getByRole("button", { name: /Jump to latest/ })).toBeHidden();
  }
});

test("scrolling up with nothing above does not release the end", async ({ page, home }) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  const answer = { sessionUpdate: "agent_message_chunk", content: { type: "text", text: words(900) } };
  await openWithThinker(page, home, repository.path, [
    { do: "askPermission", title: "look around", then: { allow: [{ do: "emit", update: answer }] } },
  ]);
  await send(page, "Ask first");
  const allow = transcript(page).getByRole("button", { name: "Allow" });
  await allow.hover();
  await page.mouse.wheel(0, -200);
  await allow.click();
  await settled(page);
  await expect(transcript(page).getByTestId("turn-end")).toBeInViewport();
  await expect(page.getByRole("button", { name: /Jump to latest/ })).toBeHidden();
});

/** Opens a session with an agent that answers each prompt with `steps`. */
async function openWithThinker(page: Page, home: DaemonHome, path: string, steps: readonly AcpStep[]): Promise<void> {
  const data = join(home.dataDir, "data");
  await mkdir(data, { recursive: true });
  await writeFile(join(data, "scenario.json"), JSON.stringify({ prompts: [steps] }));
  const agent = {
    id: "thinker",
    name: "Thinker",
    transport: "acp",
    command: [...scriptedAgentCommand("acp"), join(data, "scenario.json")],
  };
  await writeFile(join(data, "agents.json"), JSON.stringify([agent]));
  await openPath(page, await home.start(), path);
  await page.getByRole("combobox", { name: "Agent" }).click();
  await page.getByRole("option", { name: /Thinker/ }).click();
}
