import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Where opencode reads what it offers in a folder: the worktree, and the person's own places. */
export interface SettingsPlaces {
  worktree: string;
  /** The environment of the server, which names the person's places. */
  env: Readonly<Record<string, string>>;
}

/** What it reads in each of its configuration folders. What it writes there itself, such as the packages of its plugins, is left out. */
const OF_CONFIG = [
  "opencode.json",
  "opencode.jsonc",
  ...["command", "agent", "mode", "plugin", "tool", "skill"].flatMap((name) => [name, `${name}s`]),
];
/** Skills in the places of other agents, which it reads too. */
const OF_OTHERS = [".claude/skills", ".agents/skills"];
const MAX_ENTRIES = 2_000;
const MAX_DEPTH = 6;

/**
 * Returns a stamp of the files from which opencode takes its commands, skills, agents and plugins in a folder; it differs once one of them
 * came, went or was written. Reads no content. Never rejects.
 */
export async function stampSettings({ worktree, env }: SettingsPlaces): Promise<string> {
  const home = env["HOME"] ?? "";
  const config = env["XDG_CONFIG_HOME"] ?? join(home, ".config");
  const own = home === "" ? [] : [join(config, "opencode"), join(home, ".opencode")];
  const folders = [join(worktree, ".opencode"), ...own];
  const places = [
    ...["opencode.json", "opencode.jsonc", ...OF_OTHERS].map((name) => join(worktree, name)),
    ...(home === "" ? [] : OF_OTHERS.map((name) => join(home, name))),
    ...folders.flatMap((folder) => OF_CONFIG.map((name) => join(folder, name))),
  ];
  const room = { left: MAX_ENTRIES };
  const found = await Promise.all(places.map((path) => stampPath(path, room, MAX_DEPTH)));
  return createHash("sha256").update(found.flat().join("\n")).digest("hex");
}

async function stampPath(path: string, room: { left: number }, depth: number): Promise<string[]> {
  if (room.left <= 0) return [];
  room.left -= 1;
  const found = await stat(path, { bigint: true }).catch(() => null);
  if (found === null) return [];
  if (!found.isDirectory()) return [`${path} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`];
  const names = depth === 0 ? [] : await readdir(path).catch(() => []);
  const inside: string[] = [];
  for (const name of names.toSorted()) if (name !== "node_modules") inside.push(...(await stampPath(join(path, name), room, depth - 1)));
  return [path, ...inside];
}
