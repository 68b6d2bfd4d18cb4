import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll } from "vitest";
import { ROOT } from "./started-program.ts";

const run = promisify(execFile);

export interface InstalledPackage {
  /** The folder with only the installed package. */
  folder: string;
  manifest: Record<string, unknown>;
}

let installed: Promise<InstalledPackage> | null = null;

/** Installs the package made by `npm run pack` into an empty folder with npm, once per test file. */
export function installPacked(): Promise<InstalledPackage> {
  installed ??= install();
  return installed;
}

afterAll(async () => {
  if (installed !== null) await rm((await installed).folder, { recursive: true, force: true });
});

async function install(): Promise<InstalledPackage> {
  const folder = await mkdtemp(join(tmpdir(), "boocode-packed-"));
  await run("node", [join(ROOT, "tooling/bootstrap/run.cjs"), "pack", folder]);
  const [archive = ""] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true }));
  await run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", `./${archive}`], { cwd: folder });
  const manifest = JSON.parse(await readFile(join(folder, "node_modules/boocode/package.json"), "utf8")) as Record<string, unknown>;
  return { folder, manifest };
}
