/** `npm run bench`: measures BooCode and its limits in one run. */
import { ensureBuilt } from "./ensure-built.mjs";
import { ensureChromium } from "./chromium.mjs";
import { ensureInstalled } from "./install.mjs";
import { runScript } from "./run-script.mjs";
import { ensureNode } from "./runtime.mjs";

const node = ensureNode();
ensureInstalled(node, "everything");
ensureBuilt(node);
ensureChromium();
runScript(node, "e2e/bench/run-bench.ts", process.argv.slice(2));
