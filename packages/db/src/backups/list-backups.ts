import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface Backup {
  path: string;
  /** When it was made, in epoch milliseconds, by the file system's clock. */
  at: number;
  /** Its number, if it is one of the regular backups; null for the backup before a migration. */
  number: number | null;
}

/** Lists the backups next to a database, newest first. */
export function listBackups(file: string): Backup[] {
  const begin = `${basename(file)}.bak-`;
  const found: Backup[] = [];
  for (const name of readdirSync(dirname(file))) {
    const suffix = name.startsWith(begin) ? /^(?:daily-(?<number>\d{1,9})|\d{1,9})$/.exec(name.slice(begin.length)) : null;
    const path = join(dirname(file), name);
    const at = suffix ? statSync(path, { throwIfNoEntry: false })?.mtimeMs : undefined;
    if (suffix && at !== undefined) found.push({ path, at, number: suffix.groups?.["number"] ? Number(suffix.groups["number"]) : null });
  }
  return found.toSorted((a, b) => b.at - a.at || (b.number ?? 0) - (a.number ?? 0));
}

/** The path of a regular backup. */
export function nameBackup(file: string, number: number): string {
  return `${file}.bak-daily-${number}`;
}
