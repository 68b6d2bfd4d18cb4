import { z } from "zod";

/**
 * The version that a record names: the format is specified as Agent Trace 0.1.0 (https://agent-trace.dev), whose schema requires two
 * numbers here.
 */
export const AGENT_TRACE_VERSION = "0.1";

const Contributor = z.object({ type: z.enum(["human", "ai", "mixed", "unknown"]), model_id: z.string().max(250).optional() });

/** Lines of a file, the first being 1. */
const LineRange = z.object({ start_line: z.number().int().min(1), end_line: z.number().int().min(1) });
export type LineRange = z.infer<typeof LineRange>;

const Conversation = z.object({
  url: z.url().optional(),
  contributor: Contributor,
  ranges: z.array(LineRange),
  related: z.array(z.object({ type: z.string(), url: z.url() })).optional(),
});
export type TraceConversation = z.infer<typeof Conversation>;

const TraceFile = z.object({ path: z.string(), conversations: z.array(Conversation) });
export type TraceFile = z.infer<typeof TraceFile>;

/** Who wrote which lines of the changed files at one commit, in the Agent Trace format. */
export const AgentTrace = z.object({
  version: z.literal(AGENT_TRACE_VERSION),
  id: z.uuid(),
  timestamp: z.iso.datetime(),
  vcs: z.object({ type: z.literal("git"), revision: z.string() }),
  tool: z.object({ name: z.string(), version: z.string() }),
  files: z.array(TraceFile),
});
export type AgentTrace = z.infer<typeof AgentTrace>;
