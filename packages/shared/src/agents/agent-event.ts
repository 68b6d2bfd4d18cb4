import { z } from "zod";
import { PermissionId, Seq } from "../ids.ts";
import { Usage } from "./usage.ts";

/** Identifies a piece of an agent's output inside its chat. */
export const PartId = z.string().min(1).max(200);
export const CallId = z.string().min(1).max(200);

export const PartKind = z.enum(["text", "thought"]);
export type PartKind = z.infer<typeof PartKind>;

export const ToolKind = z.enum(["read", "list", "search", "edit", "write", "rename", "delete", "command", "fetch", "other"]);
export type ToolKind = z.infer<typeof ToolKind>;
export const ToolStatus = z.enum(["running", "completed", "failed", "cancelled"]);
export type ToolStatus = z.infer<typeof ToolStatus>;

/**
 * What a model's server wants back with its call, opaque to us. `mark` tells which model at which endpoint it came from: others are not
 * given it.
 */
export const CallEcho = z.object({ mark: z.string().max(64), extra: z.unknown() });
export type CallEcho = z.infer<typeof CallEcho>;

/** What a tool said, for its card. Bounded: `truncatedBytes` tells how much was left out of `output`. */
export const ToolResult = z.object({
  output: z.string().optional(),
  truncatedBytes: z.number().int().nonnegative().optional(),
  exitCode: z.number().int().nullable().optional(),
  signal: z.string().nullable().optional(),
  /** Unified patch of an edit, for the card. */
  patch: z.string().optional(),
  error: z.string().optional(),
});
export type ToolResult = z.infer<typeof ToolResult>;

/** One normalised thing an agent did. Twelve types; a thirteenth needs an ADR. The end of a turn is not among them. */
export const AgentEvent = z.discriminatedUnion("type", [
  /** `offset` counts UTF-16 units from the part's beginning. */
  z.object({ type: z.literal("text.delta"), partId: PartId, offset: z.number().int().nonnegative(), text: z.string() }),
  z.object({ type: z.literal("thought.delta"), partId: PartId, offset: z.number().int().nonnegative(), text: z.string() }),
  /** Sets a whole part. `firstSeq` is its place in the transcript, where it is known. */
  z.object({ type: z.literal("part.set"), partId: PartId, kind: PartKind, firstSeq: Seq.nullable(), text: z.string() }),
  z.object({
    type: z.literal("tool.started"),
    callId: CallId,
    /** The agent's own name for the tool. */
    name: z.string().max(200),
    kind: ToolKind,
    /** One line: "Edit src/main.ts". */
    title: z.string().max(500),
    /** Files it names, relative to the worktree: what attribution goes by. */
    paths: z.array(z.string()),
    /** For a command. */
    argv: z.array(z.string()).optional(),
    cwd: z.string().optional(),
    /** The arguments as the agent gave them, bounded. */
    input: z.unknown(),
    parentCallId: CallId.optional(),
    echo: CallEcho.optional(),
  }),
  z.object({
    type: z.literal("tool.updated"),
    callId: CallId,
    status: ToolStatus,
    result: ToolResult,
    paths: z.array(z.string()).optional(),
  }),
  z.object({
    type: z.literal("plan.updated"),
    entries: z.array(z.object({ text: z.string(), status: z.enum(["pending", "running", "done"]) })),
  }),
  z.object({ type: z.literal("commands.updated"), commands: z.array(z.object({ name: z.string(), description: z.string() })) }),
  z.object({
    type: z.literal("permission.requested"),
    permissionId: PermissionId,
    callId: CallId.nullable(),
    title: z.string(),
    /** What the tool would do; absent: a command where there is an argv, else unknown. */
    toolKind: ToolKind.optional(),
    /** Files it would touch, relative to the worktree; one outside of it stays absolute. */
    paths: z.array(z.string()).optional(),
    /** The whole command, never shortened. A shell's command line is `[shell, "-c", line]`, or the line as the only word. */
    argv: z.array(z.string()).optional(),
    cwd: z.string().optional(),
    options: z.array(
      z.object({ id: z.string(), label: z.string(), kind: z.enum(["allow_once", "allow_always", "reject_once", "reject_always"]) }),
    ),
  }),
  z.object({
    type: z.literal("permission.resolved"),
    permissionId: PermissionId,
    optionId: z.string().nullable(),
    by: z.enum(["person", "rule", "cancelled"]),
  }),
  /** The turn's total so far, not an increment. */
  z.object({ type: z.literal("usage.updated"), usage: Usage }),
  z.object({ type: z.literal("session.updated"), agentSessionId: z.string().nullable(), title: z.string().nullable() }),
  z.object({ type: z.literal("notice"), level: z.enum(["info", "warning"]), text: z.string().max(4_000) }),
]);
export type AgentEvent = z.infer<typeof AgentEvent>;
export type AgentEventType = AgentEvent["type"];
