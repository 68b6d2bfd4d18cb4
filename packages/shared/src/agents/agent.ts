import { z } from "zod";
import { AttachmentTakes } from "../attachments/attachment.ts";
import { AgentId } from "../ids.ts";

export const BackendKind = z.enum(["native", "opencode", "acp", "cli"]);
export type BackendKind = z.infer<typeof BackendKind>;

export const AgentModel = z.object({
  /** The value `tasks.send` takes as `model`. */
  id: z.string(),
  label: z.string(),
  /** True for the demo model. The page labels it wherever it is named. */
  isScripted: z.boolean(),
  /** Whether it takes images. Absent: not known. */
  takesImages: z.boolean().optional(),
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
  /** What it takes besides words, unless the model decides. */
  takes: AttachmentTakes,
  /** One sentence: what was found, or what is missing. */
  diagnosis: z.string(),
  /** What to know of an agent that is available, in addition. Absent if there is nothing. */
  note: z.string().optional(),
  /** The command that installs the agent, if it is missing; or its adapter, if it is driven by its command line without one. */
  installHint: z.string().nullable(),
  /** What it said itself where it did not work: a sentence, and the first lines that it wrote. Null if nothing is known to be wrong. */
  problem: z.string().nullable(),
  /** The command that updates it, and whether BooCode can run it; null if it is not known. */
  update: z.object({ line: z.string(), canRun: z.boolean() }).nullable(),
});
export type Agent = z.infer<typeof Agent>;
