import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { bySignal, say, stop } from "./say.mjs";

const isWindows = process.platform === "win32";

/**
 * Downloads one version of a package from npm into `<folder>/node_modules`, without running its scripts. It is downloaded to a folder of
 * its own first, so that an interrupted download never looks complete.
 *
 * @param {{ folder: string, name: string, version: string, file: string, what: string, companions?: string[] }} wanted
 *   `file`: the needed file below `<folder>/node_modules`. `what`: the name shown to the person. `companions`: packages it needs
 * @returns {boolean} whether it was downloaded now
 */
export function bringPackage({ folder, name, version, file, what, companions = [] }) {
  const modules = join(folder, "node_modules");
  const installed = join(modules, name, "package.json");
  if (existsSync(join(modules, file)) && existsSync(installed) && JSON.parse(readFileSync(installed, "utf8")).version === version)
    return false;
  say(`Bringing ${what} …`);
  const fresh = join(folder, `fresh-${process.pid}-${name}`);
  mkdirSync(fresh, { recursive: true });
  writeFileSync(join(fresh, "package.json"), JSON.stringify({ private: true }));
  const npm = spawnSync(
    isWindows ? "npm.cmd" : "npm",
    ["install", "--prefix", fresh, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", `${name}@${version}`],
    { stdio: ["ignore", "ignore", "inherit"], shell: isWindows },
  );
  if (npm.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    stop(
      `npm could not bring ${name}@${version}${bySignal(npm)}. Is the npm registry reachable? Nothing else was changed; run the command again.`,
    );
  }
  for (const brought of [name, ...companions]) {
    const source = join(fresh, "node_modules", brought);
    if (!existsSync(source)) continue;
    const target = join(modules, brought);
    rmSync(target, { recursive: true, force: true });
    mkdirSync(dirname(target), { recursive: true });
    renameSync(source, target);
  }
  rmSync(fresh, { recursive: true, force: true });
  return true;
}
