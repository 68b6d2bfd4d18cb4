import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { restoreBackup } from "@boocode/db/backups/restore-backup";
import { ALL_MIGRATIONS } from "@boocode/db/migrations/all-migrations";
import type { Config } from "./config.ts";
import { takeInstanceLock } from "./platform/instance-lock.ts";
import { toStartError } from "./start-error.ts";
import { findMarkedWorktrees } from "./worktrees/making/find-marked.ts";

/** Puts the newest backup in the place of a damaged or lost database. Returns what was done, in words. Throws {@link StartError}. */
export async function restoreBackupOf(config: Config): Promise<string> {
  const file = join(config.dataDir, "boocode.db");
  try {
    const lock = await takeInstanceLock(config.dataDir);
    try {
      const { backup, keptAs } = restoreBackup(file, ALL_MIGRATIONS.at(-1)!.version);
      const kept = keptAs === null ? "" : ` The damaged database is kept as ${keptAs}.`;
      return `The backup ${backup.path} of ${toWords(backup.at)} is in place; what happened after that is not in it.${kept} Start BooCode again.`;
    } finally {
      lock.release();
    }
  } catch (error) {
    throw await toStartError(error, config);
  }
}

/** Lists where the work of every session lies, for a person whose database is damaged or lost. Returns text for a terminal. */
export async function listWorktreesOf({ dataDir, worktreesDir }: Config): Promise<string> {
  const installId = (await readFile(join(dataDir, "install-id"), "utf8").catch(() => "")).trim();
  const found = installId === "" ? [] : await findMarkedWorktrees(worktreesDir, installId);
  if (found.length === 0) return `No worktrees of the installation in ${dataDir} were found in ${worktreesDir}.`;
  const rows = found.map(({ path, head, commonDir, sessionId, isInPlace }) =>
    [
      visible(path),
      `  branch      ${visible(head ?? "cannot be read")}`,
      `  repository  ${visible(commonDir)}`,
      `  session     ${visible(sessionId ?? "unknown")}`,
      ...(isInPlace ? [] : ["  The repository expects it in another folder: git worktree repair mends that."]),
    ].join("\n"),
  );
  return `${rows.join("\n\n")}\n\n${found.length} ${found.length === 1 ? "worktree" : "worktrees"} in ${visible(worktreesDir)}`;
}

/** A name from a disk may hold characters that a terminal obeys. */
const visible = (text: string) => text.replaceAll(/\p{C}/gu, (character) => JSON.stringify(character).slice(1, -1));

const toWords = (at: number) => new Date(at).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" });
