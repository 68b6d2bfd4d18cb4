import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { ROOT, RUNTIME } from "./runtime.mjs";

/**
 * Runs a script under the program's Node and ends as it ends.
 *
 * In a terminal, Ctrl+C reaches the whole group at once, so it is not passed on; elsewhere every signal is.
 *
 * @param {{ node: string, flags: string[] }} runtime
 * @param {string} script from the root
 * @param {string[]} argv
 */
export function runNode({ node, flags }, script, argv) {
  const child = spawn(node, [...flags, join(ROOT, script), ...argv], {
    stdio: "inherit",
    env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}`, NODE_COMPILE_CACHE: join(RUNTIME, "compile-cache") },
  });
  for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"]) {
    process.on(signal, () => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => {
    process.exit(code ?? (signal === "SIGINT" ? 130 : 1));
  });
}
