/**
 * `node build-daemon.mjs <folder>`: makes one bundle of the daemon there, with the bundler that Vite brings.
 *
 * Everything is in it but packages with a native part; `native.json` lists those with their versions. What the sources name by
 * `new URL("….ts", import.meta.url)`, a worker or a program of its own, becomes a file beside it. The folder must lie beside the sources,
 * so that paths which lead out of them hold.
 */
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const NAMED_SOURCE = /new URL\("([^"]+\.ts)", import\.meta\.url\)/g;

const PLAIN_HTTP = "\0plain-http";

const folder = process.argv[2];
/** @type {Record<string, string>} */
const native = {};

const fromVite = createRequire(realpathSync(join(ROOT, "apps/web/node_modules/vite/package.json")));
const { rolldown } = await import(pathToFileURL(fromVite.resolve("rolldown")).href);

const bundle = await rolldown({
  input: { main: join(ROOT, "apps/coder/src/main.ts") },
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
  // The sources themselves lie beside it, or are nobody's concern.
  sourcemap: true,
  sourcemapExcludeSources: true,
});
await bundle.close();
writeFileSync(join(folder, "native.json"), `${JSON.stringify(native, null, 2)}\n`);

/**
 * What is imported from `node:http`. To import from there itself makes Node read every property it has, among them getters that load its
 * whole `fetch`: a tenth of the start.
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

/** Where Node would find the package that an import names, or null. */
function findPackage(source, importer) {
  const name = source
    .split("/")
    .slice(0, source.startsWith("@") ? 2 : 1)
    .join("/");
  const folders = createRequire(importer).resolve.paths(name) ?? [];
  const place = folders.map((modules) => join(modules, name)).find((candidate) => existsSync(join(candidate, "package.json")));
  return place === undefined ? null : { name, folder: place };
}

/** A part that was compiled, or would be where it is installed. */
function hasNativePart(place) {
  return existsSync(join(place, "binding.gyp")) || existsSync(join(place, "prebuilds"));
}

function emitNamedSources(code, id) {
  if (!id.endsWith(".ts") || !code.includes("import.meta.url")) return null;
  const replaced = code.replaceAll(NAMED_SOURCE, (_, name) => {
    const source = resolve(dirname(id), name);
    const reference = this.emitFile({ type: "chunk", id: source, fileName: `${basename(source, ".ts")}.js` });
    return `new URL(import.meta.ROLLUP_FILE_URL_${reference})`;
  });
  // No line moves, so the map of the source is still good.
  return { code: replaced, map: null };
}
