import { createHash } from "node:crypto";
import type { AgentId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { INSTALL_MARKER, RUN_MARKER } from "./reap-orphans.ts";

/**
 * Hashes what every conversation with an agent is opened with: its worktree, the trust in it and the environment. The markers are excluded:
 * they change with every start of the daemon. Model, mode, endpoint and command are not part of it: a backend changes in place what it can,
 * and starts its process anew for the rest (see `decideRelaunch`).
 */
export function hashAgentConfig(
  env: Readonly<Record<string, string>>,
  { agent, worktree, projectTrusted }: { agent: AgentId; worktree: Worktree; projectTrusted: boolean },
): string {
  const kept = Object.entries(env)
    .filter(([name]) => name !== INSTALL_MARKER && name !== RUN_MARKER)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const whole = [agent, worktree.id, worktree.path, worktree.device, worktree.inode, projectTrusted, kept];
  return createHash("sha256").update(JSON.stringify(whole)).digest("hex");
}
