import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensurePnpm, ROOT, RUNTIME } from "./runtime.mjs";
import { bySignal, say, seconds, stop } from "./say.mjs";

const STAMP = join(RUNTIME, "installed.json");

/**
 * Installs the packages of the lockfile unless they are installed.
 *
 * `run` leaves out packages that only tests need: development dependencies and the workspace package `e2e`. A tree with
 * everything installed keeps everything.
 *
 * @param {string} node
 * @param {"run" | "everything"} wanted
 */
export function ensureInstalled(node, wanted) {
  const stamp = readStamp();
  const hash = hashOf(manifests());
  const scope = stamp?.scope === "everything" ? "everything" : wanted;
  if (stamp?.hash === hash && stamp.scope === scope && existsSync(join(ROOT, "node_modules/.pnpm"))) return;

  const started = Date.now();
  // If interrupted from here on, the installation does not count as complete.
  rmSync(STAMP, { force: true });
  say(scope === "run" ? "Installing packages (the first time takes a while) …" : "Installing packages, with those for tests …");
  const left = scope === "run" ? ["--prod", "--filter=!@boocode/e2e"] : [];
  const pnpm = spawnSync(node, [ensurePnpm(), "install", "--frozen-lockfile", "--reporter=append-only", ...left], {
    cwd: ROOT,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}`, CI: "true" },
  });
  if (pnpm.status !== 0)
    stop(`The packages could not be installed${bySignal(pnpm)}: see above. Nothing of yours was touched; run the command again.`);
  mkdirSync(RUNTIME, { recursive: true });
  writeFileSync(STAMP, JSON.stringify({ hash, scope }));
  say(`Packages installed in ${seconds(started)}.`);
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, "utf8"));
  } catch {
    return null;
  }
}

function manifests() {
  const packages = ["packages", "apps"].flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)));
  return ["pnpm-lock.yaml", "pnpm-workspace.yaml", ...[".", "e2e", ...packages].map((folder) => join(folder, "package.json"))];
}

/** One hash over file names, relative to the root, and contents; a missing file counts as empty. */
export function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const path = join(ROOT, file);
    hash.update(`${file}\0`).update(existsSync(path) ? readFileSync(path) : "");
  }
  return hash.digest("hex");
}
