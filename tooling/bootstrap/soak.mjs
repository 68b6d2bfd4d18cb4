/** `npm run test:soak`: what takes too long for every commit. */
import { ensureInstalled } from "./install.mjs";
import { runNode } from "./run-node.mjs";
import { ensureNode } from "./runtime.mjs";

const runtime = ensureNode();
ensureInstalled(runtime.node, "everything");
runNode(runtime, "tooling/soak/run-soak.ts", process.argv.slice(2));
