import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** goose's program, from the package for this platform: the tests run where there is one. */
export function findGoose(): string {
  const manifest = createRequire(import.meta.url).resolve("@aaif/goose-binary-linux-x64/package.json");
  return join(dirname(manifest), "bin/goose");
}
