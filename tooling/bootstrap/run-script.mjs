import { join } from "node:path";
import { runNode } from "./run-node.mjs";
import { ROOT, RUNTIME } from "./runtime.mjs";

/**
 * Runs a script of the tree, named from its root, with what Node compiled before at hand.
 *
 * @param {string} node
 * @param {string} script
 * @param {string[]} argv
 */
export function runScript(node, script, argv) {
  runNode(node, join(ROOT, script), argv, { NODE_COMPILE_CACHE: join(RUNTIME, "compile-cache") });
}
