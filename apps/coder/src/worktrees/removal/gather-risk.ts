import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import type { Database } from "@boocode/db/database";
import { listUnsettledEdits } from "@boocode/db/stores/changes/edit-store";
import { findProject } from "@boocode/db/stores/project-store";
import { listStagedEdits } from "@boocode/db/stores/changes/staged-edit-store";
import { listOpenTasks } from "@boocode/db/stores/chats/task-store";
import type { SessionId, WorktreeId } from "@boocode/shared/ids";
import { assessRisk, type Fact, type RiskFacts } from "@boocode/shared/worktrees/assess-risk";
import type { RiskCommit, RiskProcess, RiskReport } from "@boocode/shared/worktrees/risk-report";
import type { Worktree } from "@boocode/shared/worktrees/worktree";
import { BytePath } from "../../platform/git/byte-path.ts";
import type { Git } from "../../platform/git/git.ts";
import type { Time } from "../../platform/time.ts";
import { requireOwnCheckout } from "../checkpoints/require-own-checkout.ts";
import { GUARD_LIMIT_MS, Limit, LookError, toFact } from "./looks/limit.ts";
import { countStashes, countUnpushed, listUnpushed, lookAtDetached, lookAtUnmerged } from "./looks/look-at-commits.ts";
import { lookAtFiles, type FilesLook } from "./looks/look-at-files.ts";
import { lookAtNested, type NestedLook } from "./looks/look-at-nested.ts";
import { lookAtOperation } from "./looks/look-at-operation.ts";
import { readIndex } from "./looks/read-index.ts";
import { readRefs } from "./looks/read-refs.ts";
import { readStatus, type StatusLook } from "./looks/read-status.ts";
import { walkWorktree } from "./looks/walk-worktree.ts";

export interface GatherRiskDeps {
  db: Database;
  git: Git;
  time: Pick<Time, "elapsedMs" | "after">;
  /** Lists the living processes of a session, and all that work in a folder. Rejects if the system does not say. */
  listProcesses(sessionId: SessionId | null, folder: string | null): Promise<RiskProcess[]>;
  /** How long all looks together may take, in milliseconds; default 10,000. */
  limitMs?: number;
}

/** A worktree as the guard sees it. One that no row owns has no id, base commit or inode. */
export interface RiskTarget extends Pick<Worktree, "projectId" | "path" | "branch"> {
  id: WorktreeId | null;
  baseCommit: string | null;
  inode: string | null;
  /** `creating`: it may be half made, or not at all. */
  state?: Worktree["state"];
  /** What of it is the person's: that is not deleted, and so not at risk. */
  adopted?: Worktree["adopted"];
}

export interface RiskSubject {
  sessionId: SessionId | null;
  /** Null: a session without one. */
  worktree: RiskTarget | null;
}

/** What would be lost, and the hash over all of it that a person's consent must name. */
export interface GatheredRisk {
  report: RiskReport;
  consent: string;
}

/** What the worktree holds, for the report and for the consent. */
interface TargetLook {
  facts: WorktreeFacts;
  defaultBranch: string | null;
  state: readonly unknown[];
}
type WorktreeFacts = Pick<
  RiskFacts,
  | "dirtyFiles"
  | "untrackedFiles"
  | "preciousFiles"
  | "unpushed"
  | "unmerged"
  | "commits"
  | "isDetached"
  | "operation"
  | "nestedRepositories"
  | "stashes"
>;

/**
 * Looks at everything that would be lost with a session or a worktree. What cannot be read is reported as unknown, and nothing is thrown for
 * it. The caller holds the project's and the worktree's lock.
 *
 * The consent changes with every byte of a file at risk, with the index, HEAD and the findings. It stays the same while nothing changes.
 */
