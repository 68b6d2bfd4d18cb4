import { cutText } from "@boocode/shared/text/cut-text";
import { z } from "zod";

/**
 * Schemas for the parts of ACP 1 that BooCode reads. Only indispensable fields are required; any other invalid field counts as missing.
 */
const maybe = <T extends z.ZodType>(schema: T) => schema.nullish().catch(null);
/** A list that drops invalid entries. */
const some = <T extends z.ZodType>(schema: T) =>
  z
    .array(z.unknown())
    .nullish()
    .catch(null)
    .transform((values) =>
      (values ?? []).slice(0, 1_000).flatMap((value): z.output<T>[] => {
        const parsed = schema.safeParse(value);
        return parsed.success ? [parsed.data] : [];
      }),
    );

export const InitializeAnswer = z.object({
  protocolVersion: z.number(),
  agentInfo: maybe(z.object({ name: z.string(), version: maybe(z.string()) })),
  agentCapabilities: maybe(
    z.object({
      loadSession: maybe(z.boolean()),
      promptCapabilities: maybe(z.object({ image: maybe(z.boolean()), embeddedContext: maybe(z.boolean()) })),
      sessionCapabilities: maybe(z.object({ resume: maybe(z.object({})), delete: maybe(z.object({})), close: maybe(z.object({})) })),
    }),
  ),
  /** `args` start its program for a login in a terminal. */
  authMethods: some(z.object({ id: z.string(), name: z.string(), type: maybe(z.string()), args: maybe(z.array(z.string())) })),
});

export type AuthMethod = z.infer<typeof InitializeAnswer>["authMethods"][number];

const Mode = z.object({ id: z.string().min(1).max(64), name: z.string(), description: maybe(z.string()) });
const Choice = z.object({ value: z.string(), name: z.string() });
const ConfigOption = z.object({
  id: z.string(),
  category: maybe(z.string()),
  currentValue: maybe(z.string()),
  /** Choices or groups of choices. */
  options: some(z.union([Choice, z.object({ options: some(Choice) })])),
});

/** The session in the answers to `session/new`, `session/load` and `session/resume`. */
export const SessionAnswer = z.object({
  sessionId: maybe(z.string().min(1)),
  modes: maybe(z.object({ currentModeId: z.string(), availableModes: some(Mode) })),
  /** The predecessor of `configOptions`, which some agents still use. */
  models: maybe(z.object({ currentModelId: z.string(), availableModels: some(z.object({ modelId: z.string(), name: z.string() })) })),
  configOptions: some(ConfigOption),
});
export type SessionAnswer = z.infer<typeof SessionAnswer>;

const Count = z.number().int().nonnegative();
const TokenCounts = z
  .object({
    inputTokens: maybe(Count),
    outputTokens: maybe(Count),
    cachedReadTokens: maybe(Count),
    cachedWriteTokens: maybe(Count),
    thoughtTokens: maybe(Count),
    totalTokens: maybe(Count),
  })
  .transform(({ inputTokens, outputTokens, cachedReadTokens, cachedWriteTokens, thoughtTokens, totalTokens }) => {
    // Some agents count what came from and went into a cache beside the input: then the total is only reached with it.
    const beside = (cachedReadTokens ?? 0) + (cachedWriteTokens ?? 0);
    const isBeside = (totalTokens ?? 0) - (thoughtTokens ?? 0) >= (inputTokens ?? 0) + (outputTokens ?? 0) + beside;
    return { inputTokens: inputTokens != null && isBeside ? inputTokens + beside : inputTokens, outputTokens, cachedReadTokens };
  });
export type TokenCounts = z.infer<typeof TokenCounts>;

/** Gemini counts a turn's tokens under other names. */
const Quota = z
  .object({ quota: z.object({ token_count: z.object({ input_tokens: maybe(Count), output_tokens: maybe(Count) }) }) })
  .transform(
    ({
      quota: {
        token_count: { input_tokens: inputTokens, output_tokens: outputTokens },
      },
    }) => ({ inputTokens, outputTokens, cachedReadTokens: undefined }),
  );

/** The answer to a prompt, with its token counts wherever they are. */
export const PromptAnswer = z
  .object({ stopReason: z.string(), usage: maybe(TokenCounts), _meta: maybe(Quota) })
  .transform(({ stopReason, usage, _meta: counted }) => ({ stopReason, usage: usage ?? (counted?.inputTokens != null ? counted : null) }));

const Content = z.object({ type: z.string(), text: z.string().optional(), uri: z.string().optional() });
const ToolContent = z.union([
  z.object({ type: z.literal("content"), content: Content }),
  z.object({ type: z.literal("diff"), path: z.string(), oldText: maybe(z.string()), newText: z.string() }),
]);

const ToolContents = some(ToolContent);
const Locations = some(z.object({ path: z.string() }));

