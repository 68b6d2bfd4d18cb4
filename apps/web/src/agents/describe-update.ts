import type { AgentUpdate } from "@boocode/shared/agents/agent-update";

/** One sentence about an update. */
export function describeUpdate({ state, line, reason, versionBefore, versionAfter }: AgentUpdate): string {
  if (state === "running") return `Running ${line}. Its prompts wait until that is done.`;
  if (state === "failed") return `${reason ?? "The update failed."} ${describeLeft(versionBefore, versionAfter)}`;
  if (versionAfter === null) return "Updated. Its version could not be read.";
  return versionBefore === versionAfter
    ? `${versionAfter} is the newest version.`
    : `Updated${versionBefore === null ? "" : ` from ${versionBefore}`} to ${versionAfter}.`;
}

function describeLeft(before: string | null, after: string | null): string {
  if (after === null) return "Its version could not be read afterwards.";
  return before === after ? `${after} is still installed.` : `${after} is installed now.`;
}
