/** `npm run test:soak`: runs the tests that take too long for every commit. */
import { ensureInstalled } from "./install.mjs";
import { runScript } from "./run-script.mjs";
import { ensureNode } from "./runtime.mjs";

const node = ensureNode();
ensureInstalled(node, "everything");
runScript(node, "tooling/soak/run-soak.ts", process.argv.slice(2));
