import { readFileSync } from "node:fs";

/** How often npm is looked at: it does not pass SIGKILL on, and nothing else tells that it is gone. */
const LOOK_MS = 500;

/**
 * Calls `end` once npm, which started this process, is gone. Without npm nothing is watched: who starts this in the background of a shell
 * and closes that wants it to go on.
 */
export function endWithNpm(end) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  // `npx` has a shell in between, which outlives it.
  const before = isShell(parent) ? readParent(parent) : null;
  const look = setInterval(() => {
    if (process.ppid === parent && (before === null || readParent(parent) === before)) return;
    clearInterval(look);
    end();
  }, LOOK_MS);
  look.unref();
}

const isShell = (pid) => /^(?:ba|da|a|z|k)?sh$/.test(readProc(pid, "comm").trim());

/** Null where the system has no `/proc`. */
function readParent(pid) {
  return /\) \w (\d+) /.exec(readProc(pid, "stat"))?.[1] ?? null;
}

function readProc(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
