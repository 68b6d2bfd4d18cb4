import type { StagedView } from "@boocode/shared/agents/agent-backend";
import type { AgentEvent, ToolKind, ToolResult } from "@boocode/shared/agents/agent-event";
import type { z } from "zod";
import type { CommandGuard } from "../command-guard.ts";
import type { ConfinedFolder } from "../../../platform/files/confined-folder.ts";
import type { ReadFolder, ToolFolder } from "./folder/tool-folder.ts";

/** Thrown when a tool cannot do what was asked. The message goes to the model and to the card. */
export class ToolRefused extends Error {
  override readonly name = "ToolRefused";
}

/** The environment of a call that only reads. It has no way to write, stage or run anything. */
export interface ReadContext {
  /** The files as the agent sees them. */
  folder: ReadFolder;
  /** Set in review mode: the edits that are staged and not on disk. */
  staged: Pick<StagedView, "list" | "read"> | null;
  /** Aborted when the turn must end. */
  signal: AbortSignal;
}

/** The environment of a call that may change files and run programs. */
export interface ChangeContext {
  /** The files as the agent sees and changes them. */
  folder: ToolFolder;
  /** The files on disk, for commands. */
  disk: ConfinedFolder;
  /** Environment variables for commands, already reduced to the allow-list. */
  env: Readonly<Record<string, string>>;
  /** Null in a trusted project. */
  guard: CommandGuard | null;
  signal: AbortSignal;
  /** Shows the result so far; each report replaces the last. */
  report(result: ToolResult): void;
}

/** Facts about a tool call for its card, known before it runs. */
export interface ToolCallFacts {
  /** One line. */
  title: string;
  /** Paths relative to the worktree, normalised; used for attribution. */
  paths: string[];
  argv?: string[];
  cwd?: string;
}

export interface ToolOutcome {
  forModel: string;
  result: ToolResult;
  /** True if it ran something that failed. */
  hasFailed?: boolean;
  /** The affected paths, if there are more than the call names. */
  paths?: string[];
}

interface ToolBase<Input> {
  name: string;
  kind: ToolKind;
  description: string;
  /** What the model is told in addition in review mode. */
  inReview?: string;
  /** Validates the input before `describe` and `run`. */
  input: z.ZodType<Input>;
  describe(input: Input, root: string): ToolCallFacts;
}

/** A tool that only reads. Its `run`, as that of every tool, throws `ToolRefused`, `PathRefused` or the system's error, which become messages for the model. */
export interface ReadingTool<Input = unknown> extends ToolBase<Input> {
  access: "read";
  run(input: Input, context: ReadContext): Promise<ToolOutcome>;
}

/** A tool that may change files or run programs. */
export interface ChangingTool<Input = unknown> extends ToolBase<Input> {
  access: "change";
  run(input: Input, context: ChangeContext): Promise<ToolOutcome>;
}

/** What a tool can do in its turn. */
export interface TurnActions {
  /** Shows the list as the turn's plan. */
  showPlan(entries: Extract<AgentEvent, { type: "plan.updated" }>["entries"]): void | Promise<void>;
  /** Runs a sub-task, shown inside the call. */
  runSubTask(callId: string, prompt: string): Promise<ToolOutcome>;
}

/** A tool that works on the turn itself. */
export interface TurnTool<Input = unknown> extends ToolBase<Input> {
  access: "turn";
  /** Whether its calls have no card. */
  isSilent?: boolean;
  run(input: Input, context: { callId: string; turn: TurnActions }): Promise<ToolOutcome>;
}

/** A tool of the native agent. */
export type NativeTool = ReadingTool | ChangingTool | TurnTool;
