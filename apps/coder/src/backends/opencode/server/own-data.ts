import { randomBytes } from "node:crypto";
import { chmod, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

type Env = Readonly<Record<string, string>>;

/** The folders where opencode keeps what it writes, by the variable that moves them. */
const FOLDERS = { XDG_DATA_HOME: "data", XDG_STATE_HOME: "state", XDG_CACHE_HOME: "cache" } as const;

/**
 * Decides where opencode 2 keeps its data: in a folder of BooCode's, because it converts the data of opencode 1 that it finds where that
 * keeps it. A variable that the person set for opencode in `agents.json` stays: that is their consent.
 */
export function toOwnData(folder: string, chosen: Env): Record<string, string> {
  const folders = Object.entries(FOLDERS).filter(([name]) => chosen[name] === undefined);
  const isDataChosen = chosen["XDG_DATA_HOME"] !== undefined || chosen["OPENCODE_DB"] !== undefined;
  return {
    ...Object.fromEntries(folders.map(([name, own]) => [name, join(folder, own)])),
    ...(isDataChosen ? {} : { OPENCODE_DB: join(folder, "data", "opencode.db") }),
  };
}

/** What a server of opencode 2 is started with. */
export interface OwnData {
  env: Record<string, string>;
  /** Removes its configuration, which holds the keys of endpoints. Call it once the server is gone. */
  clear(): Promise<void>;
}

/** The file of a server's configuration. */
const CONFIG = /^config-[0-9a-f]+\.json$/;

/** What a command of the agent must not have from the server: its secrets, and where it keeps its data. */
const HIDDEN = ["OPENCODE_SERVER_PASSWORD", "OPENCODE_PASSWORD", "OPENCODE_CONFIG", "OPENCODE_DB"];

/**
 * Makes the environment of a server of opencode 2, and what it names in `folder`: its configuration, in a file that commands do not inherit,
 * and the shell for the agent's commands, which hides the server's password from them. `env` is the environment of a server of opencode 1,
 * with the configuration in `OPENCODE_CONFIG_CONTENT`; `chosen` is what `agents.json` adds. `portNotes`: where
 * commands find their ports.
 */
export async function prepareOwnData(
  { folder, portNotes }: { folder: string; portNotes: string },
  env: Env,
  chosen: Env,
): Promise<OwnData> {
  const { OPENCODE_CONFIG_CONTENT: content = "{}", ...rest } = env;
  const own = toOwnData(folder, chosen);
  const shell = join(folder, "agent-shell");
  // Each server has its own, so that none takes away another's.
  const config = join(folder, `config-${randomBytes(8).toString("hex")}.json`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // The plugin of opencode 1 is not one of opencode 2.
  const { plugin: _, ...kept } = JSON.parse(content) as Record<string, unknown>;
  await writeFile(shell, toShell(env, own, portNotes), { mode: 0o700 });
  // An earlier file keeps its mode.
  await chmod(shell, 0o700);
  await writeFile(config, JSON.stringify({ ...kept, shell }), { mode: 0o600 });
  return { env: { ...rest, ...own, OPENCODE_CONFIG: config }, clear: () => rm(config, { force: true }) };
}

/** Removes the configurations that servers of an earlier daemon left in the folder. Call it before a server is started. */
export async function sweepConfigs(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  await Promise.all(names.filter((name) => CONFIG.test(name)).map((name) => rm(join(folder, name), { force: true })));
}

/** Looks for the ports of the worktree that the command works in; see `folder/port-notes.ts`. */
const tellPorts = (notes: string) => [
  'folder="$PWD"',
  `while [ -n "$folder" ] && [ ! -f ${quote(notes)}"$folder/ports" ]; do folder="\${folder%/*}"; done`,
  `if [ -n "$folder" ]; then . ${quote(notes)}"$folder/ports"; fi`,
];

function toShell(env: Env, own: Env, notes: string): string {
  const restored = Object.keys(own).map((name) => (env[name] === undefined ? `unset ${name}` : `export ${name}=${quote(env[name])}`));
  return [
    "#!/bin/sh",
    ...tellPorts(notes),
    `unset ${HIDDEN.join(" ")}`,
    ...restored.filter((line) => !HIDDEN.some((name) => line === `unset ${name}`)),
    `exec ${quote(env["SHELL"] ?? "/bin/sh")} "$@"`,
    "",
  ].join("\n");
}

const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
