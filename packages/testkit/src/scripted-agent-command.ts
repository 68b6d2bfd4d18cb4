import { fileURLToPath } from "node:url";

const RUN_CACHED = pathOf("./run-cached.mjs");
const PROGRAMS = { acp: pathOf("./scripted-acp-agent.ts"), cli: pathOf("./scripted-cli-agent.ts") };

/** The command that starts a scripted agent, without the path of its scenario, which comes next. */
export function scriptedAgentCommand(kind: keyof typeof PROGRAMS): string[] {
  return runCached(PROGRAMS[kind]);
}

/** The command that runs a TypeScript program with the code that an earlier run compiled. */
export function runCached(program: string): string[] {
  return [process.execPath, RUN_CACHED, program];
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
