import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname } from "node:path";
import { endWithNpm } from "./end-with-npm.mjs";
import { hideEnvironment } from "./hide-environment.mjs";
import { say } from "./say.mjs";

/**
 * Runs a script under a Node and exits with its exit code, or 128 plus the signal's number if a signal ended it.
 *
 * In a terminal, Ctrl+C reaches the whole process group, so it is not passed on; elsewhere every signal is. The script
 * is stopped when npm is gone. It has an IPC channel to this process, which tells it when this process is gone.
 *
 * @param {string} node
 * @param {string} script
 * @param {string[]} argv
 * @param {Record<string, string>} env in addition to this process's own
 */
export function runNode(node, script, argv, env) {
  const child = spawn(node, [script, ...argv], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, ...env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
  });
  let isTold = false;
  for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"]) {
    process.on(signal, () => {
      isTold = true;
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  endWithNpm(() => isTold || child.kill("SIGTERM"));
  // The child has its own copy. A copy here could only be read by an agent's command.
  hideEnvironment();
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
