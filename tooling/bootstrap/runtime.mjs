/** Finds or brings what the program runs on: Node and pnpm, both as packages of npm, pinned, in `.runtime/`. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { say, stop } from "./say.mjs";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const RUNTIME = join(ROOT, ".runtime");

const NODE_VERSION = "24.21.0";
const NODE_PACKAGE = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const PNPM_VERSION = /^pnpm@([\d.]+)/.exec(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).packageManager)[1];

/** The oldest Node that reads TypeScript, and the oldest that does so without a flag. */
const OLDEST = [22, 12];
const WITHOUT_FLAG = [22, 18];

/** @param {number[]} least */
const isAtLeast = (version, least) => {
  const [major, minor] = version.replace(/^v/, "").split(".").map(Number);
  return major > least[0] || (major === least[0] && minor >= least[1]);
};

/**
 * Where Node is, and the flags it needs to run TypeScript. This process's own Node serves where it is new enough.
 * @returns {{ node: string, flags: string[] }}
 */
export function ensureNode() {
  if (isAtLeast(process.version, OLDEST)) {
    const flags = isAtLeast(process.version, WITHOUT_FLAG) ? [] : ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
    return { node: process.execPath, flags };
  }
  const node = join(RUNTIME, "node_modules", NODE_PACKAGE, "bin", process.platform === "win32" ? "node.exe" : "node");
  ensurePackage(NODE_PACKAGE, NODE_VERSION, node, `Node ${NODE_VERSION} (this one is ${process.version}; about 50 MB, once)`);
  return { node, flags: [] };
}

/** The pnpm named by `packageManager`, as a script for Node. */
export function ensurePnpm() {
  const script = join(RUNTIME, "node_modules", "pnpm", "bin", "pnpm.mjs");
  ensurePackage("pnpm", PNPM_VERSION, script, `pnpm ${PNPM_VERSION} (once)`);
  return script;
}

/** Each package in a folder of its own first, so that an interrupted download never looks finished. */
function ensurePackage(name, version, file, what) {
  const installed = join(RUNTIME, "node_modules", name, "package.json");
  if (existsSync(file) && existsSync(installed) && JSON.parse(readFileSync(installed, "utf8")).version === version) return;
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
    stop(`npm could not bring ${name}@${version}. Is the npm registry reachable? Nothing else was changed; run the command again.`);
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
}

/** pnpm's program itself comes in a package per platform, beside it. */
const companions = (name) => (name === "pnpm" ? ["@pnpm"] : []);
