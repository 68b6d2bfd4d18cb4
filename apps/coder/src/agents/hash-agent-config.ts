import { createHash } from "node:crypto";
import type { AgentId } from "@boocode/shared/ids";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { INSTALL_MARKER, RUN_MARKER } from "./reap-orphans.ts";

/** Hashes the command and environment an agent is started with. The markers are excluded: they change with every start of the daemon. */
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
