import type { AgentId, ChatId, ChangeId, SessionId, TaskId } from "../ids.ts";
import type { PendingChange } from "./pending-change.ts";

/** One file that differs from the base, as git tells it. */
export type CapturedFile = Pick<PendingChange, "path" | "operation" | "additions" | "deletions" | "binary"> & {
  id: ChangeId;
  previousPath?: string;
};

/** Somebody's go at the worktree, and the paths that differ between its beginning and its end. */
export interface Go {
  paths: ReadonlySet<string>;
  /** Null: the person. The setup of a worktree has no chat and no task. */
  by: { agent: AgentId; chatId: ChatId | null; taskId: TaskId | null; namedPaths: ReadonlySet<string> } | null;
}

export interface AttributionInput {
  sessionId: SessionId;
  /** The session's changes as they were. */
  previous: readonly PendingChange[];
  /** Paths that still differed from the base when the last go began: what was back at its base in between begins anew. */
  stillPending: ReadonlySet<string>;
  files: readonly CapturedFile[];
  /** In the order they happened. */
  goes: readonly Go[];
}

type Attribution = Pick<PendingChange, "agent" | "agents" | "chatIds" | "taskIds" | "evidence">;

const NOBODY_KNOWN: Attribution = { agent: null, agents: [], chatIds: [], taskIds: [], evidence: "inferred" };

/**
 * Says whose each pending change is. Who touched a path last is its agent; who touched it before stays named as long as the path is pending.
 * A renamed file brings along who touched it under its former name.
 */
export function attributeChanges({ sessionId, previous, stillPending, files, goes }: AttributionInput): PendingChange[] {
  const known = new Map<string, Attribution>();
  for (const change of previous) {
    if (change.previousPath !== undefined && stillPending.has(change.previousPath)) known.set(change.previousPath, change);
  }
  for (const change of previous) if (stillPending.has(change.path)) known.set(change.path, change);

  // Whoever put a path back to its base has no part in what came after.
  const counts = (go: Go, path: string) => go.paths.has(path) && (go.by !== null || stillPending.has(path));
  return files.map((file) => {
    const paths = file.previousPath === undefined ? [file.path] : [file.path, file.previousPath];
    const before = paths.map((path) => known.get(path)).find((found) => found !== undefined) ?? NOBODY_KNOWN;
    const whose = goes.reduce((so, go) => (paths.some((path) => counts(go, path)) ? applyGo(so, go.by, paths) : so), before);
    const { agent, chatIds, taskIds, evidence } = whose;
    // Nobody's turn is the person's.
    const agents = whose.agents.length === 0 ? [null] : whose.agents;
    return { sessionId, location: "worktree", state: "pending", stale: false, ...file, agent, agents, chatIds, taskIds, evidence };
  });
}

function applyGo(so: Attribution, by: Go["by"], paths: readonly string[]): Attribution {
  if (by === null) return { ...so, agent: null, agents: putFirst(null, so.agents) };
  return {
    agent: by.agent,
    agents: putFirst(by.agent, so.agents),
    chatIds: by.chatId === null ? so.chatIds : putFirst(by.chatId, so.chatIds),
    taskIds: by.taskId === null ? so.taskIds : putFirst(by.taskId, so.taskIds),
    evidence: paths.some((path) => by.namedPaths.has(path)) ? "tool" : "inferred",
  };
}

function putFirst<T>(item: T, items: readonly T[]): T[] {
  return [item, ...items.filter((other) => other !== item)];
}
