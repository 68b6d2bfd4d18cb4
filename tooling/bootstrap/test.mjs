/** `npm test`: installs the tests' requirements, runs all tests and prints how many ran. */
import { ensureBuilt } from "./ensure-built.mjs";
import { ensureChromium } from "./chromium.mjs";
import { ensureInstalled } from "./install.mjs";
import { runScript } from "./run-script.mjs";
import { ensureNode } from "./runtime.mjs";

const node = ensureNode();
ensureInstalled(node, "everything");
ensureBuilt(node);
ensureChromium();
runScript(node, "tooling/gate/run-tests.ts", process.argv.slice(2));
