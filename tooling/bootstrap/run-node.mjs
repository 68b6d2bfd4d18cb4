import { spawn } from "node:child_process";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { ROOT, RUNTIME } from "./runtime.mjs";
import { say } from "./say.mjs";

/** How often npm is looked at: it does not pass SIGKILL on, and nothing else tells that it is gone. */
const LOOK_MS = 500;

/**
 * Runs a script under the program's Node and ends as it ends; where a signal ended it, with 128 and the signal's number.
 *
 * In a terminal, Ctrl+C reaches the whole group at once, so it is not passed on; elsewhere every signal is. The script
 * ends when npm is gone. It has a channel to this process, by which it can tell that this one is gone.
 *
 * @param {string} node
 * @param {string} script from the root
 * @param {string[]} argv
 */
export function runNode(node, script, argv) {
  const child = spawn(node, [join(ROOT, script), ...argv], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}`, NODE_COMPILE_CACHE: join(RUNTIME, "compile-cache") },
  });
  let isTold = false;
  for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"]) {
    process.on(signal, () => {
      isTold = true;
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  endWithNpm(() => isTold || child.kill("SIGTERM"));
  child.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    if (signal !== "SIGINT") say(`It was ended by ${signal}.`);
    process.exit(128 + constants.signals[signal]);
  });
}

/** Only below npm: who starts this in the background of a shell and closes that wants it to go on. */
function endWithNpm(end) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(look);
    end();
  }, LOOK_MS);
  look.unref();
}
