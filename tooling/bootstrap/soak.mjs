/** `npm run test:soak`: what takes too long for every commit. */
import { ensureInstalled } from "./install.mjs";
import { runNode } from "./run-node.mjs";
import { ensureNode } from "./runtime.mjs";

const node = ensureNode();
ensureInstalled(node, "everything");
runNode(node, "tooling/soak/run-soak.ts", process.argv.slice(2));
