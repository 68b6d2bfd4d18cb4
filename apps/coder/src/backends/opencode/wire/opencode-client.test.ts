import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { OpencodeClient } from "./opencode-client.ts";

const PLACE = { directory: "/some where/é", sessionId: "ses_1" };
const json = (response: ServerResponse, status: number, body: string) =>
  void response.writeHead(status, { "content-type": "application/json" }).end(body);

/** A client of a server with custom answers, and the requests it received. */
async function serve(answer: (response: ServerResponse, request: IncomingMessage) => void) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(response, request);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { client: new OpencodeClient({ url, password: "secret" }), requests };
}

it("a request has the password, and names its directory", async () => {
  const { client, requests } = await serve((response) => json(response, 200, '{"id":"ses_1","directory":"/a"}'));
  await client.createSession(PLACE.directory);
  await client.replyPermission({ ...PLACE, requestId: "per_1", family: "session" }, "once");
  const [created, replied] = requests;
  expect(created!.headers.authorization).toBe(`Basic ${Buffer.from("opencode:secret").toString("base64")}`);
  expect(new URL(created!.url!, "http://a").searchParams.get("directory")).toBe(PLACE.directory);
  expect(replied!.headers).toMatchObject({ "x-opencode-directory": encodeURIComponent(PLACE.directory) });
});

it.each([
  [
    "refuses with words of its own",
    400,
    '{"name":"BadRequest","data":{"message":"No such model"}}',
    "opencode answered 400: No such model",
  ],
  ["refuses with anything", 500, "<html>Oops</html>", "opencode answered 500: <html>Oops</html>"],
  ["is not what was asked for", 200, '{"id":7}', "opencode answered /session/ses_1 with something BooCode cannot read"],
  ["is cut", 200, '{"id":"ses', "opencode answered with something BooCode cannot read"],
])("an answer that %s is told as such", async (_, status, body, message) => {
  const { client } = await serve((response) => json(response, status, body));
  await expect(client.readSession(PLACE)).rejects.toMatchObject({ name: "OpencodeRequestError", status, message });
});

it("an answer that is a page is none; where the newer way to ask is not known, nothing was asked that way", async () => {
  const { client } = await serve((response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html></html>"));
  await expect(client.listAsks("permission", "directory", "/a")).rejects.toMatchObject({ status: 200, message: /cannot read/ });
  expect(await client.listAsks("permission", "session", "/a")).toEqual([]);
});

it("an answer to a question that is not asked any more is nothing", async () => {
  const { client } = await serve((response) => json(response, 404, "{}"));
  for (const family of ["directory", "session"] as const) {
    await client.replyQuestion({ ...PLACE, requestId: "que_1", family }, null);
    await client.replyQuestion({ ...PLACE, requestId: "que_1", family }, [["Red"]]);
  }
});

it("a request that is not answered in time is given up, also in the middle of its answer", async () => {
  const { client } = await serve((response, { method }) => {
    if (method === "GET") response.writeHead(200, { "content-type": "application/json" }).write('{"id":');
  });
  await expect(client.abort(PLACE, 50)).rejects.toMatchObject({
    status: null,
    message: "opencode does not answer: it did not answer in time",
  });
  const begun = new AbortController();
  const asked = client.readHealth(begun.signal);
  begun.abort();
  await expect(asked).rejects.toMatchObject({ status: null, message: "opencode does not answer: the request was withdrawn" });
});

it("F20: an answer without an end is read up to its limit", async () => {
  const chunk = Buffer.alloc(1024 * 1024, "1");
  const gone = Promise.withResolvers<void>();
  const { client } = await serve((response) => {
    response.once("close", gone.resolve);
    response.writeHead(200, { "content-type": "application/json" });
    const sendOn = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.on("drain", sendOn);
    sendOn();
  });
  await expect(client.listMessages(PLACE)).rejects.toMatchObject({ message: "opencode does not answer: the answer is too large" });
  await gone.promise;
});

it("a server that hangs up is reported as such", async () => {
  const { client } = await serve((response) => response.destroy());
  await expect(client.readStatuses("/a")).rejects.toMatchObject({
    status: null,
    message: "opencode does not answer: the connection broke",
  });
});
