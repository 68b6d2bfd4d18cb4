import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";

const NOT_BUILT = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>BooCode</title></head>
<body><h1>The page is not built yet</h1><p>The daemon runs, but its page is missing. Stop it and run <code>npm start</code>, which builds the page.</p></body></html>
`;

const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;

/** Serves the built page: hashed assets for ever, everything else fresh, and the page itself for every path of its own. */
export async function servePage(server: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, "index.html"))) {
    server.get("/*", async (_, reply) => reply.code(503).header("cache-control", "no-store").type("text/html").send(NOT_BUILT));
    return;
  }
  await server.register(fastifyStatic, {
    root: folder,
    preCompressed: true,
    // Without a route for each file, what is built while the daemon runs is served, too.
    wildcard: true,
    index: false,
    cacheControl: false,
    setHeaders: (reply, path) => setCaching(reply, path.startsWith(join(folder, "assets"))),
  });
  server.get("/", (_, reply) => reply.sendFile("index.html"));
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0]!;
    const isPage = request.method === "GET" && !path.slice(path.lastIndexOf("/")).includes(".") && !/^\/(?:api|trpc)(?:\/|$)/.test(path);
    if (isPage) return reply.sendFile("index.html");
    return reply.code(404).header("cache-control", "no-store").type("text/plain").send("Not Found\n");
  });
}

function setCaching(reply: Pick<FastifyReply, "header">, isHashed: boolean): void {
  reply.header("cache-control", isHashed ? `public, max-age=${YEAR_MS / 1_000}, immutable` : "no-cache");
}
