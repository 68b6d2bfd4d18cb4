import type { GitBaseTarget, GitRemote, GitStatus, GitUpstream } from "@boocode/shared/git/git-status";
import { toWebPage } from "@boocode/shared/git/to-web-link";
import type { Git } from "../platform/git/git.ts";

/** What is recorded of where a session's work began. */
export interface RecordedBase {
  /** What the session was made from: a branch, a tag or a commit; null: the project's default. */
  baseRef: string | null;
  /** A full ref. */
  defaultBranch: string | null;
}

export interface GitRefs {
  remotes: GitRemote[];
  upstream: GitUpstream | null;
  base: GitStatus["base"];
  /** The remote that a first push goes to. */
  pushRemote: string | null;
}

interface FoundRef {
  name: string;
  oid: string;
  upstream: string;
  remote: string;
  remoteRef: string;
  pushRemote: string;
  track: string;
}

const FIELDS = [
  "refname",
  "objectname",
  "upstream",
  "upstream:remotename",
  "upstream:remoteref",
  "push:remotename",
  "upstream:track,nobracket",
  "symref",
];
const FORMAT = FIELDS.map((field) => `%(${field})`).join("%00");
const MAX_REMOTES = 50;

/** Reads the remotes, the upstream of the branch that is checked out, and the base branch as recorded. Faults: those of git. */
export async function readGitRefs(git: Git, folder: string, branch: string | null, recorded: RecordedBase): Promise<GitRefs> {
  const own = branch === null ? null : `refs/heads/${branch}`;
  const baseNames = toBaseNames(recorded);
  const remotes = await readRemotes(git, folder);
  const refs = await readRefs(git, folder, [...(own === null ? [] : [own]), ...baseNames]);
  const found = own === null ? undefined : refs.get(own);
  const names = remotes.map(({ name }) => name);
  return {
    remotes,
    upstream: found ? toUpstream(found) : null,
    base: await readBase(
      git,
      folder,
      baseNames.map((name) => refs.get(name)).find((ref) => ref !== undefined && ref.name !== own),
      names,
    ),
    pushRemote: choosePushRemote(found?.pushRemote ?? "", names),
  };
}

/** The full names that a recorded base may mean, the most likely first. A name such as a tag's is no branch. */
function toBaseNames({ baseRef, defaultBranch }: RecordedBase): string[] {
  const name = baseRef ?? defaultBranch;
  if (name === null) return [];
  if (/^refs\/(?:heads|remotes)\//.test(name)) return [name];
  return name.startsWith("refs/") ? [] : [`refs/heads/${name}`, `refs/remotes/${name}`];
}

async function readRefs(git: Git, folder: string, names: readonly string[]): Promise<Map<string, FoundRef>> {
  if (names.length === 0) return new Map();
  const { text } = await git.read(folder, ["for-each-ref", `--format=${FORMAT}`, ...new Set(names)]);
  const refs = text.split("\n").filter((line) => line !== "");
  return new Map(
    refs.map((line) => {
      const [name = "", oid = "", upstream = "", remote = "", remoteRef = "", pushRemote = "", track = ""] = line.split("\0");
      return [name, { name, oid, upstream, remote, remoteRef, pushRemote, track }];
    }),
  );
}

/** Null where the upstream is a branch of the same repository. */
function toUpstream({ upstream, remote, remoteRef, track }: FoundRef): GitUpstream | null {
  if (upstream === "" || remote === "" || remote === "." || remoteRef === "") return null;
  const count = (pattern: RegExp) => Number(pattern.exec(track)?.[1] ?? 0);
  return {
    name: toShort(upstream),
    remote,
    remoteRef,
    isGone: track === "gone",
    ahead: count(/ahead (\d+)/),
    behind: count(/behind (\d+)/),
  };
}

async function readBase(git: Git, folder: string, base: FoundRef | undefined, remotes: readonly string[]): Promise<GitStatus["base"]> {
  if (!base) return null;
  const isRemote = base.name.startsWith("refs/remotes/");
  const trackers = isRemote ? [base.name] : [base.upstream, `refs/remotes/origin/${toShort(base.name)}`];
  const tracking = await readRefs(
    git,
    folder,
    trackers.filter((name) => name.startsWith("refs/remotes/")),
  );
  const tracker = trackers.map((name) => tracking.get(name)).find((ref) => ref !== undefined);
  const targets: GitBaseTarget[] = [];
  if (!isRemote) targets.push({ from: "local", remote: null, ...(await toTarget(git, folder, base)) });
  const remote = tracker && findRemote(tracker.name, remotes);
  if (tracker && remote !== undefined) targets.push({ from: "remote", remote, ...(await toTarget(git, folder, tracker)) });
  return { name: toShort(base.name), targets };
}

async function toTarget(git: Git, folder: string, { name, oid }: FoundRef) {
  const { exitCode, text } = await git.read(folder, ["rev-list", "--left-right", "--count", `HEAD...${oid}`], { exitCodes: [0, 128] });
  const [ahead = 0, behind = 0] = exitCode === 0 ? text.split(/\s+/).map(Number) : [];
  return { name: toShort(name), ref: name, oid, ahead, behind };
}

/** A remote's name may hold slashes, so the longest that fits counts. */
const findRemote = (ref: string, remotes: readonly string[]) =>
  remotes.filter((name) => ref.startsWith(`refs/remotes/${name}/`)).toSorted((a, b) => b.length - a.length)[0];

/** The one that git's settings name, else `origin`, else the only one. */
function choosePushRemote(configured: string, remotes: readonly string[]): string | null {
  if (remotes.includes(configured)) return configured;
  if (remotes.includes("origin")) return "origin";
  return remotes.length === 1 ? remotes[0]! : null;
}

/** Reads the remotes. Their addresses stay here: they may hold a password. */
async function readRemotes(git: Git, folder: string): Promise<GitRemote[]> {
  const { text } = await git.read(folder, ["remote", "-v"]);
  const found = new Map<string, GitRemote>();
  for (const line of text.split("\n")) {
    const [, name, address] = /^(\S+)\t(.*) \(push\)$/.exec(line) ?? [];
    // One that begins with a dash could not be told from an option by every program.
    if (name === undefined || name.startsWith("-") || found.size === MAX_REMOTES) continue;
    found.set(name, { name, ...toWebPage(address ?? "") });
  }
  return [...found.values()];
}

const toShort = (ref: string) => ref.replace(/^refs\/(?:heads|remotes)\//, "");
