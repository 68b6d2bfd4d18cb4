/** Finds or brings what the program runs on: Node and pnpm, both as packages of npm, pinned, in `.runtime/`. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bringNode } from "./bring-node.mjs";
import { bringPackage } from "./bring-package.mjs";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const RUNTIME = join(ROOT, ".runtime");

/** The path of the Node to run on. */
export const ensureNode = () => bringNode(RUNTIME);

/** The pnpm named by `packageManager`, as a script for Node. */
export function ensurePnpm() {
  const version = /^pnpm@([\d.]+)/.exec(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).packageManager)[1];
  const file = join("pnpm", "bin", "pnpm.mjs");
  // Its program itself comes in a package per platform, beside it.
  bringPackage({ folder: RUNTIME, name: "pnpm", version, file, what: `pnpm ${version} (once)`, companions: ["@pnpm"] });
  return join(RUNTIME, "node_modules", file);
}
