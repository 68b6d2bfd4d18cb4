/** `npm run build`: builds the page and daemon if they changed, as `npm start` does, and starts nothing. */
import { ensureBuilt } from "./ensure-built.mjs";
import { ensureInstalled } from "./install.mjs";
import { ensureNode } from "./runtime.mjs";

const node = ensureNode();
ensureInstalled(node, "run");
ensureBuilt(node);
