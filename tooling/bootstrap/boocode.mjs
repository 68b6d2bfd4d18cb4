/** `boocode` in the package: runs the daemon in this process, or under a downloaded Node if this one is too old. */
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bringNode } from "./bring-node.mjs";
import { endWithNpm } from "./end-with-npm.mjs";
import { runNode } from "./run-node.mjs";

/** The daemon's bundle, at its place in the package. */
const MAIN = join(dirname(fileURLToPath(import.meta.url)), "../coder/bundle/main.js");

const { XDG_CACHE_HOME = "" } = process.env;
const cache = join(isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), ".cache"), "boocode");
const node = bringNode(cache);
if (node === process.execPath) {
  endWithNpm(() => process.kill(process.pid, "SIGTERM"));
  await import(pathToFileURL(MAIN).href);
} else {
  runNode(node, MAIN, process.argv.slice(2), {});
}
