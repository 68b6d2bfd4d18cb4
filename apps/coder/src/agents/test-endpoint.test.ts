import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { testEndpoint } from "./test-endpoint.ts";

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

it("lists the models, and shows the key to nobody else", async () => {
  const seen: unknown[] = [];
  const url = await serve((request, response) => {
    seen.push([request.url, request.headers.authorization]);
    response.end(JSON.stringify({ object: "list", data: [{ id: "small", object: "model" }, { id: "large" }] }));
  });
  const { models } = await testEndpoint({ url: `${url}/`, key: "secret-key" });
  expect(models.map(({ id }) => id)).toEqual(["small", "large"]);
  expect(seen).toEqual([["/v1/models", "Bearer secret-key"]]);
});

it.each([
  ["refuses", 401, "who are you", { status: 401, reason: "who are you" }],
  ["answers something else", 200, "<html>", { status: 200, reason: "The answer is not a list of models." }],
  ["sends elsewhere", 302, "", { status: 302 }],
] as const)("an endpoint that %s is refused with its words", async (_, status, body, expected) => {
  const url = await serve((_request, response) => response.writeHead(status, { location: "http://127.0.0.1:1/" }).end(body));
  await expect(testEndpoint({ url })).rejects.toMatchObject({ fault: { kind: "endpoint_refused", ...expected } });
});

it("a key that its server quotes is not told", async () => {
  const url = await serve((request, response) => response.writeHead(401).end(`no such key: ${request.headers.authorization}`));
  const refused = testEndpoint({ url, key: "secret-key" });
  await expect(refused).rejects.toMatchObject({ fault: { status: 401, reason: "no such key: Bearer [key]" } });
});

it("an endpoint that is not there, or breaks off, is unreachable, and its password is not repeated", async () => {
  await expect(testEndpoint({ url: "http://127.0.0.1:1/v1" })).rejects.toMatchObject({ fault: { kind: "endpoint_unreachable" } });
  const url = await serve((_request, response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("{");
    response.socket?.destroy();
  });
  await expect(testEndpoint({ url })).rejects.toMatchObject({ fault: { kind: "endpoint_unreachable" } });
  const error = await testEndpoint({ url: "http://me:hunter2@127.0.0.1:1/v1" }).catch((caught: unknown) => caught);
  expect(JSON.stringify(error)).not.toContain("hunter2");
});
