import type { AgentBackend } from "@boocode/shared/agents/agent-backend";
import type { ConnectionLimits } from "./api/http/server.ts";
import type { SocketLimits } from "./api/http/socket-server.ts";
import type { RunCgroup } from "./platform/processes/run-cgroup.ts";

/** What the program gives a daemon, and settings that only tests can change. */
export interface DaemonOptions {
  /** The output rate of the demo model. */
  demoWordsPerSecond?: number;
  socketLimits?: Partial<SocketLimits>;
  connectionLimits?: Partial<ConnectionLimits>;
  /** Replaces the built-in agent's backend. */
  backend?: AgentBackend;
  /** The cgroup of this process, where it has one for itself. */
  cgroup?: RunCgroup | null;
  /** How long no agent must have been in use before one is asked what it is, in milliseconds. */
  learnAfterMs?: number;
  /** How long git may take to report its version, in milliseconds. */
  gitCheckLimitMs?: number;
  /** Called before each write to the store and each modifying git command, so that a test can crash there. */
  failpoint?: (name: string) => void | Promise<void>;
}
