import { once } from "node:events";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import { PageServer } from "./serve-page.ts";

const SCRIPT = "console.log('a script that is long enough to be worth it');\n".repeat(100);

it("serves the page for its own paths, hashed assets for ever, and nothing that is not there", async () => {
  const { get } = await setUp({ "index.html": "<p>page</p>", "assets/a-1.js": SCRIPT, "first.js": "1" });
  for (const path of ["/", "/s/ses_1", "/settings"]) {
    const { status, headers, bytes } = await get(path);
    expect([path, status, headers["cache-control"], bytes.toString()]).toEqual([path, 200, "no-cache", "<p>page</p>"]);
  }
  const asset = await get("/assets/a-1.js");
  expect(asset.headers).toMatchObject({
    "cache-control": "public, max-age=31536000, immutable",
    "content-type": "text/javascript; charset=utf-8",
  });
  expect((await get("/first.js")).headers["cache-control"]).toBe("no-cache");
  for (const path of ["/assets/gone.js", "/favicon.ico", "/../secret.html"]) expect((await get(path)).status).toBe(404);
  expect((await get("/", { "if-none-match": String((await get("/")).headers.etag) })).status).toBe(304);
});

it("compresses what is worth it, as the browser accepts it, and prefers what the build compressed", async () => {
  const kept = brotliCompressSync("kept by the build");
  const { get } = await setUp({
    "index.html": "<p>",
    "assets/a.js": SCRIPT,
    "assets/b.js": SCRIPT,
    "assets/b.js.br": kept,
    "assets/c.woff2": SCRIPT,
  });
  const br = await get("/assets/a.js", { "accept-encoding": "gzip, deflate, br;q=0.9" });
  expect([br.headers["content-encoding"], brotliDecompressSync(br.bytes).toString()]).toEqual(["br", SCRIPT]);
  const gzip = await get("/assets/a.js", { "accept-encoding": "gzip, br;q=0" });
  expect([gzip.headers["content-encoding"], gunzipSync(gzip.bytes).toString()]).toEqual(["gzip", SCRIPT]);
  const plain = await get("/assets/a.js");
  expect([plain.headers["content-encoding"], plain.bytes.toString()]).toEqual([undefined, SCRIPT]);
  const built = await get("/assets/b.js", { "accept-encoding": "br" });
  expect(brotliDecompressSync(built.bytes).toString()).toBe("kept by the build");
  expect((await get("/assets/c.woff2", { "accept-encoding": "br" })).headers["content-encoding"]).toBeUndefined();
});

it("says that the page is missing, and serves it once it is built, and again when it is built anew", async () => {
  const { get, write, folder } = await setUp({});
  const missing = await get("/");
  expect([missing.status, missing.bytes.toString()]).toEqual([503, expect.stringContaining("npm start")]);
  await write({ "index.html": "first" });
  expect((await get("/")).bytes.toString()).toBe("first");
  await write({ "index.html": "second", "assets/new.js": "2" });
  await utimes(join(folder, "index.html"), 1, 1);
  expect((await get("/")).bytes.toString()).toBe("second");
  expect((await get("/assets/new.js")).bytes.toString()).toBe("2");
});

async function setUp(files: Record<string, string | Buffer>) {
  const folder = await mkdtemp(join(tmpdir(), "boocode-page-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const write = async (more: Record<string, string | Buffer>) => {
    await mkdir(join(folder, "assets"), { recursive: true });
    for (const [name, content] of Object.entries(more)) await writeFile(join(folder, name), content);
  };
  await write(files);
  const page = new PageServer(folder);
  const server = createServer((incoming, response) => void page.serve(incoming, response, incoming.url ?? ""));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const outgoing = request({ port, host: "127.0.0.1", path, headers, agent: false }).end();
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(chunks) };
  };
  return { get, write, folder };
}
