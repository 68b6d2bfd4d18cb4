import { z } from "zod";
import { AgentId } from "../ids.ts";

export const BackendKind = z.enum(["native", "opencode", "acp", "cli"]);
export type BackendKind = z.infer<typeof BackendKind>;

export const AgentModel = z.object({
  /** The value `tasks.send` takes as `model`. */
  id: z.string(),
  label: z.string(),
  /** True for the demo model. The page labels it wherever it is named. */
  isScripted: z.boolean(),
});
export type AgentModel = z.infer<typeof AgentModel>;

/** An agent a person can pick, and whether it is available here. */
export const Agent = z.object({
  id: AgentId,
  name: z.string(),
  available: z.boolean(),
  version: z.string().nullable(),
  transport: BackendKind,
  supportsAcp: z.boolean(),
  models: z.array(AgentModel),
  defaultModel: z.string(),
  modes: z.array(z.object({ id: z.string(), label: z.string(), description: z.string() })),
  /** One sentence: what was found, or what is missing. */
  diagnosis: z.string(),
  /** The command that installs the agent, if it is missing. */
  installHint: z.string().nullable(),
});
export type Agent = z.infer<typeof Agent>;
