import type { StagedView } from "@boocode/shared/agents/agent-backend";
import type { ToolKind, ToolResult } from "@boocode/shared/agents/agent-event";
import type { z } from "zod";
import type { CommandGuard } from "../command-guard.ts";
import type { ConfinedFolder } from "../../../platform/files/confined-folder.ts";
import type { ToolFolder } from "./tool-folder.ts";

/** Thrown when a tool cannot do what was asked. The message goes to the model and to the card. */
export class ToolRefused extends Error {
  override readonly name = "ToolRefused";
}

/** The environment of a tool call. */
export interface ToolContext {
  /** The files as the agent sees and changes them. */
  folder: ToolFolder;
  /** The files on disk, for commands. */
  disk: ConfinedFolder;
  /** Set in review mode: the edits that are staged and not on disk. */
  staged: StagedView | null;
  /** Environment variables for commands, already reduced to the allow-list. */
  env: Readonly<Record<string, string>>;
  /** Null in a trusted project. */
  guard: CommandGuard | null;
  /** Aborted when the turn must end. */
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

/** A tool of the native agent. `input` is validated first. */
export interface NativeTool<Input = unknown> {
  name: string;
  kind: ToolKind;
  description: string;
  /** What the model is told in addition in review mode. */
  inReview?: string;
  input: z.ZodType<Input>;
  describe(input: Input, root: string): ToolCallFacts;
  /** Throws `ToolRefused`, `PathRefused` or the system's error; each becomes a message for the model. */
  run(input: Input, context: ToolContext): Promise<ToolOutcome>;
}
