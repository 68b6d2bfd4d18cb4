import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AcpStep } from "@boocode/testkit/acp/acp-scenario";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, send, settled, test, transcript } from "../fixture/journey.ts";
import { openPath } from "../fixture/open-path.ts";

const AGENT = join(import.meta.dirname, "../../packages/testkit/src/scripted-acp-agent.ts");
const words = (count: number) => Array.from({ length: count }, (_, at) => `word${at}${at % 40 === 39 ? "\n\n" : ""}`).join(" ");
/** Thoughts fold when they are over: each makes the transcript much shorter in one go. */
const TURN: AcpStep[] = [
  { do: "say", kind: "thought", text: words(700) },
  { do: "say", text: words(30) },
  { do: "say", kind: "thought", text: words(400) },
  { do: "fail", message: "The model went away" },
];

test("a turn whose long thoughts fold and that fails is seen at its end, turn after turn", async ({ page, home }) => {
  await using repository = await createRepository({ "README.md": "# Real\n" });
  const data = join(home.dataDir, "data");
  await mkdir(data, { recursive: true });
  await writeFile(join(data, "scenario.json"), JSON.stringify({ prompts: [TURN] }));
  const agent = { id: "thinker", name: "Thinker", transport: "acp", command: [process.execPath, AGENT, join(data, "scenario.json")] };
  await writeFile(join(data, "agents.json"), JSON.stringify([agent]));
  await openPath(page, await home.start(), repository.path);
  await page.getByRole("combobox", { name: "Agent" }).click();
  await page.getByRole("option", { name: /Thinker/ }).click();
  // A machine that is busy, as with agents at work.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: 4 });

  for (const turn of [1, 2, 3, 4, 5, 6]) {
    await send(page, `Think, the ${turn}. time`);
    await settled(page);
    await expect(transcript(page).getByTestId("turn-end").last()).toBeInViewport();
    await expect(page.getByRole("button", { name: /Jump to latest/ })).toBeHidden();
  }
});
