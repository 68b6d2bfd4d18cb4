import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const FOLDER = join(import.meta.dirname, "../../.runtime/nodes");
const PACKAGE = `node-${process.platform}-${process.arch}`;

/** The latest version of each common Node major, and two versions that are too old. */
export const NODES = {
  14: "14.21.3",
  16: "16.20.2",
  18: "18.20.8",
  20: "20.20.2",
  22: "22.23.5",
  24: "24.22.3",
  26: "26.12.1",
} as const;

/** The folder of another Node's program, downloaded from npm once and kept in `.runtime/nodes`. */
export async function bringNode(major: keyof typeof NODES): Promise<string> {
  const version = NODES[major];
  const target = join(FOLDER, version);
  const bin = join(target, "node_modules", PACKAGE, "bin");
  if (existsSync(join(bin, "node"))) return bin;
  const fresh = `${target}.fresh-${process.pid}`;
  await mkdir(fresh, { recursive: true });
  await writeFile(join(fresh, "package.json"), JSON.stringify({ private: true }));
  const argv = ["install", "--prefix", fresh, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", `${PACKAGE}@${version}`];
  await promisify(execFile)("npm", argv);
  await rm(target, { recursive: true, force: true });
  await rename(fresh, target);
  return bin;
}
