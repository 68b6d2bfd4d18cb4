import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ScriptedModel } from "@boocode/testkit/scripted-model";
import { writeFiles, type RealAgent } from "../agents/real-agent.ts";
import { DaemonHome } from "../fixture/start-daemon.ts";

/** Makes a data directory whose daemons drive a real agent that its person has set up with the scripted model. */
export async function makeAgentHome(
  agent: Pick<RealAgent, "id" | "command" | "setUp">,
  model: ScriptedModel,
  settings: Readonly<Record<string, string>> = {},
): Promise<DaemonHome> {
  const home = await DaemonHome.make(settings);
  const { env, files } = agent.setUp(model);
  await writeFiles(home.dataDir, files);
  await mkdir(join(home.dataDir, "data"), { recursive: true, mode: 0o700 });
  await writeFile(join(home.dataDir, "data/agents.json"), JSON.stringify([{ id: agent.id, command: agent.command, env }]));
  return home;
}
