/** `npm run pack`: makes `boocode-<version>.tgz`, which npm installs and `npx` runs. */
import { ensureBuilt } from "./ensure-built.mjs";
import { ensureInstalled } from "./install.mjs";
import { runScript } from "./run-script.mjs";
import { ensureNode } from "./runtime.mjs";

const node = ensureNode();
ensureInstalled(node, "run");
ensureBuilt(node);
runScript(node, "tooling/pack/pack.mjs", process.argv.slice(2));
