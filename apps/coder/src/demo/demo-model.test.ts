import { request } from "node:http";
import { once } from "node:events";
import { expect, it } from "vitest";
import { startDemoModel } from "./demo-model.ts";

async function setUp(wordsPerSecond = Infinity) {
  const demo = await startDemoModel({ wordsPerSecond });
  const headers = { authorization: `Bearer ${demo.apiKey}`, "content-type": "application/json" };
  return {
    ...demo,
    complete: (body: object, init: RequestInit = {}) =>
      fetch(`${demo.baseUrl}/chat/completions`, { method: "POST", headers, body: JSON.stringify({ model: "demo", ...body }), ...init }),
    get: (path: string, key = demo.apiKey) => fetch(`${demo.baseUrl}${path}`, { headers: { authorization: `Bearer ${key}` } }),
    [Symbol.asyncDispose]: () => demo.close(),
  };
}

interface Chunk {
  choices: { delta: { content?: string; reasoning_content?: string; tool_calls?: unknown[] }; finish_reason: string | null }[];
  usage?: { prompt_tokens: number; completion_tokens: number };
}

const eventsOf = (text: string) =>
  text
    .split("\n\n")
    .filter((event) => event.startsWith("data: {"))
    .map((event) => JSON.parse(event.slice(6)) as Chunk);
const ask = (content: string) => ({ messages: [{ role: "user", content }] });

it("lists itself to clients with the current key", async () => {
  await using demo = await setUp();
  await using another = await setUp();
  expect(await (await demo.get("/models")).json()).toMatchObject({ data: [{ id: "demo" }] });
  expect((await demo.get("/models", another.apiKey)).status).toBe(401);
  expect((await demo.get("/models", "")).status).toBe(401);
  expect((await demo.get("/other")).status).toBe(404);
  expect(new URL(demo.baseUrl).hostname).toBe("127.0.0.1");
});

it("streams reasoning, text and call arguments in pieces, then the finish reason and usage", async () => {
  await using demo = await setUp();
  const tools = [
    { type: "function", function: { name: "write", parameters: { properties: { path: {}, text: {} }, required: ["path", "text"] } } },
  ];
  const response = await demo.complete({
    stream: true,
    tools,
    ...ask("create a file with-a-long-name.txt that says something longer than a piece"),
  });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const text = await response.text();
  const events = eventsOf(text);
  const pieces = (key: "content" | "reasoning_content" | "tool_calls") =>
    events.filter((event) => event.choices[0]?.delta[key]?.length).length;
  expect(pieces("reasoning_content")).toBeGreaterThan(3);
  expect(pieces("content")).toBeGreaterThan(10);
  expect(pieces("tool_calls")).toBeGreaterThan(3);
  expect(events.at(-2)?.choices[0]?.finish_reason).toBe("tool_calls");
  expect(events.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: expect.any(Number) as number } });
  expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
});

it("answers in one piece if no stream is requested", async () => {
  await using demo = await setUp();
  const answer = (await (await demo.complete(ask("count to 3"))).json()) as {
    choices: { message: { content: string; reasoning_content: string }; finish_reason: string }[];
  };
  expect(answer.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: expect.stringContaining("1 2 3") as string } });
});

it.each([
  ["no JSON", "{", 400],
  ["no messages", "{}", 400],
  ["another model", JSON.stringify({ model: "gpt", messages: [] }), 404],
  ["a body over its limit", `"${"x".repeat(33 * 1024 * 1024)}"`, 413],
])("refuses %s in words, and works on", async (_what, body, status) => {
  await using demo = await setUp();
  const response = await demo.complete({}, { body });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error: { message: expect.any(String) as string } });
  expect((await demo.complete(ask("count to 2"))).status).toBe(200);
});

it("streams at its rate, stops when the client disconnects, and closes with a stream open", async () => {
  const demo = await setUp(50);
  const req = request(`${demo.baseUrl}/chat/completions`, { method: "POST", headers: { authorization: `Bearer ${demo.apiKey}` } });
  req.on("error", () => {});
  req.end(JSON.stringify({ model: "demo", stream: true, ...ask("count to 10000") }));
  const [response] = (await once(req, "response")) as [NodeJS.ReadableStream];
  await once(response, "data");
  const startedAt = performance.now();
  const words = eventsOf(await (await demo.complete({ stream: true, ...ask("count to 5") })).text()).length;
  expect(performance.now() - startedAt).toBeGreaterThan((words - 4) * 20 * 0.9);
  req.destroy();
  const open = await demo.complete({ stream: true, ...ask("count to 10000") });
  await demo.close();
  await expect(open.text()).rejects.toBeInstanceOf(Error);
});
