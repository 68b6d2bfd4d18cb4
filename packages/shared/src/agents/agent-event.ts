import { z } from "zod";
import { PermissionId, Seq, TaskId } from "../ids.ts";
import { EVENT_LIMITS } from "./event-limits.ts";
import { PermissionOption, SettledBy } from "./permissions/permission-option.ts";
import { Usage } from "./usage.ts";

/** Identifies a piece of an agent's output inside its chat. */
export const PartId = z.string().min(1).max(EVENT_LIMITS.id);
export const CallId = z.string().min(1).max(EVENT_LIMITS.id);

const text = z.string().max(EVENT_LIMITS.text);
const title = z.string().max(EVENT_LIMITS.title);
const path = z.string().max(EVENT_LIMITS.path);
const paths = z.array(path).max(EVENT_LIMITS.items);
const argv = z.array(z.string().max(EVENT_LIMITS.word)).max(EVENT_LIMITS.items);
const offset = z.number().int().nonnegative();
const partText = z.string().max(EVENT_LIMITS.part);

export const PartKind = z.enum(["text", "thought"]);
export type PartKind = z.infer<typeof PartKind>;

export const ToolKind = z.enum(["read", "list", "search", "edit", "write", "rename", "delete", "command", "fetch", "other"]);
export type ToolKind = z.infer<typeof ToolKind>;
export const ToolStatus = z.enum(["running", "completed", "failed", "cancelled"]);
export type ToolStatus = z.infer<typeof ToolStatus>;

/**
 * Opaque data a model server expects back with its tool call. `mark` identifies the model and endpoint it came from; it is sent to no
 * other.
 */
export const CallEcho = z.object({ mark: z.string().max(64), extra: z.unknown() });
export type CallEcho = z.infer<typeof CallEcho>;

/** A tool's result, shown on its card. Bounded: `truncatedBytes` is how much was cut from `output`. */
export const ToolResult = z.object({
  output: z.string().max(EVENT_LIMITS.output).optional(),
  truncatedBytes: z.number().int().nonnegative().optional(),
  exitCode: z.number().int().nullable().optional(),
  signal: z.string().max(32).nullable().optional(),
  /** Unified patch of an edit, shown on the card. */
  patch: z.string().max(EVENT_LIMITS.output).optional(),
  error: text.optional(),
});
export type ToolResult = z.infer<typeof ToolResult>;

/** One normalised thing an agent did. There are twelve types; a thirteenth needs an ADR. A turn's end is not an agent event. */
export const AgentEvent = z.discriminatedUnion("type", [
  /** `offset` counts UTF-16 units from the start of the part. */
  z.object({ type: z.literal("text.delta"), partId: PartId, offset, text: partText }),
  z.object({ type: z.literal("thought.delta"), partId: PartId, offset, text: partText }),
  /** Replaces a whole part. `firstSeq` is its place in the transcript, if known. */
  z.object({ type: z.literal("part.set"), partId: PartId, kind: PartKind, firstSeq: Seq.nullable(), text: partText }),
  z.object({
    type: z.literal("tool.started"),
    callId: CallId,
    /** The agent's own name for the tool. */
    name: z.string().max(EVENT_LIMITS.id),
    kind: ToolKind,
    /** One line: "Edit src/main.ts". */
    title,
    /** Files the call names, relative to the worktree. Attribution uses them. */
    paths,
    /** Set for commands. */
    argv: argv.optional(),
    cwd: path.optional(),
    /** The arguments as the agent sent them, bounded. */
    input: z.unknown(),
    parentCallId: CallId.optional(),
    echo: CallEcho.optional(),
  }),
  z.object({
    type: z.literal("tool.updated"),
    callId: CallId,
    status: ToolStatus,
    result: ToolResult,
    paths: paths.optional(),
  }),
  z.object({
    type: z.literal("plan.updated"),
    entries: z.array(z.object({ text, status: z.enum(["pending", "running", "done"]) })).max(EVENT_LIMITS.items),
  }),
  z.object({
    type: z.literal("commands.updated"),
    commands: z
      .array(
        z.object({
          name: z.string().max(EVENT_LIMITS.id),
          description: z.string().max(EVENT_LIMITS.commandDescription),
          /** What may be written behind the name. */
          hint: title.optional(),
        }),
      )
      .max(EVENT_LIMITS.items),
  }),
  z.object({
    type: z.literal("permission.requested"),
    permissionId: PermissionId,
    callId: CallId.nullable(),
    title,
    /** What the tool would do. If absent: a command when there is an argv, otherwise unknown. */
    toolKind: ToolKind.optional(),
    /** Files the tool would touch: relative to the worktree, or absolute if outside it. */
    paths: paths.optional(),
    /** The whole command, never shortened. A shell command line is `[shell, "-c", line]`, or the line as a single word. */
    argv: argv.optional(),
    cwd: path.optional(),
    options: z.array(PermissionOption).max(EVENT_LIMITS.options),
  }),
  z.object({
    type: z.literal("permission.resolved"),
    permissionId: PermissionId,
    optionId: z.string().max(EVENT_LIMITS.id).nullable(),
    by: SettledBy,
  }),
  /** The running total of the turn, not an increment. */
  z.object({ type: z.literal("usage.updated"), usage: Usage }),
  z.object({ type: z.literal("session.updated"), agentSessionId: z.string().max(EVENT_LIMITS.title).nullable(), title: title.nullable() }),
  z.object({
    type: z.literal("notice"),
    level: z.enum(["info", "warning"]),
    text,
    /**
     * From here on, the agent goes on with this in place of all turns up to and including that of `throughTaskId`. If that is absent, the
     * agent itself knows in place of what.
     */
    summary: z.object({ text: z.string().max(EVENT_LIMITS.summary), throughTaskId: TaskId.optional() }).optional(),
  }),
]);
export type AgentEvent = z.infer<typeof AgentEvent>;
export type AgentEventType = AgentEvent["type"];

/** All types of agent event, in schema order. */
export const AGENT_EVENT_TYPES: readonly AgentEventType[] = AgentEvent.options.map(({ shape }) => shape.type.value);
