import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { say, stop } from "./say.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Finds or installs a Chromium for the journeys; `CHROMIUM_PATH` names one. Tests read the same variable. */
export function ensureChromium() {
  const found = findChromium() ?? installChromium();
  if (!found) {
    stop(
      "The journeys in a browser need Chromium, and none was found. On Debian: `sudo apt-get install chromium`. Elsewhere set CHROMIUM_PATH.",
    );
  }
  process.env.CHROMIUM_PATH = found;
}

function findChromium() {
  if (process.env.CHROMIUM_PATH) return existsSync(process.env.CHROMIUM_PATH) ? process.env.CHROMIUM_PATH : null;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file)) ?? null;
}

/** Installs Chromium only as root on Debian. Elsewhere the person decides. */
function installChromium() {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get") || process.env.CHROMIUM_PATH) return null;
  say("Installing Chromium from Debian …");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["update", "-qq"], { stdio: ["ignore", 2, 2], env });
  spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-liberation"], {
    stdio: ["ignore", "ignore", 2],
    env,
  });
  return findChromium();
}
