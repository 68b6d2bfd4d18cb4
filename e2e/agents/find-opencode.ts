import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The opencode binary for this platform. The launcher of `opencode-ai` needs an install script, which is not run here. */
export function findOpencode(): string {
  const launcher = createRequire(import.meta.url).resolve("opencode-ai/package.json");
  const fromLauncher = createRequire(launcher);
  const name = `opencode-${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  return join(dirname(fromLauncher.resolve(`${name}/package.json`)), "bin", "opencode");
}
