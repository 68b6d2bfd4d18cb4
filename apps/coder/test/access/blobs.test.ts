import { expect, it } from "vitest";
import { PromptId } from "@boocode/shared/ids";
import { callOver } from "../test-client.ts";
import { TestHome, type DaemonAddress } from "../start-test-daemon.ts";

const PNG = Buffer.from("\u0089PNG\r\n\u001a\nrest", "latin1");
const HTML = Buffer.from("<!doctype html><script>alert(document.domain)</script>");
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>');

const bytesType = "application/octet-stream";

function upload({ address, token }: DaemonAddress, body: BodyInit, headers: Record<string, string> = {}) {
  return fetch(`${address}/api/blobs`, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${token}`, "content-type": bytesType, ...headers },
  });
}

const fetchBlob = ({ address, token }: DaemonAddress, id: string, method = "GET") =>
  fetch(`${address}/api/blobs/${id}`, { method, headers: { authorization: `Bearer ${token}` } });

it("S6 gives a stored file back byte for byte, as an image only if its bytes are one, and never as a document that runs", async () => {
  const daemon = await (await TestHome.make()).start();
  for (const [content, type, served] of [
    [PNG, "image/png", "image/png"],
    [HTML, "text/plain", bytesType],
    [SVG, "text/plain", bytesType],
  ] as const) {
    const stored = (await (await upload(daemon, content)).json()) as { blobId: string };
    expect(stored).toMatchObject({ bytes: content.length, type });
    const given = await fetchBlob(daemon, stored.blobId);
    expect(Buffer.from(await given.arrayBuffer())).toEqual(content);
    expect(Object.fromEntries(given.headers)).toMatchObject({
      "content-type": served,
      "content-length": String(content.length),
      "content-disposition": `attachment; filename="${stored.blobId}"`,
      "content-security-policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
    const head = await fetchBlob(daemon, stored.blobId, "HEAD");
    expect([head.status, head.headers.get("content-length")]).toEqual([200, String(content.length)]);
  }
});

it("S5 refuses other types, too large a file, and names that are no content's", async () => {
  const daemon = await (await TestHome.make()).start();
  for (const type of [
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "application/json",
    "image/png",
  ])
    expect([type, (await upload(daemon, "x", { "content-type": type })).status]).toEqual([type, 415]);
  const large = await upload(daemon, Buffer.alloc(25 * 1024 * 1024 + 1));
  expect([large.status, await large.json()]).toMatchObject([413, { error: { data: { fault: { kind: "body_too_large" } } } }]);
  expect((await upload(daemon, Buffer.alloc(25 * 1024 * 1024))).status).toBe(200);
  for (const id of ["0".repeat(64), "token", "..%2ftoken", "A".repeat(64), "given"]) {
    const answer = await fetchBlob(daemon, id);
    expect([id, [400, 404].includes(answer.status)]).toEqual([id, true]);
    expect(await answer.text()).not.toContain(daemon.token);
  }
  expect((await fetchBlob(daemon, "0".repeat(64), "POST")).status).toBe(405);
  expect((await fetch(`${daemon.address}/api/blobs`, { headers: { authorization: `Bearer ${daemon.token}` } })).status).toBe(405);
});

it("a prompt carries files, once however often it is sent, also over a restart; names are made safe, and what is not stored is a fault", async () => {
  const home = await TestHome.make();
  const daemon = await home.start({ demoWordsPerSecond: Infinity });
  const { blobId } = (await (await upload(daemon, PNG)).json()) as { blobId: string };
  const api = callOver(daemon);
  const project = await api.projects.addDemo.mutate();
  const session = await api.sessions.create.mutate({ projectId: project.id });
  const attachments = [{ blobId, name: "../../shot .png" }];
  const prompt = { promptId: PromptId.parse("p-1"), chatId: null, sessionId: session.id, agent: "boocode", text: "", attachments };
  const sent = await api.tasks.send.mutate(prompt);
  expect(await api.tasks.send.mutate(prompt)).toEqual(sent);
  await expect(api.tasks.send.mutate({ ...prompt, attachments: [] })).rejects.toMatchObject({
    data: { fault: { kind: "prompt_conflict" } },
  });
  const refusals: [object[], string][] = [
    [[{ blobId: "0".repeat(64), name: "a" }], "blob_not_found"],
    [Array.from({ length: 11 }, () => attachments[0]!), "too_many"],
    [[{ blobId: "../token", name: "a" }], "invalid_input"],
  ];
  for (const [files, kind] of refusals)
    await expect(
      api.tasks.send.mutate({ ...prompt, promptId: PromptId.parse(`p-${kind}`), attachments: files as never }),
    ).rejects.toMatchObject({ data: { fault: { kind } } });
  await daemon.close();
  const again = await home.start({ demoWordsPerSecond: Infinity });
  const { items } = await callOver(again).chats.transcript.query({ chatId: sent.chatId });
  expect(items[0]).toMatchObject({ kind: "prompt", attachments: [{ blobId, name: "shot .png", bytes: PNG.length, type: "image/png" }] });
  expect((await fetchBlob(again, blobId)).status).toBe(200);
});
