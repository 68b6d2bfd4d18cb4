import { z } from "zod";
import { EpochMs, PermissionRuleId, SessionId, WorktreeId } from "../ids.ts";
import { ToolKind } from "./agent-event.ts";
import { isDangerousArgv } from "./dangerous-argv.ts";
import type { Permission } from "./permission.ts";

/** What a rule allows: one kind of tool, with a command that begins with these words or on this very file. One of the two is null. */
export const RuleKey = z.object({
  toolKind: ToolKind,
  argvPrefix: z.array(z.string().max(32_768)).min(1).max(500).nullable(),
  /** Relative to the worktree. */
  path: z.string().min(1).max(4_096).nullable(),
});
export type RuleKey = z.infer<typeof RuleKey>;

/** What a person allowed for good in one worktree. */
export const PermissionRule = RuleKey.extend({
  id: PermissionRuleId,
  sessionId: SessionId,
  worktreeId: WorktreeId,
  createdAt: EpochMs,
});
export type PermissionRule = z.infer<typeof PermissionRule>;

/** Rules of one worktree. */
export const MAX_RULES = 500;
/** A question about more files than these is not worth remembering. */
const MAX_PATHS = 20;

/** What a rule looks at. */
export type RuleSubject = Pick<Permission, "toolKind" | "argv" | "cwd" | "paths">;

/**
 * The rules that would allow exactly this from now on, or none where it must be asked every time: a command that runs whatever
 * its arguments say, one that runs outside of the worktree or is asked about for a file there, a file outside of it or of git's own, or
 * nothing to go by. Without a worktree there are none.
 */
export function toRuleKeys(subject: RuleSubject, worktreePath: string | null): RuleKey[] {
  const { toolKind, argv, cwd, paths } = subject;
  if (worktreePath === null || (cwd !== null && !isInside(cwd, worktreePath)) || !paths.every(isOrdinaryPath)) return [];
  const keys: RuleKey[] =
    argv !== null ? [{ toolKind, argvPrefix: argv, path: null }] : paths.map((path) => ({ toolKind, argvPrefix: null, path }));
  return keys.length <= MAX_PATHS && keys.every((key) => RuleKey.safeParse(key).success && isRememberable(key)) ? keys : [];
}

const DOING: Readonly<Partial<Record<ToolKind, string>>> = {
  read: "reading",
  list: "listing",
  edit: "editing",
  write: "writing",
  rename: "renaming",
  delete: "deleting",
};
/** Of a rule about more files than these, the rest is counted. */
const MAX_NAMED_PATHS = 3;

/** What rules made of one question will allow, for the button that makes them. The question itself stands above it. */
export function describeRules(keys: readonly RuleKey[]): string {
  const words = keys[0]?.argvPrefix;
  // A whole command line comes as one word, and is compared as one.
  if (words)
    return `Always allow ${words.length === 1 && /\s/.test(words[0]!) ? "exactly this command" : "commands that begin like this"} in this worktree`;
  const named = keys.slice(0, MAX_NAMED_PATHS).map(({ path }) => path);
  const more = keys.length > MAX_NAMED_PATHS ? ` and ${keys.length - MAX_NAMED_PATHS} more` : "";
  const doing = keys[0] && DOING[keys[0].toolKind];
  return `Always allow ${doing ?? "this for"} ${named.join(", ")}${more} in this worktree`;
}

/** Whether a rule may be made of this at all. */
export function isRememberable({ argvPrefix, path }: RuleKey): boolean {
  if ((argvPrefix === null) === (path === null)) return false;
  return argvPrefix !== null ? !isDangerousArgv(argvPrefix) : path !== null && isOrdinaryPath(path);
}

/** Whether the rules together allow it: every file of it, or its command, word by word from the first. */
export function isAllowedBy(rules: readonly RuleKey[], subject: RuleSubject, worktreePath: string | null): boolean {
  const wanted = toRuleKeys(subject, worktreePath);
  return wanted.length > 0 && wanted.every((key) => rules.some((rule) => covers(rule, key)));
}

/** Whether a rule makes another one needless. */
export function covers(rule: RuleKey, wanted: RuleKey): boolean {
  if (rule.toolKind !== wanted.toolKind) return false;
  if (rule.path !== null) return rule.path === wanted.path;
  return rule.argvPrefix !== null && rule.argvPrefix.every((word, place) => wanted.argvPrefix?.[place] === word);
}

function isOrdinaryPath(path: string): boolean {
  if (/^(?:[/\\]|[A-Za-z]:)/.test(path) || path.includes("\0")) return false;
  return path.split(/[/\\]/).every((name) => name !== ".." && name.toLowerCase() !== ".git");
}

function isInside(folder: string, root: string): boolean {
  if (folder.split(/[/\\]/).includes("..")) return false;
  // What is not absolute is meant from the worktree.
  if (!/^(?:[/\\]|[A-Za-z]:)/.test(folder)) return true;
  return folder === root || folder.startsWith(root.endsWith("/") ? root : `${root}/`);
}
