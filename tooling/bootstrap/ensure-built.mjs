import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { hashOf } from "./install.mjs";
import { ROOT, RUNTIME } from "./runtime.mjs";
import { bySignal, say, seconds, stop } from "./say.mjs";

const LOCK = "pnpm-lock.yaml";
/** Builds: the sources, the target, and the command, which gets an empty folder. */
const PAGE = {
  name: "page",
  sources: [LOCK, "apps/web/src", "apps/web/public", "apps/web/index.html", "apps/web/vite.config.ts", "packages/shared/src"],
  target: "apps/web/dist",
  result: "index.html",
  cwd: "apps/web",
  argv: (folder) => ["node_modules/vite/bin/vite.js", "build", "--logLevel", "warn", "--emptyOutDir", "--outDir", folder],
};
const DAEMON = {
  name: "daemon",
  sources: [LOCK, "apps/coder/src", "packages/db/src", "packages/shared/src", "tooling/bundle"],
  target: "apps/coder/bundle",
  result: "main.js",
  cwd: ".",
  argv: (folder) => ["tooling/bundle/build-daemon.mjs", folder],
};

/** The daemon that kills itself at a failpoint. Tests start it over a hundred times, and from its sources it starts in twice the time. */
const CRASHING_DAEMON = {
  name: "crashing daemon",
  sources: [...DAEMON.sources, "apps/coder/test", "packages/testkit/src"],
  target: "apps/coder/test-bundle",
  result: "crashing-daemon.js",
  cwd: ".",
  argv: (folder) => ["tooling/bundle/build-daemon.mjs", folder, "apps/coder/test/crashing-daemon.ts"],
};

/** Builds the page and the daemon, each if its sources have changed since the last time. */
export function ensureBuilt(node) {
  ensureOne(node, DAEMON);
  ensureOne(node, PAGE);
}

/** Builds the daemon, if its sources have changed since the last time. */
export function ensureDaemonBuilt(node) {
  ensureOne(node, DAEMON);
}

/** Builds the daemons that tests start as programs, each if its sources have changed since the last time. */
export function ensureTestDaemonsBuilt(node) {
  ensureOne(node, DAEMON);
  ensureOne(node, CRASHING_DAEMON);
}

function ensureOne(node, { name, sources, target, result, cwd, argv }) {
  const stamp = join(RUNTIME, `built-${name.replace(" ", "-")}.txt`);
  const hash = hashOf(sources.flatMap(filesOf));
  const last = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
  if (last === hash && existsSync(join(ROOT, target, result))) return;

  const started = Date.now();
  clearInterrupted(target);
  say(`Building the ${name} …`);
  const fresh = join(ROOT, `${target}.fresh-${process.pid}`);
  const built = spawnSync(node, argv(fresh), { cwd: join(ROOT, cwd), stdio: ["ignore", 2, 2] });
  if (built.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    stop(`The ${name} could not be built${bySignal(built)}: see above.`);
  }
  replace(join(ROOT, target), fresh);
  writeFileSync(stamp, hash);
  say(`${name[0].toUpperCase()}${name.slice(1)} built in ${seconds(started)}.`);
}

/** Deletes the unfinished output of builds whose process is gone. */
function clearInterrupted(target) {
  const parent = join(ROOT, dirname(target));
  const prefix = `${basename(target)}.fresh-`;
  for (const entry of readdirSync(parent).filter((candidate) => candidate.startsWith(prefix))) {
    if (!isAlive(Number(entry.slice(prefix.length)))) rmSync(join(parent, entry), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code !== "ESRCH";
  }
}

/** Replaces the target atomically, so that another start never sees half a build. Another start may replace it at the same time. */
function replace(target, fresh) {
  for (;;) {
    rmSync(target, { recursive: true, force: true });
    try {
      return renameSync(fresh, target);
    } catch (error) {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    }
  }
}

function filesOf(path) {
  const full = join(ROOT, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return /\.test\.tsx?$/.test(path) ? [] : [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesOf(`${path}/${name}`));
}
