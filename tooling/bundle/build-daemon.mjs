/**
 * `node build-daemon.mjs <folder> [<source>]`: builds the daemon, or a test's program around it, into one bundle in the folder, with Vite's
 * bundler.
 *
 * The bundle contains everything except packages with native code, which `native.json` lists with their versions. Files that the sources
 * name by `new URL("….ts", import.meta.url)` (workers, separate programs) become files next to it. The folder must be next to the sources,
 * so that relative paths out of them stay valid.
 */
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const NAMED_SOURCE = /new URL\("([^"]+\.ts)", import\.meta\.url\)/g;

const PLAIN_HTTP = "\0plain-http";
/** The sources that become files of their own, by the name of the file. */
const named = new Map();

const [folder, source = "apps/coder/src/main.ts"] = process.argv.slice(2);
/** @type {Record<string, string>} */
const native = {};

const fromVite = createRequire(realpathSync(join(ROOT, "apps/web/node_modules/vite/package.json")));
const { rolldown } = await import(pathToFileURL(fromVite.resolve("rolldown")).href);

const bundle = await rolldown({
  input: { [basename(source, ".ts")]: join(ROOT, source) },
  platform: "node",
  plugins: [
    { name: "native-stays-outside", resolveId: { order: "pre", handler: keepNativeOutside } },
    { name: "named-sources", transform: emitNamedSources },
    { name: "http-without-getters", resolveId: (source) => (source === "node:http" ? PLAIN_HTTP : null), load: loadPlainHttp },
  ],
});
await bundle.write({
  dir: folder,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
  // The map leaves out the sources: they are next to the bundle, or not needed.
  sourcemap: true,
  sourcemapExcludeSources: true,
});
await bundle.close();
writeFileSync(join(folder, "native.json"), `${JSON.stringify(native, null, 2)}\n`);

/**
 * Replaces imports from `node:http`. A direct import makes Node read all its properties, including getters that load its
 * whole `fetch`, which takes a tenth of the start.
 */
function loadPlainHttp(id) {
  if (id !== PLAIN_HTTP) return null;
  const plain = Object.entries(Object.getOwnPropertyDescriptors(http)).filter(([, property]) => "value" in property);
  const lines = plain.map(([name]) => `export const ${name} = http.${name};`);
  return { code: `const http = process.getBuiltinModule("node:http");\n${lines.join("\n")}`, moduleSideEffects: false };
}

function keepNativeOutside(source, importer) {
  if (importer === undefined || !isAbsolute(importer) || /^(?:[./\0]|node:)/.test(source)) return null;
  const found = findPackage(source, importer);
  if (found === null || !hasNativePart(found.folder)) return null;
  native[found.name] = JSON.parse(readFileSync(join(found.folder, "package.json"), "utf8")).version;
  return { id: source, external: true };
}

/** The folder where Node finds the package that an import names, or null. */
function findPackage(source, importer) {
  const name = source
    .split("/")
    .slice(0, source.startsWith("@") ? 2 : 1)
    .join("/");
  const folders = createRequire(importer).resolve.paths(name) ?? [];
  const place = folders.map((modules) => join(modules, name)).find((candidate) => existsSync(join(candidate, "package.json")));
  return place === undefined ? null : { name, folder: place };
}

/** Whether a package has compiled code, compiles code when installed, or has a package with compiled code for each system. */
function hasNativePart(place) {
  const { optionalDependencies = {} } = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
  const systems = Object.keys(optionalDependencies).filter((name) => /(?:linux|darwin)-(?:x64|arm64)/.test(name));
  return systems.length > 0 || existsSync(join(place, "binding.gyp")) || existsSync(join(place, "prebuilds"));
}

function emitNamedSources(code, id) {
  if (!id.endsWith(".ts") || !code.includes("import.meta.url")) return null;
  const replaced = code.replaceAll(NAMED_SOURCE, (_, name) => {
    const source = resolve(dirname(id), name);
    const fileName = `${basename(source, ".ts")}.js`;
    const other = named.get(fileName) ?? source;
    if (other !== source) this.error(`${source} and ${other} would be one file of the bundle: give one of them another name`);
    named.set(fileName, source);
    const reference = this.emitFile({ type: "chunk", id: source, fileName });
    return `new URL(import.meta.ROLLUP_FILE_URL_${reference})`;
  });
  // No line moves, so the source map stays valid.
  return { code: replaced, map: null };
}
