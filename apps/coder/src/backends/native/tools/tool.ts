import type { ToolKind, ToolResult } from "@boocode/shared/agents/agent-event";
import type { z } from "zod";
import type { CommandGuard } from "../command-guard.ts";
import type { ConfinedFolder } from "../../../platform/files/confined-folder.ts";

/** What a tool says when it cannot do what was asked: told to the model, and shown on the card. */
export class ToolRefused extends Error {
  override readonly name = "ToolRefused";
}

/** What a tool works with. */
export interface ToolContext {
  folder: ConfinedFolder;
  /** For commands: already reduced to the allow-list. */
  env: Readonly<Record<string, string>>;
  /** Null in a project that is trusted. */
  guard: CommandGuard | null;
  /** Aborted when the turn is to end. */
  signal: AbortSignal;
  /** Shows what has come so far; the last one counts. */
  report(result: ToolResult): void;
}

/** What a tool call is, for its card, before it has run. */
export interface ToolCallFacts {
  /** One line. */
  title: string;
  /** Relative to the worktree, normalised: what attribution goes by. */
  paths: string[];
  argv?: string[];
  cwd?: string;
}

export interface ToolOutcome {
  forModel: string;
  result: ToolResult;
  /** It ran, and what it ran did not succeed. */
  hasFailed?: boolean;
  /** What was touched, where it is more than was named. */
  paths?: string[];
}

/** A tool of the native agent. `input` is checked before anything else sees it. */
export interface NativeTool<Input = unknown> {
  name: string;
  kind: ToolKind;
  description: string;
  input: z.ZodType<Input>;
  describe(input: Input, root: string): ToolCallFacts;
  /** Throws `ToolRefused`, `PathRefused` or the system's error: each becomes words for the model. */
  run(input: Input, context: ToolContext): Promise<ToolOutcome>;
}
