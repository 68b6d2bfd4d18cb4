import type { SessionId } from "@boocode/shared/ids";
import type { BackgroundProcesses } from "./agents/background-processes.ts";
import { listLiveProcesses } from "./agents/list-live-processes.ts";
import type { Config } from "./config.ts";
import { Terminals, type TerminalsDeps } from "./terminals/terminals.ts";

export interface MakeTerminalsDeps extends Omit<TerminalsDeps, "env" | "hostEnv" | "home"> {
  config: Pick<Config, "agentEnv" | "home">;
  /** The environment of agents, with the markers of this run. */
  agentEnv: TerminalsDeps["env"];
  background: BackgroundProcesses;
}

/** Builds the terminals, and what lists everything that runs in a session or a folder. `parts` ends them. */
export function makeTerminals({ config, agentEnv, background, ...deps }: MakeTerminalsDeps, parts: AsyncDisposableStack) {
  const terminals = new Terminals({ ...deps, env: agentEnv, hostEnv: config.agentEnv, home: config.home });
  parts.defer(() => terminals.shutDown());
  const listInTerminals = (sessionId: SessionId) => terminals.listPrograms(sessionId);
  const listProcesses = (sessionId: SessionId | null, folder: string | null) =>
    listLiveProcesses({ background, listInTerminals }, sessionId, folder);
  return { terminals, listProcesses };
}
