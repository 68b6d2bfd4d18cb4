import { parentPort, workerData } from "node:worker_threads";
import BetterSqlite3 from "better-sqlite3";
import { findDamage } from "../sqlite-look.ts";
import type { BackUpInput } from "./back-up-apart.ts";
import { writeCopy } from "./write-copy.ts";

// Run as a thread of its own: an error it throws reaches the one who waits.
const { file, target } = workerData as BackUpInput;
const database = new BetterSqlite3(file, { readonly: true });
try {
  const damage = findDamage(database);
  if (damage !== null) throw new Error(`The database is damaged: ${damage}`);
  writeCopy(database, target);
} finally {
  database.close();
}
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread, not a window
parentPort!.postMessage("done");
