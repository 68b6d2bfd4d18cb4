import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashOf } from "./install.mjs";
import { ROOT, RUNTIME } from "./runtime.mjs";
import { bySignal, say, seconds, stop } from "./say.mjs";

const STAMP = join(RUNTIME, "built.txt");
const SOURCES = ["apps/web/src", "apps/web/public", "apps/web/index.html", "apps/web/vite.config.ts", "packages/shared/src"];

/** Builds the page, if its sources have changed since the last time. */
export function ensureBuilt(node) {
  const hash = hashOf(["pnpm-lock.yaml", ...SOURCES.flatMap(filesOf)]);
  const last = existsSync(STAMP) ? readFileSync(STAMP, "utf8") : "";
  if (last === hash && existsSync(join(ROOT, "apps/web/dist/index.html"))) return;

  const started = Date.now();
  say("Building the page …");
  const web = join(ROOT, "apps/web");
  const vite = spawnSync(node, [join(web, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"], {
    cwd: web,
    stdio: ["ignore", 2, 2],
  });
  if (vite.status !== 0) stop(`The page could not be built${bySignal(vite)}: see above.`);
  writeFileSync(STAMP, hash);
  say(`Page built in ${seconds(started)}.`);
}

function filesOf(path) {
  const full = join(ROOT, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return /\.test\.tsx?$/.test(path) ? [] : [path];
  return readdirSync(full)
    .sort()
    .flatMap((name) => filesOf(`${path}/${name}`));
}
