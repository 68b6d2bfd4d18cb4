import type { AgentEvent, PartKind, ToolKind } from "@boocode/shared/agents/agent-event";
import type { Usage } from "@boocode/shared/agents/usage";
import type { TaskCause } from "@boocode/shared/tasks/task";

type PlanEntry = Extract<AgentEvent, { type: "plan.updated" }>["entries"][number];

/** A tool call that begins. */
export interface CallStart {
  callId: string;
  name: string;
  toolKind: ToolKind;
  input: unknown;
  /** The call in which this one is made. */
  parentId?: string | undefined;
  /** Files that it changes, where its input does not name them. */
  paths?: readonly string[];
  /** The patch that it makes if it succeeds. */
  patch?: string | undefined;
}

/** What a tool call did, in the agent's own words. */
export interface CallResult {
  callId: string;
  status: "running" | "completed" | "failed";
  output: string;
  exitCode?: number | undefined;
  /** A unified patch. */
  patch?: string | undefined;
}

/** How an agent says that its turn ended. */
export type SaidEnd =
  | { state: "completed" }
  | { state: "failed"; cause: TaskCause; message: string }
  /** It does not have the session that it was asked to continue. */
  | { state: "lost"; message: string };

/** One thing that a line of an agent's output says, whatever the agent. */
export type CliSign =
  | { kind: "session"; sessionId: string }
  /** The model that answers. */
  | { kind: "model"; model: string }
  /** More text of the current part. */
  | { kind: "delta"; part: PartKind; text: string }
  /** The whole text of a part. Deltas may have said it already, in part or in full. */
  | { kind: "whole"; part: PartKind; text: string }
  | ({ kind: "call" } & CallStart)
  | ({ kind: "result" } & CallResult)
  | { kind: "plan"; entries: readonly PlanEntry[] }
  | { kind: "commands"; commands: readonly { name: string; description: string }[] }
  /** `of`: what the counts are of. Those of a session grow over its turns; those of a step are added up. */
  | { kind: "usage"; of: "turn" | "step" | "session"; usage: Partial<Usage> }
  | { kind: "notice"; level: "info" | "warning"; text: string }
  | { kind: "end"; end: SaidEnd }
  /** It goes on after all: an end that was said before does not count. */
  | { kind: "goes_on" }
  /** A message of a kind that is not known. */
  | { kind: "unknown"; name: string };

/** Reads one line of an agent's output; null if it is no message of this agent. `root` is the worktree. */
export type DecodeLine = (line: string, root: string) => readonly CliSign[] | null;
