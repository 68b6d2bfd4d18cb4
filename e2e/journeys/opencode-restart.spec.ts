import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ScriptedOpencodeProgram } from "@boocode/testkit/scripted-opencode-program";
import { expect, expectNoAxeFindings, openDemo, send, settled, test as base, transcript } from "../fixture/journey.ts";
import { pickOpencode } from "../fixture/opencode-home.ts";
import { DaemonHome } from "../fixture/start-daemon.ts";

const program = { isBroken: true };

const test = base.extend({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the needed fixtures from this pattern.
  home: async ({}, use) => {
    await using opencode = await ScriptedOpencodeProgram.create({
      script: () => ({ steps: [{ do: "say", text: "I live again." }] }),
      faults: () => (program.isBroken ? { diesAtEvent: 1 } : {}),
    });
    await using home = await DaemonHome.make();
    const data = join(home.dataDir, "data");
    await mkdir(data, { recursive: true, mode: 0o700 });
    await writeFile(join(data, "agents.json"), JSON.stringify([{ id: "opencode", command: [opencode.file] }]));
    await use(home);
  },
});

test("P11: a server that dies again and again is left alone, says for how long, and a button starts it at once", async ({
  page,
  daemon,
}) => {
  await openDemo(page, daemon);
  await pickOpencode(page, /^Demo model/);
  const leftAlone = transcript(page).getByText(/left alone for \d+ s/);
  for (let prompt = 1; prompt <= 6 && (await leftAlone.count()) === 0; prompt += 1) {
    await send(page, `Attempt ${prompt}`);
    await settled(page);
  }
  await expect(leftAlone.last()).toBeVisible();
  await expect(transcript(page)).toContainText("The agent could not be started");
  await expectNoAxeFindings(page);
  program.isBroken = false;
  await transcript(page).getByRole("button", { name: "Try again" }).click();
  await expect(transcript(page)).toContainText("I live again.");
});
