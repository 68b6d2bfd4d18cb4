/** `npm run dev`: runs the daemon, restarted when its code changes, and the page with hot reload. */
import { ensureInstalled } from "./install.mjs";
import { runScript } from "./run-script.mjs";
import { ensureNode } from "./runtime.mjs";

const node = ensureNode();
ensureInstalled(node, "run");
runScript(node, "tooling/dev/run-dev.ts", process.argv.slice(2));
