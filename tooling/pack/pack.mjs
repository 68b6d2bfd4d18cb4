/**
 * `npm run pack -- [folder]`: assembles the package `boocode` from the build, and lets npm make `boocode-<version>.tgz` in the
 * folder, by default the root of the tree.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const STAGE = join(ROOT, ".runtime/pack", String(process.pid));
/** The bootstrap files that `boocode.cjs` needs on every Node. */
const LAUNCHER = [
  "boocode.cjs",
  "is-new-enough.cjs",
  "import-script.cjs",
  "boocode.mjs",
  "bring-node.mjs",
  "bring-package.mjs",
  "end-with-npm.mjs",
  "hide-environment.mjs",
  "run-node.mjs",
  "say.mjs",
];

const readJson = (path) => JSON.parse(readFileSync(join(ROOT, path), "utf8"));
const writeJson = (path, value) => writeFileSync(join(STAGE, path), `${JSON.stringify(value, null, 2)}\n`);

const target = resolve(process.argv[2] ?? ROOT);
const { description, license, engines } = readJson("package.json");
const { version } = readJson("apps/coder/package.json");

try {
  mkdirSync(join(STAGE, "bin"), { recursive: true });
  for (const name of LAUNCHER) cpSync(join(ROOT, "tooling/bootstrap", name), join(STAGE, "bin", name));
  chmodSync(join(STAGE, "bin/boocode.cjs"), 0o755);
  cpSync(join(ROOT, "apps/coder/bundle"), join(STAGE, "coder/bundle"), { recursive: true });
  cpSync(join(ROOT, "apps/web/dist"), join(STAGE, "web/dist"), { recursive: true, filter: (path) => !path.endsWith(".tsbuildinfo") });
  cpSync(join(ROOT, "BOOCODER.md"), join(STAGE, "BOOCODER.md"));
  cpSync(join(ROOT, "tooling/pack/README.md"), join(STAGE, "README.md"));
  // The daemon reads its version from the same relative path as in the tree.
  writeJson("coder/package.json", { type: "module", version });
  writeJson("package.json", {
    name: "boocode",
    version,
    description,
    license,
    type: "module",
    bin: { boocode: "bin/boocode.cjs" },
    engines,
    dependencies: readJson("apps/coder/bundle/native.json"),
  });
  const npm = spawnSync("npm", ["pack", STAGE, "--pack-destination", target, "--ignore-scripts", "--loglevel=error"], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (npm.status === 0) console.log(join(target, npm.stdout.trim()));
  process.exitCode = npm.status ?? 1;
} finally {
  rmSync(STAGE, { recursive: true, force: true });
}
