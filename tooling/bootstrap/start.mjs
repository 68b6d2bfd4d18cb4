/** `npm start`: installs what is missing, builds what changed, and starts the daemon. */
import { ensureBuilt, ensureDaemonBuilt } from "./ensure-built.mjs";
import { ensureInstalled } from "./install.mjs";
import { runScript } from "./run-script.mjs";
import { ensureNode } from "./runtime.mjs";

const node = ensureNode();
ensureInstalled(node, "run");
const argv = process.argv.slice(2);
const onlyTells = ["--help", "-h", "--version"].some((option) => argv.includes(option));
if (onlyTells) ensureDaemonBuilt(node);
else ensureBuilt(node);
runScript(node, "apps/coder/bundle/main.js", argv);
