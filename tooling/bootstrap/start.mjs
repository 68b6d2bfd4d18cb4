/** `npm start`: brings what is missing, builds the page if it changed, and starts the daemon. */
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { runNode } from "./run-node.mjs";
import { ensureNode } from "./runtime.mjs";

const node = ensureNode();
ensureInstalled(node, "run");
const argv = process.argv.slice(2);
if (!argv.includes("--help") && !argv.includes("-h")) ensureBuilt(node);
runNode(node, "apps/coder/src/main.ts", argv);
