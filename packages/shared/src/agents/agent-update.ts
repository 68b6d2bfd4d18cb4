import { z } from "zod";
import { AgentId, EpochMs } from "../ids.ts";

/** An update of an agent that a person asked for: the running one, or the last one since the daemon was started. */
export const AgentUpdate = z.object({
  agent: AgentId,
  /** What is run, as a person would type it. */
  line: z.string(),
  state: z.enum(["running", "done", "failed"]),
  /** The last part of what it wrote. */
  output: z.string(),
  /** Why it failed, as a sentence; null if it did not. */
  reason: z.string().nullable(),
  versionBefore: z.string().nullable(),
  /** Null until it is known. */
  versionAfter: z.string().nullable(),
  startedAt: EpochMs,
  endedAt: EpochMs.nullable(),
});
export type AgentUpdate = z.infer<typeof AgentUpdate>;
