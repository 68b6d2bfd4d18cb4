/** Finds or brings what the program runs on: Node and pnpm, both as packages of npm, pinned, in `.runtime/`. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bySignal, say, stop } from "./say.mjs";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const RUNTIME = join(ROOT, ".runtime");

const NODE_VERSION = "24.21.0";
const NODE_PACKAGE = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const PNPM_VERSION = /^pnpm@([\d.]+)/.exec(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).packageManager)[1];

/** The program is written for this one: an older one lacks parts of the language, or crashes. */
const OLDEST_MAJOR = 24;

/**
 * The Node to run on: this process's own where it is new enough, else the one brought as a package.
 * @returns {string} the path of its program
 */
export function ensureNode() {
  if (Number(process.versions.node.split(".")[0]) >= OLDEST_MAJOR) return process.execPath;
  const node = join(RUNTIME, "node_modules", NODE_PACKAGE, "bin", process.platform === "win32" ? "node.exe" : "node");
  const isNew = ensurePackage(NODE_PACKAGE, NODE_VERSION, node, `Node ${NODE_VERSION} (this one is ${process.version}; about 50 MB, once)`);
  if (isNew) refuseForeign(node);
  return node;
}

/** A system may have another C library than the one the package was built for. */
function refuseForeign(node) {
  const tried = spawnSync(node, ["--version"], { stdio: "ignore" });
  if (tried.status === 0) return;
  rmSync(join(RUNTIME, "node_modules", NODE_PACKAGE), { recursive: true, force: true });
  stop(
    `Node ${NODE_VERSION} from npm does not run on this system${bySignal(tried)}. Install Node ${OLDEST_MAJOR} or newer: https://nodejs.org`,
  );
}

/** The pnpm named by `packageManager`, as a script for Node. */
export function ensurePnpm() {
  const script = join(RUNTIME, "node_modules", "pnpm", "bin", "pnpm.mjs");
  ensurePackage("pnpm", PNPM_VERSION, script, `pnpm ${PNPM_VERSION} (once)`);
  return script;
}

/**
 * Each package in a folder of its own first, so that an interrupted download never looks finished.
 * @returns {boolean} whether it was brought just now
 */
function ensurePackage(name, version, file, what) {
  const installed = join(RUNTIME, "node_modules", name, "package.json");
  if (existsSync(file) && existsSync(installed) && JSON.parse(readFileSync(installed, "utf8")).version === version) return false;
  say(`Bringing ${what} …`);
  const fresh = join(RUNTIME, `fresh-${process.pid}-${name}`);
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(fresh, "package.json"), JSON.stringify({ private: true }));
  const npm = spawnSync(
    process.platform === "win32" ? "npm.cmd" : "npm",
    ["install", "--prefix", fresh, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", `${name}@${version}`],
    { stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" },
  );
  if (npm.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    stop(
      `npm could not bring ${name}@${version}${bySignal(npm)}. Is the npm registry reachable? Nothing else was changed; run the command again.`,
    );
  }
  mkdirSync(join(RUNTIME, "node_modules"), { recursive: true });
  for (const brought of [name, ...companions(name)]) {
    const source = join(fresh, "node_modules", brought);
    if (!existsSync(source)) continue;
    const target = join(RUNTIME, "node_modules", brought);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(dirname(target), { recursive: true });
    renameSync(source, target);
  }
  rmSync(fresh, { recursive: true, force: true });
  return true;
}

/** pnpm's program itself comes in a package per platform, beside it. */
const companions = (name) => (name === "pnpm" ? ["@pnpm"] : []);
