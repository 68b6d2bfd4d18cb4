import { readFileSync } from "node:fs";

/** How often npm is checked, because nothing reports that npm was killed by SIGKILL. */
const LOOK_MS = 500;

/**
 * Calls `end` once the npm that started this process is gone. Without npm nothing is watched: a person who starts this in the background
 * of a shell and closes the shell wants it to continue.
 */
export function endWithNpm(end) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  // `npx` starts a shell in between, which outlives npx.
  const before = isShell(parent) ? readParent(parent) : null;
  const look = setInterval(() => {
    if (process.ppid === parent && (before === null || readParent(parent) === before)) return;
    clearInterval(look);
    end();
  }, LOOK_MS);
  look.unref();
}

const isShell = (pid) => /^(?:ba|da|a|z|k)?sh$/.test(readProc(pid, "comm").trim());

/** The parent's pid; null if the system has no `/proc`. */
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
