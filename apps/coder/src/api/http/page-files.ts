import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

export type Encoding = "br" | "gzip";

/** One file of the built page. Its bytes are read on first use and kept. */
export interface PageFile {
  type: string;
  etag: string;
  /** True if its name changes with its content, so it may be cached forever. */
  isHashed: boolean;
  /** Returns the bytes, compressed if the client accepts it and it saves space. */
  read(accepted: ReadonlySet<string>): Promise<{ bytes: Buffer; encoding: Encoding | null }>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
};
const COMPRESSIBLE = new Set([".html", ".js", ".css", ".json", ".webmanifest", ".svg", ".wasm", ".txt"]);
const SMALL_BYTES = 1_024;
/** Fast enough to run during a request; a build that wants better compression puts its own `.br` next to the file. */
const BROTLI_QUALITY = 5;

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/**
 * Lists the files below a folder by request path. Only listed files can be served, so no request path can escape the folder. Returns null
 * if there is no page.
 */
export async function listPageFiles(folder: string): Promise<ReadonlyMap<string, PageFile> | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const present = new Set(names);
  const files = new Map<string, PageFile>();
  for (const name of names) {
    const type = TYPES[extname(name)];
    const path = name.slice(folder.length).replaceAll("\\", "/");
    if (type) files.set(path, await toPageFile(name, type, path.startsWith("/assets/"), present));
  }
  return files.has("/index.html") ? files : null;
}

async function toPageFile(name: string, type: string, isHashed: boolean, present: ReadonlySet<string>): Promise<PageFile> {
  const { size, mtimeMs } = await stat(name);
  const kept = new Map<Encoding | null, Promise<Buffer>>();
  const keep = (encoding: Encoding | null, read: () => Promise<Buffer>): Promise<Buffer> => {
    const bytes = kept.get(encoding) ?? read();
    kept.set(encoding, bytes);
    return bytes;
  };
  const plain = () => keep(null, () => readFile(name));
  const compressed = {
    br: () => keep("br", async () => (present.has(`${name}.br`) ? readFile(`${name}.br`) : toBrotli(await plain()))),
    gzip: () => keep("gzip", async () => (present.has(`${name}.gz`) ? readFile(`${name}.gz`) : compressGzip(await plain()))),
  };
  return {
    type,
    etag: `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`,
    isHashed,
    read: async (accepted) => {
      const isWorth = COMPRESSIBLE.has(extname(name)) && size > SMALL_BYTES;
      const encoding = !isWorth ? null : accepted.has("br") ? "br" : accepted.has("gzip") ? "gzip" : null;
      return { bytes: await (encoding ? compressed[encoding]() : plain()), encoding };
    },
  };
}

async function toBrotli(bytes: Buffer): Promise<Buffer> {
  return await compressBrotli(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength },
  });
}
