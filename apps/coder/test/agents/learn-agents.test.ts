import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AgentId } from "@boocode/shared/ids";
import type { AcpScenario } from "@boocode/testkit/acp/acp-scenario";
import { scriptedAgentCommand } from "@boocode/testkit/scripted-agent-command";
import { expect, it } from "vitest";
import { RUN_MARKER } from "../../src/agents/reap-orphans.ts";
import { SYSTEM_TABLE } from "../../src/platform/processes/table/system-table.ts";
import { TestHome } from "../start-test-daemon.ts";
import { callOver } from "../test-client.ts";

const PATIENT = { timeout: 60_000 };

/** Agents of agents.json, each started by a script that notes every start. */
async function makeHome(scenarios: Record<string, AcpScenario | string>) {
  const home = await TestHome.make();
  await mkdir(home.dataDir, { recursive: true });
  const entries = Object.entries(scenarios).map(async ([id, scenario]) => {
    const [script, file] = [join(home.path, id), join(home.path, `${id}.json`)];
    if (typeof scenario !== "string")
      await writeFile(file, JSON.stringify({ stateFile: join(home.path, `${id}-state.json`), ...scenario }));
    const run = typeof scenario === "string" ? scenario : `exec ${scriptedAgentCommand("acp").join(" ")} ${file}`;
    await writeFile(script, `#!/bin/sh\necho ${id} >> ${join(home.path, "starts")}\npwd >> ${join(home.path, "places")}\n${run}\n`);
    await chmod(script, 0o755);
    return { id, transport: "acp", command: [script] };
  });
  await writeFile(join(home.dataDir, "agents.json"), JSON.stringify(await Promise.all(entries)));
  const read = async (name: string) => (await readFile(join(home.path, name), "utf8").catch(() => "")).split("\n").filter(Boolean);
  return { home, read };
}

it("a found agent's version, modes and models are known without a prompt, and by the next daemon at once; it is left no session", async () => {
  const models = { currentModelId: "big", availableModels: [{ modelId: "big", name: "Big" }] };
  const { home, read } = await makeHome({ mine: { prompts: [[]], session: { models }, deletesSessions: true } });
  const daemon = await home.start({ learnAfterMs: 10 });
  const findIn = async (api: ReturnType<typeof callOver>) => (await api.agents.list.query()).find(({ id }) => id === "mine");
  const find = () => findIn(callOver(daemon));
  expect(await find()).toMatchObject({ available: true, version: null });
  const known = { version: "1.0.0", models: [{ id: "big", label: "Big" }], modes: [{ id: "default" }, { id: "plan" }], problem: null };
  await expect.poll(find, PATIENT).toMatchObject(known);
  expect(JSON.parse((await read("mine-state.json")).join(""))).toEqual({});
  expect(await read("places")).toEqual([join(home.dataDir, "empty")]);
  const started = async () => (await SYSTEM_TABLE.listMarked(RUN_MARKER)).filter(({ parent }) => parent === process.pid);
  const argvs = async () => Promise.all((await started()).map(({ pid }) => SYSTEM_TABLE.readArgv(pid)));
  await expect.poll(async () => (await argvs()).filter((argv) => argv.join(" ").includes(home.path)), PATIENT).toEqual([]);
  await daemon.close();

  const again = await home.start({ learnAfterMs: 10 });
  expect(await findIn(callOver(again))).toMatchObject(known);
  await callOver(again).agents.refresh.mutate();
  expect(await read("starts")).toEqual(["mine"]);
});

it("one that does not start says so in its own first lines; one that never answers harms nobody", async () => {
  const { home } = await makeHome({
    broken: 'echo "This agent needs Node 99." >&2; echo "Get it first." >&2; exit 1',
    silent: { prompts: [[]], hangsOn: ["initialize"] },
  });
  const api = callOver(await home.start({ learnAfterMs: 10 }));
  const find = async (id: string) => (await api.agents.list.query()).find((agent) => agent.id === AgentId.parse(id));
  await expect
    .poll(async () => (await find("broken"))?.problem, PATIENT)
    .toMatch(/exit code 1[^]*This agent needs Node 99\.\nGet it first\./);
  // It may work for a prompt all the same: its version was never in doubt.
  expect(await find("broken")).toMatchObject({ available: true });
  expect(await find("silent")).toMatchObject({ available: true, problem: null });
});
