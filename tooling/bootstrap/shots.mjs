/** `npm run shots`: draws every view of the page, in both themes and three widths. */
import { ensureBuilt } from "./ensure-built.mjs";
import { ensureChromium } from "./chromium.mjs";
import { ensureInstalled } from "./install.mjs";
import { runScript } from "./run-script.mjs";
import { ensureNode } from "./runtime.mjs";

const node = ensureNode();
ensureInstalled(node, "everything");
ensureBuilt(node);
ensureChromium();
runScript(node, "e2e/shots/run-shots.ts", process.argv.slice(2));
