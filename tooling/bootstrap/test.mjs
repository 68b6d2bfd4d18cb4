/** `npm test`: brings what tests need, then runs all of them and says how many ran. */
import { ensureBuilt } from "./build.mjs";
import { ensureChromium } from "./chromium.mjs";
import { ensureInstalled } from "./install.mjs";
import { runNode } from "./run-node.mjs";
import { ensureNode } from "./runtime.mjs";

const runtime = ensureNode();
ensureInstalled(runtime.node, "everything");
ensureBuilt(runtime.node);
ensureChromium();
runNode(runtime, "tooling/gate/run-tests.ts", process.argv.slice(2));
