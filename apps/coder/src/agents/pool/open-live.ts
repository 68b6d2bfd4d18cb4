import type { AgentBackend, AgentConversation } from "@boocode/shared/agents/agent-backend";
import type { Time } from "../../platform/time.ts";
import { toWorkMark } from "../../platform/processes/work-mark.ts";
import { openInTime } from "../open-in-time.ts";
import type { AcquireInput } from "./live.ts";

export interface OpenLiveDeps {
  time: Time;
  /** The environment of agents and everything they start: the allow-list and the markers. */
  env: Readonly<Record<string, string>>;
  /** Environment variables that keep git in an untrusted project's folder from running programs that its repository names. */
  gitVariables?(cwd: string): Promise<Readonly<Record<string, string>>>;
  /** Environment variables that tell an agent's programs the ports of the worktree. */
  portVariables?(worktree: AcquireInput["worktree"]): Promise<Readonly<Record<string, string>>>;
  /** Called with a continued context before its first turn, which waits for it. Never rejects. */
  onResumed?(input: AcquireInput, conversation: AgentConversation): Promise<void>;
}

/**
 * Opens a conversation with the chat's mark in its environment. `opened` gets it as soon as there is one, before a continued context is
 * looked at. Rejects with the backend's own error, or `agent_unavailable` if it takes too long.
 */
export async function openLive(
  deps: OpenLiveDeps,
  { backend, input, resume }: { backend: AgentBackend; input: AcquireInput; resume: string | null },
  opened: (conversation: AgentConversation) => void,
): Promise<AgentConversation> {
  const { chatId, sessionId, agent, projectTrusted, model = "" } = input;
  const worktreePath = input.worktree.path;
  const open = async () => {
    // The native agent restricts git before each command instead.
    const isGuarded = !projectTrusted && backend.kind !== "native";
    const guards = isGuarded ? await deps.gitVariables?.(worktreePath) : {};
    const env = { ...deps.env, ...(await deps.portVariables?.(input.worktree)), ...guards, ...toWorkMark(sessionId, chatId) };
    return backend.open({ chatId, agent, worktreePath, projectTrusted, model, resume, env });
  };
  const conversation = await openInTime(deps.time, open(), agent);
  opened(conversation);
  if (conversation.continuity === "resumed") await deps.onResumed?.(input, conversation);
  return conversation;
}