/** The fields of a tool call that were sent so far. */
export const ToolFields = z.object({
  toolCallId: z.string(),
  title: maybe(z.string()),
  name: maybe(z.string()),
  kind: maybe(z.string()),
  status: maybe(z.string()),
  content: maybe(z.array(z.unknown())).transform((values) => (values ? ToolContents.parse(values) : null)),
  locations: maybe(z.array(z.unknown())).transform((values) => (values ? Locations.parse(values) : null)),
  rawInput: z.unknown().optional(),
  rawOutput: z.unknown().optional(),
  _meta: maybe(
    z.object({
      toolName: maybe(z.string()),
      /** qwen's name for the call that a sub-agent works for. */
      parentToolCallId: maybe(z.string()),
      goose: maybe(z.object({ toolCall: maybe(z.object({ toolName: maybe(z.string()) })) })),
      claudeCode: maybe(z.object({ toolName: maybe(z.string()), parentToolUseId: maybe(z.string()) })),
    }),
  ),
});
export type ToolFields = z.infer<typeof ToolFields>;

/** `claudeCode.kind` is set for words of the program itself, which are not the model's. */
const ChunkMeta = maybe(
  z.object({
    usage: maybe(TokenCounts),
    parentToolCallId: maybe(z.string()),
    claudeCode: maybe(z.object({ kind: maybe(z.string()), level: maybe(z.string()), parentToolUseId: maybe(z.string()) })),
  }),
);
const Chunk = { content: Content, messageId: maybe(z.string()), _meta: ChunkMeta };

const AvailableCommand = z
  .object({ name: z.string().min(1), description: maybe(z.string()), input: maybe(z.object({ hint: maybe(z.string()) })) })
  .transform(({ name, description, input }) => ({ name, description: description ?? "", ...(input?.hint ? { hint: input.hint } : {}) }));

/** The known updates, by `sessionUpdate`. */
const SessionUpdate = z.discriminatedUnion("sessionUpdate", [
  z.object({ sessionUpdate: z.literal("user_message_chunk"), content: maybe(Content) }),
  z.object({ sessionUpdate: z.literal("agent_message_chunk"), ...Chunk }),
  z.object({ sessionUpdate: z.literal("agent_thought_chunk"), ...Chunk }),
  ToolFields.extend({ sessionUpdate: z.literal("tool_call") }),
  ToolFields.extend({ sessionUpdate: z.literal("tool_call_update") }),
  z.object({ sessionUpdate: z.literal("plan"), entries: some(z.object({ content: z.string(), status: z.string() })) }),
  z.object({
    sessionUpdate: z.literal("available_commands_update"),
    availableCommands: some(AvailableCommand),
  }),
  z.object({ sessionUpdate: z.literal("current_mode_update"), currentModeId: z.string() }),
  z.object({ sessionUpdate: z.literal("config_option_update"), configOptions: some(ConfigOption) }),
  z.object({ sessionUpdate: z.literal("session_info_update"), title: maybe(z.string()) }),
  z.object({
    sessionUpdate: z.literal("usage_update"),
    used: maybe(Count),
    size: maybe(Count),
    cost: maybe(z.object({ amount: z.number().nonnegative(), currency: z.string() })),
  }),
]);
export type SessionUpdate = z.infer<typeof SessionUpdate>;

const KINDS: ReadonlySet<string> = new Set(SessionUpdate.options.map(({ shape }) => shape.sessionUpdate.value));
const Envelope = z.object({ sessionId: z.string(), update: z.looseObject({ sessionUpdate: z.string() }) });

export type DecodedUpdate =
  | { kind: "update"; sessionId: string; update: SessionUpdate }
  | { kind: "unknown"; name: string }
  | { kind: "unreadable" };

/** Decodes the parameters of a `session/update`. An unknown kind is not an error of the agent. */
export function decodeUpdate(params: unknown): DecodedUpdate {
  const envelope = Envelope.safeParse(params);
  if (!envelope.success) return { kind: "unreadable" };
  const { sessionId, update } = envelope.data;
  if (!KINDS.has(update.sessionUpdate)) return { kind: "unknown", name: cutText(update.sessionUpdate, 60) };
  const parsed = SessionUpdate.safeParse(update);
  return parsed.success ? { kind: "update", sessionId, update: parsed.data } : { kind: "unreadable" };
}

const PermissionOption = z.object({
  optionId: z.string(),
  name: z.string(),
  kind: z.enum(["allow_once", "allow_always", "reject_once", "reject_always"]),
});
const MAX_OPTIONS = 100;

/** A permission request. Options of an unknown kind are dropped; the others can still be answered. */
export const PermissionAsk = z.object({
  sessionId: z.string(),
  toolCall: ToolFields,
  options: z
    .array(z.unknown())
    .max(MAX_OPTIONS)
    .transform((options) => some(PermissionOption).parse(options)),
});
export type PermissionAsk = z.infer<typeof PermissionAsk>;

/** The outcome sent to the agent that asked. */
export type PermissionOutcome = { outcome: { outcome: "cancelled" } | { outcome: "selected"; optionId: string } };
