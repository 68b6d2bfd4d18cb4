/**
 * `node run-cached.mjs <program.ts> [arguments]`: runs a scripted agent with the code that an earlier run compiled, which takes a third of the
 * time. An agent inherits no NODE_COMPILE_CACHE.
 */
import { enableCompileCache, flushCompileCache } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

enableCompileCache(fileURLToPath(new URL("../../../.runtime/compile-cache", import.meta.url)));
// The program finds its arguments where it would without this one.
process.argv.splice(1, 1);
// Node writes the cache at the program's end, but many are killed. No test depends on it.
setTimeout(() => flushCompileCache(), 500).unref();
await import(pathToFileURL(process.argv[1]).href);
