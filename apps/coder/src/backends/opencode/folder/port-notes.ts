import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PORT_VARIABLES } from "@boocode/shared/ports/decide-port-block";

type Env = Readonly<Record<string, string>>;

/**
 * Notes which ports are a worktree's. One server runs the commands of all worktrees, so what they are told of their ports cannot be in its
 * environment: it is looked up in these notes, by the folder, as each command begins. A note is a line for a shell.
 */
export async function notePorts(notes: string, worktree: string, env: Env): Promise<void> {
  const file = join(notes, worktree, "ports");
  const told = PORT_VARIABLES.flatMap((name) => (/^\d+$/.test(env[name] ?? "") ? [`${name}=${env[name]}`] : []));
  if (told.length === 0) return rm(file, { force: true });
  const line = `export ${told.join(" ")}\n`;
  if ((await readFile(file, "utf8").catch(() => "")) === line) return;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  // A command that begins now must not find half of it.
  const next = `${file}.${randomUUID()}`;
  await writeFile(next, line, { mode: 0o600 });
  await rename(next, file);
}

/** Removes the notes of an earlier daemon. Call it before a server is started. */
export async function sweepPortNotes(notes: string): Promise<void> {
  await rm(notes, { recursive: true, force: true });
}
