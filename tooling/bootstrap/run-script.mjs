import { join } from "node:path";
import { runNode } from "./run-node.mjs";
import { ROOT, RUNTIME } from "./runtime.mjs";

/**
 * Runs a script, given by its path from the root, with Node's compile cache.
 *
 * @param {string} node
 * @param {string} script
 * @param {string[]} argv
 */
export function runScript(node, script, argv) {
  runNode(node, join(ROOT, script), argv, { NODE_COMPILE_CACHE: join(RUNTIME, "compile-cache") });
}
