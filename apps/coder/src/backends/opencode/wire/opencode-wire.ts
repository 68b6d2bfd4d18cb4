import type * as Sdk from "@opencode-ai/sdk/v2/client";
import { z } from "zod";

/*
 * Schemas for the parts of opencode's answers that BooCode reads. Other fields are allowed and ignored. Fields that the tested SDK version
 * marks as required may be missing in other versions.
 */

/** The output type of a schema; compiles only if the schema accepts every value of the SDK's type. */
type Read<Schema extends z.ZodType, _Promised extends z.input<Schema>> = z.output<Schema>;

export const Health = z.object({ healthy: z.boolean(), version: z.string() });
export type Health = Read<typeof Health, Sdk.GlobalHealthResponses[200]>;

export const WireTokens = z.object({
  input: z.number(),
  output: z.number(),
  reasoning: z.number().default(0),
  cache: z.object({ read: z.number().default(0), write: z.number().default(0) }).prefault({}),
});
export type WireTokens = Read<typeof WireTokens, Sdk.AssistantMessage["tokens"]>;

export const WireError = z.object({
  name: z.string().default("UnknownError"),
  data: z.object({ message: z.string().optional(), statusCode: z.number().optional() }).prefault({}),
});
export type WireError = Read<typeof WireError, NonNullable<Sdk.AssistantMessage["error"]>>;

export const WireMessage = z.object({
  id: z.string(),
  sessionID: z.string(),
  role: z.enum(["user", "assistant"]),
  time: z.object({ completed: z.number().optional() }).prefault({}),
  error: WireError.optional(),
  providerID: z.string().optional(),
  modelID: z.string().optional(),
  finish: z.string().optional(),
  /** True: it summarises what came before. Other messages have other values there. */
  summary: z.boolean().optional().catch(undefined),
});
export type WireMessage = Read<typeof WireMessage, Sdk.AssistantMessage>;

const part = { id: z.string(), sessionID: z.string(), messageID: z.string() };
const Fields = z.record(z.string(), z.unknown());

export const WireToolState = z.object({
  status: z.enum(["pending", "running", "completed", "error"]),
  input: Fields.catch({}),
  output: z.string().optional(),
  error: z.string().optional(),
  title: z.string().optional(),
  metadata: Fields.optional(),
});
export type WireToolState = Read<typeof WireToolState, Sdk.ToolState>;

export const WirePart = z.discriminatedUnion("type", [
  z.object({
    ...part,
    type: z.literal("text"),
    text: z.string(),
    ignored: z.boolean().optional(),
    time: z.object({ end: z.number().optional() }).optional(),
  }),
  z.object({ ...part, type: z.literal("reasoning"), text: z.string(), time: z.object({ end: z.number().optional() }).optional() }),
  z.object({ ...part, type: z.literal("tool"), callID: z.string(), tool: z.string(), state: WireToolState }),
  z.object({ ...part, type: z.literal("step-finish"), cost: z.number().default(0), tokens: WireTokens }),
]);
export type WirePart = Read<typeof WirePart, Extract<Sdk.Part, { type: "text" | "reasoning" | "tool" | "step-finish" }>>;

/** Kinds of parts with nothing for the reader. Unknown kinds are counted; these are not. */
export const SILENT_PARTS: ReadonlySet<string> = new Set([
  "step-start",
  "snapshot",
  "patch",
  "agent",
  "retry",
  "compaction",
  "file",
  "subtask",
]);

export const WireStatus = z.discriminatedUnion("type", [
  z.object({ type: z.literal("idle") }),
  z.object({ type: z.literal("busy") }),
  z.object({ type: z.literal("retry"), attempt: z.number(), message: z.string() }),
]);

const tool = z.object({ messageID: z.string(), callID: z.string() }).optional();

export const WirePermission = z.object({
  id: z.string(),
  sessionID: z.string(),
  permission: z.string(),
  patterns: z.array(z.string()).default([]),
  metadata: Fields.default({}),
  always: z.array(z.string()).default([]),
  tool,
});
export type WirePermission = Read<typeof WirePermission, Sdk.PermissionRequest>;

/** A permission request from newer servers: the same content under other names. */
export const WireNextPermission = z.object({
  id: z.string(),
  sessionID: z.string(),
  action: z.string(),
  resources: z.array(z.string()).default([]),
  save: z.array(z.string()).default([]),
  metadata: Fields.default({}),
  source: z.object({ messageID: z.string(), callID: z.string() }).optional().catch(undefined),
});

export const WireQuestion = z.object({
  id: z.string(),
  sessionID: z.string(),
  questions: z.array(z.object({ question: z.string(), header: z.string().default(""), options: z.array(z.object({ label: z.string() })) })),
  tool,
});
export type WireQuestion = Read<typeof WireQuestion, Sdk.QuestionRequest | Sdk.QuestionV2Request>;

export const WireSession = z.object({
  id: z.string(),
  parentID: z.string().optional(),
  directory: z.string(),
  title: z.string().optional(),
});
export type WireSession = Read<typeof WireSession, Sdk.Session>;

/** The answer of the message list. The decoder drops invalid elements. */
export const MessageList = z.array(z.object({ info: z.unknown(), parts: z.array(z.unknown()) }));
export type MessageList = Read<typeof MessageList, Sdk.SessionMessagesResponses[200]>;
export const AskList = z.object({ data: z.array(z.unknown()) });
export const StatusMap = z.record(z.string(), WireStatus);
export type StatusMap = Read<typeof StatusMap, Sdk.SessionStatusResponses[200]>;

export const ProviderList = z.object({
  providers: z.array(
    z.object({
      id: z.string(),
      name: z.string().default(""),
      models: z.record(
        z.string(),
        z.object({
          name: z.string().default(""),
          limit: z.object({ context: z.number() }).optional(),
          capabilities: z.object({ input: z.object({ image: z.boolean() }) }).optional(),
        }),
      ),
    }),
  ),
  default: z.record(z.string(), z.string()).default({}),
});
export type ProviderList = Read<typeof ProviderList, Sdk.ConfigProvidersResponses[200]>;

export const WireEnvelope = z.object({ type: z.string(), properties: Fields.default({}) });

/** The commands of a folder. One that cannot be read is left out. */
export const CommandList = z
  .array(
    z
      .object({ name: z.string().min(1), description: z.string().default(""), hints: z.array(z.string()).default([]) })
      .transform(({ name, description, hints }) => ({ name, description, ...(hints.length > 0 ? { hint: "[arguments]" } : {}) }))
      .nullable()
      .catch(null),
  )
  .transform((commands) => commands.filter((command) => command !== null));