export async function gatherRisk(deps: GatherRiskDeps, { sessionId, worktree }: RiskSubject): Promise<GatheredRisk> {
  const { db } = deps;
  const isReleased = worktree?.adopted === "worktree";
  const limit = new Limit(deps.time, deps.limitMs ?? GUARD_LIMIT_MS);
  const ofSession = <T>(subject: string, read: (id: SessionId) => Promise<T>, none: T): Promise<Fact<T>> =>
    toFact(limit, subject, async () => (sessionId === null ? none : read(sessionId)));
  const [target, runningTasks, stagedChanges, unsettled] = await Promise.all([
    worktree === null || isReleased ? NO_WORKTREE : lookAtTarget(deps, worktree, limit),
    ofSession("The tasks", async (id) => (await listOpenTasks(db.read, id)).length, 0),
    ofSession("The staged edits", async (id) => (await listStagedEdits(db.read, id)).map(({ path, steps }) => [path, steps]), []),
    ofSession("The edits", async (id) => (await listUnsettledEdits(db.read)).some((edit) => edit.sessionId === id), false),
  ]);
  // Looked for last: until then, our own gits work in the folder.
  const liveProcesses = await toFact(limit, "The running processes", () =>
    // In their own folder, the person's programs go on.
    deps.listProcesses(sessionId, isReleased ? null : (worktree?.path ?? null)),
  );
  const facts: RiskFacts = {
    worktreeId: worktree?.id ?? null,
    path: worktree?.path ?? null,
    branch: worktree?.branch ?? null,
    defaultBranch: target.defaultBranch,
    ...target.facts,
    runningTasks,
    stagedChanges: stagedChanges.isKnown ? known(stagedChanges.value.length) : stagedChanges,
    unsettledEdits: unsettled.isKnown ? (unsettled.value ? UNSETTLED : known(null)) : unsettled,
    liveProcesses,
  };
  // A program that works starts and ends others all the time: what was agreed to is that something runs there.
  const running = liveProcesses.isKnown ? liveProcesses.value.length > 0 : null;
  const consent = createHash("sha256")
    .update(JSON.stringify([{ ...facts, liveProcesses: running }, stagedChanges, target.state]))
    .digest("hex");
  return { report: assessRisk(facts), consent };
}

const known = <T>(value: T): Fact<T> => ({ isKnown: true, value });
const UNSETTLED: Fact<null> = { isKnown: false, reason: "A change of files was interrupted, and waits for your decision." };
const NO_WORKTREE: TargetLook = {
  facts: {
    dirtyFiles: known([]),
    untrackedFiles: known([]),
    preciousFiles: known([]),
    unpushed: known(-1),
    unmerged: known(0),
    commits: known([]),
    isDetached: known(false),
    operation: known(null),
    nestedRepositories: known([]),
    stashes: known(0),
  },
  defaultBranch: null,
  state: [],
};

async function lookAtTarget(deps: GatherRiskDeps, target: RiskTarget, limit: Limit): Promise<TargetLook> {
  const { git } = deps;
  // Before its folder is there, nobody can have worked in it.
  if (target.state === "creating" && (await isAbsent(target.path))) return NO_WORKTREE;
  const place = await toFact(limit, "The worktree", () => findPlace(deps, target));
  if (!place.isKnown) return allUnknown(place.reason);
  const { projectPath, gitDir, recordedDefault } = place.value;
  const { path, branch } = target;
  const [status, index, walked, operation] = await Promise.all([
    toFact(limit, "The state of the files", () => readStatus(git, path, limit)),
    toFact(limit, "The index", () => readIndex(git, path, gitDir, limit)),
    toFact(limit, "The folders", () => walkWorktree(path, limit)),
    toFact(limit, "What git is in the middle of", () => lookAtOperation(gitDir)),
  ]);
  const files = await after(status, async (seen) =>
    after(index, (indexed) =>
      after(walked, (walk) =>
        toFact(limit, "The files", () => lookAtFiles({ path, projectPath, status: seen, index: indexed, walked: walk, limit })),
      ),
    ),
  );
  const nested = await after(index, ({ submodules }) =>
    after(walked, (walk) =>
      toFact(limit, "The repositories inside", () => lookAtNested({ git, path, nested: walk.nested, submodules, limit })),
    ),
  );
  const commits = await after(status, (seen) =>
    toFact(limit, "The commits", () => lookAtCommits(deps, target, { projectPath, recordedDefault, seen, limit })),
  );
  const listed = (pick: (look: FilesLook) => readonly BytePath[]) => map(files, (look) => pick(look).map(BytePath.toText).toSorted());
  return {
    defaultBranch: commits.isKnown ? commits.value.defaultBranch : null,
    facts: {
      dirtyFiles: listed(({ dirty }) => dirty),
      untrackedFiles: listed(({ untracked }) => untracked),
      preciousFiles: listed(({ precious }) => precious),
      nestedRepositories: map(nested, (look) => look.repositories.map(BytePath.toText).toSorted()),
      operation,
      unpushed: map(commits, ({ unpushed }) => unpushed),
      unmerged: map(commits, ({ unmerged }) => unmerged),
      isDetached: map(commits, ({ isDetached }) => isDetached),
      commits: map(commits, (look) => look.commits),
      stashes: await after(commits, ({ stashes }) => Promise.resolve(stashes)),
    },
    state: toState({ branch, status, files, nested }),
  };
}

