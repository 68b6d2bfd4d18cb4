/** `npm run check`: types, lint, format, unused code and the house rules. */
import { ensureInstalled } from "./install.mjs";
import { runScript } from "./run-script.mjs";
import { ensureNode } from "./runtime.mjs";

const node = ensureNode();
ensureInstalled(node, "everything");
runScript(node, "tooling/gate/run-checks.ts", process.argv.slice(2));
