import type { Agent, AgentModel } from "@boocode/shared/agents/agent";
import type { AgentSessionView } from "@boocode/shared/agents/agent-session-record";
import type { SessionId } from "@boocode/shared/ids";

export interface Agents {
  /** The last probe's finding; probes first where there is none. */
  list(): Promise<Agent[]>;
  /** Probes anew. */
  refresh(): Promise<Agent[]>;
  /** Asks an OpenAI-compatible endpoint for its models. Faults: `endpoint_unreachable`, `endpoint_refused`. */
  testEndpoint(input: { url: string; key?: string | undefined }): Promise<{ models: AgentModel[] }>;
  listSessions(sessionId: SessionId): Promise<AgentSessionView[]>;
}
