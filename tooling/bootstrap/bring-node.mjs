import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { bringPackage } from "./bring-package.mjs";
import { bySignal, stop } from "./say.mjs";

/** The program needs this version: older ones lack parts of the language or crash. */
const OLDEST_MAJOR = 24;
const VERSION = "24.21.0";

/**
 * The Node to run on: this process's own if it is new enough, otherwise one downloaded from npm into `folder`.
 *
 * @param {string} folder
 * @returns {string} the path of its program
 */
export function bringNode(folder) {
  if (Number(process.versions.node.split(".")[0]) >= OLDEST_MAJOR) return process.execPath;
  const isWindows = process.platform === "win32";
  const name = `node-${isWindows ? "win" : process.platform}-${process.arch}`;
  const file = join(name, "bin", isWindows ? "node.exe" : "node");
  const what = `Node ${VERSION} (this one is ${process.version}; about 50 MB, once)`;
  const node = join(folder, "node_modules", file);
  if (bringPackage({ folder, name, version: VERSION, file, what })) refuseForeign(node, join(folder, "node_modules", name));
  return node;
}

/** Stops with a message if the downloaded Node does not run: the system may have another C library than it was built for. */
function refuseForeign(node, folder) {
  const tried = spawnSync(node, ["--version"], { stdio: "ignore" });
  if (tried.status === 0) return;
  rmSync(folder, { recursive: true, force: true });
  stop(`Node ${VERSION} from npm does not run on this system${bySignal(tried)}. Install Node ${OLDEST_MAJOR} or newer: https://nodejs.org`);
}
