export interface UpdateState {
  /** The command that installs the agent: `npm install -g <package>`, with a version or without; null if none has been tested. */
  install: string | null;
  /** The version of the installed package; null if it is not known. */
  version: string | null;
  /** An update must not go to the next major version, because that converts the person's data. */
  keepsMajor: boolean;
  /** `agents.json` names its program, so the person decides how it is updated. */
  isNamed: boolean;
  /** The program's real path, all links followed; null if it is gone. */
  path: string | null;
  /** The folder that its installation would be written to accepts writes. */
  isWritable: boolean;
}

/** `run`: what updates it, as a program and its arguments. `line`: the same for a person's terminal. */
export type UpdateDecision = { kind: "run"; argv: readonly string[]; line: string } | { kind: "copy"; line: string } | { kind: "none" };

/** What installs a package: its name, and the version or major version wanted, if any. */
const INSTALL = /^npm install -g ((?:@[^/@\s]+\/)?[^@\s]+)(?:@\S+)?$/;
const MAJOR = /^(\d{1,6})\.\d/;
/** A package's folder in one of npm's global places. */
const GLOBAL = /^(.*)\/lib\/node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** Returns the name of the package that an install command installs, without a version; null if it is no such command. */
export function toPackageName(install: string | null): string | null {
  return INSTALL.exec(install ?? "")?.[1] ?? null;
}

/**
 * Finds the npm prefix below which the package of an install command lies; null if the program is not from there. A copy in a project's
 * own `node_modules` has no `lib` above it and is the project's to update.
 */
export function toNpmPrefix(install: string | null, path: string | null): string | null {
  const wanted = toPackageName(install);
  const [, prefix, found] = GLOBAL.exec(path ?? "") ?? [];
  return wanted !== null && found === wanted && prefix !== undefined && prefix !== "" ? prefix : null;
}

/**
 * Decides how an installed agent is updated. Only what npm installed globally is, by the known command and in the same place; everything
 * else gets at most the line to copy, because another installation beside it would not be the one that runs. Where the major version is kept
 * and not known, there is no update.
 */
export function decideUpdate({ install, version, keepsMajor, isNamed, path, isWritable }: UpdateState): UpdateDecision {
  const name = toPackageName(install);
  if (isNamed || path === null || name === null) return { kind: "none" };
  const wanted = keepsMajor ? MAJOR.exec(version ?? "")?.[1] : "latest";
  if (wanted === undefined) return { kind: "none" };
  const line = `npm install -g ${name}@${wanted}`;
  const prefix = toNpmPrefix(install, path);
  if (prefix === null) return { kind: "none" };
  if (!isWritable) return { kind: "copy", line };
  // Without a terminal, npm is silent until its end unless it is told to name what it fetches.
  return {
    kind: "run",
    argv: ["npm", "install", "--global", "--prefix", prefix, "--no-fund", "--no-audit", "--loglevel=http", `${name}@${wanted}`],
    line,
  };
}
