import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname } from "node:path";
import { endWithNpm } from "./end-with-npm.mjs";
import { hideEnvironment } from "./hide-environment.mjs";
import { say } from "./say.mjs";

/**
 * Runs a script under a Node and ends as it ends; where a signal ended it, with 128 and the signal's number.
 *
 * In a terminal, Ctrl+C reaches the whole group at once, so it is not passed on; elsewhere every signal is. The script
 * ends when npm is gone. It has a channel to this process, by which it can tell that this one is gone.
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
  // The child has all of it: what stays here would only be read by an agent's command.
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
