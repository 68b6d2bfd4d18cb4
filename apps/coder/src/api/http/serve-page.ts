import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { listPageFiles, type PageFile } from "./page-files.ts";

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>BooCode</title></head>
<body><h1>The page is not built yet</h1><p>The daemon runs, but its page is missing. Stop it and run <code>npm start</code>, which builds the page.</p></body></html>
`;

/**
 * Serves the built page: hashed assets are cached forever, everything else is revalidated each time, and the page itself answers each of
 * its own routes.
 */
export class PageServer {
  readonly #folder: string;
  #files: ReadonlyMap<string, PageFile> | null = null;
  #builtAt = Number.NaN;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Answers a request that is not for the API. `path` is decoded. */
  async serve(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const files = await this.#list();
    if (!files) return answer(response, 503, NOT_BUILT, "text/html; charset=utf-8");
    // A route of the page has no dot in its last segment, unless it names a file of a session; else a path with a dot is a missing file.
    const isPage = path.startsWith("/session/") || !path.slice(path.lastIndexOf("/")).includes(".");
    const file = files.get(path) ?? (isPage ? files.get("/index.html") : undefined);
    if (!file) return answer(response, 404, "Not Found\n", "text/plain; charset=utf-8");
    response.setHeader("Cache-Control", file.isHashed ? "public, max-age=31536000, immutable" : "no-cache");
    response.setHeader("ETag", file.etag);
    response.setHeader("Vary", "Accept-Encoding");
    if (request.headers["if-none-match"] === file.etag) {
      response.writeHead(304).end();
      return;
    }
    const { bytes, encoding } = await file.read(readAccepted(request.headers["accept-encoding"]));
    response.writeHead(200, {
      "Content-Type": file.type,
      "Content-Length": bytes.byteLength,
      ...(encoding ? { "Content-Encoding": encoding } : {}),
    });
    response.end(request.method === "HEAD" ? undefined : bytes);
  }

  /** Lists the files again after a new build: a browser that loads the page must find the assets it names. */
  async #list(): Promise<ReadonlyMap<string, PageFile> | null> {
    const builtAt = (await stat(join(this.#folder, "index.html")).catch(() => null))?.mtimeMs ?? Number.NaN;
    if (builtAt !== this.#builtAt) {
      this.#files = await listPageFiles(this.#folder);
      this.#builtAt = builtAt;
    }
    return this.#files;
  }
}

function answer(response: ServerResponse, status: number, body: string, type: string): void {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" }).end(body);
}

function readAccepted(header: string | string[] | undefined): ReadonlySet<string> {
  const offers = String(header ?? "").split(",");
  return new Set(
    offers.filter((offer) => !/;\s*q=0(?:\.0*)?\s*$/.test(offer)).map((offer) => offer.split(";", 1)[0]!.trim().toLowerCase()),
  );
}
