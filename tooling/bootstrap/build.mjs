/** `npm run build`: builds page and daemon where they changed, as `npm start` does, and starts nothing. */
import { ensureBuilt } from "./ensure-built.mjs";
import { ensureInstalled } from "./install.mjs";
import { ensureNode } from "./runtime.mjs";

const node = ensureNode();
ensureInstalled(node, "run");
ensureBuilt(node);