/** Finds the worktree's git directory and its project, and that they are what is recorded. */
async function findPlace({ db, git }: GatherRiskDeps, { projectId, path, inode, state }: RiskTarget) {
  const project = await findProject(db.read, projectId);
  if (!project) throw new LookError("its project is not registered any more");
  const found = await lstat(path, { bigint: true }).catch(() => null);
  if (!found?.isDirectory()) throw new LookError("its folder is gone");
  if (inode !== null && state !== "creating" && String(found.ino) !== inode) throw new LookError("another folder is in its place");
  await requireOwnCheckout(git, project.path, path);
  const { gitDir } = await git.dirs(path);
  return { projectPath: project.path, gitDir, recordedDefault: project.defaultBranch };
}

const isAbsent = (path: string) =>
  lstat(path).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === "ENOENT",
  );

interface CommitsLook {
  defaultBranch: string | null;
  unpushed: number;
  unmerged: number;
  isDetached: boolean;
  commits: RiskCommit[];
  stashes: Fact<number>;
}

async function lookAtCommits(
  { git }: GatherRiskDeps,
  { branch, baseCommit, adopted = null }: RiskTarget,
  found: { projectPath: string; recordedDefault: string | null; seen: StatusLook; limit: Limit },
): Promise<CommitsLook> {
  const { projectPath, recordedDefault, seen, limit } = found;
  const { head, branch: headBranch } = seen;
  const refs = await readRefs({ git, projectPath, branch, headBranch, recordedDefault, limit });
  const input = { git, projectPath, refs, head, headBranch, baseCommit, limit };
  // The person's branch stays, with its commits and the stashes made on it.
  const isGoing = adopted === null;
  const [unmerged, detached, unpushed, stashes] = await Promise.all([
    isGoing ? lookAtUnmerged(input) : [],
    lookAtDetached(input),
    isGoing ? listUnpushed(input) : [],
    isGoing ? toFact(limit, "Git's stashes", () => countStashes(input, branch)) : known(0),
  ]);
  const commits = [...new Map([...unmerged, ...detached, ...unpushed].map((commit) => [commit.oid, commit])).values()];
  return {
    defaultBranch: refs.defaultBranch?.name ?? null,
    unpushed: isGoing ? countUnpushed(refs) : Math.min(0, countUnpushed(refs)),
    unmerged: unmerged.length,
    isDetached: detached.length > 0,
    commits: commits.toSorted((a, b) => b.at - a.at),
    stashes,
  };
}

interface Looks {
  branch: string;
  status: Fact<StatusLook>;
  files: Fact<FilesLook>;
  nested: Fact<NestedLook>;
}

/** What the consent binds besides the findings: HEAD, the index, the bytes of all files that differ, and what is in nested repositories. */
function toState({ status, files, nested }: Looks): unknown[] {
  const sorted = files.isKnown ? [...files.value.described].map(([path, what]) => [BytePath.toBytes(path), what]) : [];
  return [
    status.isKnown ? [status.value.head, status.value.branch, status.value.lines] : status.reason,
    sorted.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)),
    nested.isKnown ? nested.value.digest : nested.reason,
  ];
}

function allUnknown(reason: string): TargetLook {
  const unknown: Fact<never> = { isKnown: false, reason };
  return {
    facts: {
      dirtyFiles: unknown,
      untrackedFiles: unknown,
      preciousFiles: unknown,
      unpushed: unknown,
      unmerged: unknown,
      commits: unknown,
      isDetached: unknown,
      operation: unknown,
      nestedRepositories: unknown,
      stashes: unknown,
    },
    defaultBranch: null,
    state: [reason],
  };
}

/** Looks further where something is known; else the reason stays. */
async function after<A, B>(fact: Fact<A>, look: (value: A) => Promise<Fact<B>>): Promise<Fact<B>> {
  return fact.isKnown ? look(fact.value) : fact;
}

const map = <A, B>(fact: Fact<A>, to: (value: A) => B): Fact<B> => (fact.isKnown ? known(to(fact.value)) : fact);
