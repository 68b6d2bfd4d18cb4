import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The goose program from the package for this platform. The tests run only on platforms that have one. */
export function findGoose(): string {
  const manifest = createRequire(import.meta.url).resolve("@aaif/goose-binary-linux-x64/package.json");
  return join(dirname(manifest), "bin/goose");
}
