/** Finds or downloads the runtime: Node and pnpm, both as pinned npm packages in `.runtime/`. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bringNode } from "./bring-node.mjs";
import { bringPackage } from "./bring-package.mjs";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const RUNTIME = join(ROOT, ".runtime");

/** The path of the Node to run on. */
export const ensureNode = () => bringNode(RUNTIME);

/** The path of the pnpm named by `packageManager`, a script for Node. */
export function ensurePnpm() {
  const version = /^pnpm@([\d.]+)/.exec(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).packageManager)[1];
  const file = join("pnpm", "bin", "pnpm.mjs");
  // The binary itself is in a separate package per platform.
  bringPackage({ folder: RUNTIME, name: "pnpm", version, file, what: `pnpm ${version} (once)`, companions: ["@pnpm"] });
  return join(RUNTIME, "node_modules", file);
}
