import type { AgentId, ChatId, ChangeId, SessionId, TaskId } from "../ids.ts";
import type { PendingChange } from "./pending-change.ts";

/** One file that differs from the base, as git reports it. */
export type CapturedFile = Pick<PendingChange, "path" | "operation" | "additions" | "deletions" | "binary"> & {
  id: ChangeId;
  previousPath?: string;
};

/** Edits of one author in one period, and the paths that differ between its start and its end. */
export interface EditBatch {
  paths: ReadonlySet<string>;
  /** Renamed files: the previous name, keyed by the new name. */
  renames: ReadonlyMap<string, string>;
  /** The author; null is the person. A worktree's setup has no chat and no task. */
  by: { agent: AgentId; chatId: ChatId | null; taskId: TaskId | null; namedPaths: ReadonlySet<string> } | null;
  /** The person's edits in the middle of a turn, after the agent's or before it: they count whatever was pending when it began. */
  isDuring?: boolean;
}

export interface AttributionInput {
  sessionId: SessionId;
  /** The session's previous pending changes. */
  previous: readonly PendingChange[];
  /** Paths that still differed from the base after the person's edits. A path that returned to its base in between starts over. */
  stillPending: ReadonlySet<string>;
  files: readonly CapturedFile[];
  /** In order: the person's edits, then at most one batch by another author, with what the person saved meanwhile around it. */
  batches: readonly EditBatch[];
}

type Attribution = Pick<PendingChange, "agent" | "agents" | "chatIds" | "taskIds" | "evidence">;

const NOBODY_KNOWN: Attribution = { agent: null, agents: [], chatIds: [], taskIds: [], evidence: "inferred" };

/**
 * Attributes each pending change. The last author of a path is its agent; earlier authors stay listed as long as the path is pending. A
 * renamed file keeps the authors of its former name, whether or not the base has that name.
 */
export function attributeChanges({ sessionId, previous, stillPending, files, batches }: AttributionInput): PendingChange[] {
  const paths = new Set(files.map(({ path }) => path));
  const byPath = new Map(previous.map((change) => [change.path, change]));
  const byFormer = new Map(previous.flatMap((change) => (change.previousPath === undefined ? [] : [[change.previousPath, change]])));

  return files.map((file) => {
    const { begin, first, steps } = traceNames(file.path, batches);
    const { path, previousPath: former = path } = file;
    const rows = [
      ...(stillPending.has(begin) ? [byPath.get(first) ?? byPath.get(begin), byFormer.get(first)] : []),
      ...(former !== path && stillPending.has(former) ? [byPath.get(former), byFormer.get(former)] : []),
    ];
    // A renamed file that is deleted under its new name is a deletion of its first name.
    const goneAs = [path, former].flatMap((name) => byFormer.get(name)?.path ?? []).filter((name) => !paths.has(name));

    const whose = steps.reduce(
      (so, { batch, names }) => {
        // An author who restored a path to its base has no part in later changes.
        const isTheirs = (name: string, pendingAs: string) =>
          batch.paths.has(name) && (batch.by !== null || batch.isDuring === true || stillPending.has(pendingAs));
        const isTouched =
          names.some((name) => isTheirs(name, begin)) ||
          (former !== path && isTheirs(former, former)) ||
          goneAs.some((name) => isTheirs(name, path));
        return isTouched ? applyBatch(so, batch.by, [...names, former, ...goneAs]) : so;
      },
      joinAll(new Set(rows.filter((row) => row !== undefined))),
    );
    const { agent, chatIds, taskIds, evidence } = whose;
    // Edits outside any turn are the person's.
    const agents = whose.agents.length === 0 ? [null] : whose.agents;
    return { sessionId, location: "worktree", state: "pending", stale: false, ...file, agent, agents, chatIds, taskIds, evidence };
  });
}

interface Trail {
  /** The file's name before all batches. */
  first: string;
  /** Its name after the person's edits. */
  begin: string;
  steps: { batch: EditBatch; names: readonly string[] }[];
}

/** Traces a file back through its former names. */
function traceNames(path: string, batches: readonly EditBatch[]): Trail {
  const trail: Trail = { first: path, begin: path, steps: [] };
  for (const batch of batches.toReversed()) {
    const now = trail.first;
    trail.first = batch.renames.get(now) ?? now;
    trail.steps.unshift({ batch, names: [now, trail.first] });
    if (batch.by !== null) trail.begin = trail.first;
  }
  return trail;
}

/** Merges the attributions of several changes that have become one. The authors of the first come first. */
function joinAll(rows: Iterable<Attribution>): Attribution {
  const [first, ...others] = rows;
  return others.reduce<Attribution>(
    (so, { agents, chatIds, taskIds }) => ({
      ...so,
      agents: addNew(so.agents, agents),
      chatIds: addNew(so.chatIds, chatIds),
      taskIds: addNew(so.taskIds, taskIds),
    }),
    first ?? NOBODY_KNOWN,
  );
}

function applyBatch(so: Attribution, by: EditBatch["by"], paths: readonly string[]): Attribution {
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

function addNew<T>(items: readonly T[], more: readonly T[]): T[] {
  return [...new Set([...items, ...more])];
}
