import { z } from "zod";
import { EpochMs, PermissionRuleId, SessionId, WorktreeId } from "../../ids.ts";
import { ToolKind } from "../agent-event.ts";
import { isDangerousArgv } from "./dangerous-argv.ts";
import type { Permission } from "./permission.ts";

/** What a rule allows: one kind of tool, either for commands that begin with these words or for this exact file. One of the two is null. */
export const RuleKey = z.object({
  toolKind: ToolKind,
  argvPrefix: z.array(z.string().max(32_768)).min(1).max(500).nullable(),
  /** Relative to the worktree. */
  path: z.string().min(1).max(4_096).nullable(),
});
export type RuleKey = z.infer<typeof RuleKey>;

/** What a person allowed permanently in one worktree. */
export const PermissionRule = RuleKey.extend({
  id: PermissionRuleId,
  sessionId: SessionId,
  worktreeId: WorktreeId,
  createdAt: EpochMs,
});
export type PermissionRule = z.infer<typeof PermissionRule>;

/** The maximum number of rules per worktree. */
export const MAX_RULES = 500;
/** A request for more files than this is not worth a rule. */
const MAX_PATHS = 20;

/** The parts of a permission that rules match. */
export type RuleSubject = Pick<Permission, "toolKind" | "argv" | "cwd" | "paths">;

/**
 * Returns the rules that would allow exactly this request in the future. Returns none if it must be asked every time: a command that can
 * run whatever its arguments say, a command that runs outside the worktree or asks for a file there, a file outside the worktree or inside
 * git's own folder, or a request with nothing to match. Without a worktree there are no rules.
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
/** Files named in a label; the others are counted. */
const MAX_NAMED_PATHS = 3;

/** Returns the label of the button that creates the rules of one request. The request itself is shown above it. */
export function describeRules(keys: readonly RuleKey[]): string {
  const words = keys[0]?.argvPrefix;
  // A shell command line arrives as one word and is matched as one.
  if (words)
    return `Always allow ${words.length === 1 && /\s/.test(words[0]!) ? "exactly this command" : "commands that begin like this"} in this worktree`;
  const named = keys.slice(0, MAX_NAMED_PATHS).map(({ path }) => path);
  const more = keys.length > MAX_NAMED_PATHS ? ` and ${keys.length - MAX_NAMED_PATHS} more` : "";
  const doing = keys[0] && DOING[keys[0].toolKind];
  return `Always allow ${doing ?? "this for"} ${named.join(", ")}${more} in this worktree`;
}

/** Returns whether this may become a rule at all. */
export function isRememberable({ argvPrefix, path }: RuleKey): boolean {
  if ((argvPrefix === null) === (path === null)) return false;
  return argvPrefix !== null ? !isDangerousArgv(argvPrefix) : path !== null && isOrdinaryPath(path);
}

/** Returns whether the rules together allow a request: every one of its files, or its command, compared word by word from the first. */
export function isAllowedBy(rules: readonly RuleKey[], subject: RuleSubject, worktreePath: string | null): boolean {
  const wanted = toRuleKeys(subject, worktreePath);
  return wanted.length > 0 && wanted.every((key) => rules.some((rule) => covers(rule, key)));
}

/** Returns whether a rule makes another one redundant. */
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
  // Relative paths are relative to the worktree.
  if (!/^(?:[/\\]|[A-Za-z]:)/.test(folder)) return true;
  return folder === root || folder.startsWith(root.endsWith("/") ? root : `${root}/`);
}
