/** `npm run bench`: measures, beside its limit, in one run. */
import { ensureBuilt } from "./build.mjs";
import { ensureChromium } from "./chromium.mjs";
import { ensureInstalled } from "./install.mjs";
import { runNode } from "./run-node.mjs";
import { ensureNode } from "./runtime.mjs";

const node = ensureNode();
ensureInstalled(node, "everything");
ensureBuilt(node);
ensureChromium();
runNode(node, "e2e/bench/run-bench.ts", process.argv.slice(2));
