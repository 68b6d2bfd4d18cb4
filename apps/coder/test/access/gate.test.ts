import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { appRouter } from "../../src/api/app-router.ts";
import { TestHome, type DaemonAddress } from "../start-test-daemon.ts";

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<
    string,
    { _def: { type: string; inputs?: readonly { safeParse(value: unknown): { success: boolean } }[] } }
  >,
);
const routes = [
  ...procedures.map(([name, { _def }]) => ({ method: _def.type === "mutation" ? "POST" : "GET", path: `/trpc/${name}` })),
  { method: "GET", path: "/trpc/no.such.procedure" },
  { method: "GET", path: "/api/no-such-route" },
  { method: "POST", path: "/api/blobs" },
  { method: "GET", path: `/api/blobs/${"0".repeat(64)}` },
  { method: "POST", path: "/api/health/" },
];

type Refused = [name: string, statuses: number[], request: Parameters<typeof send>[1]];
const TOO_LARGE = Buffer.alloc(4 * 1024 * 1024 + 1, " ");

/** Procedures that take no input: they look at none, and would do their work. */
const NO_INPUT = new Set(procedures.flatMap(([name, { _def }]) => (takesNothing(_def) ? [name] : [])));

function takesNothing({ inputs = [] }: { inputs?: readonly { safeParse(value: unknown): { success: boolean } }[] }): boolean {
  return inputs.every((schema) => schema.safeParse(7).success);
}

it("S1 S3 S4 refuses every route without a token, with a wrong one, for another host and from another origin", async () => {
  const daemon = await (await TestHome.make()).start();
  expect(procedures.length).toBeGreaterThan(20);
  const { port } = new URL(daemon.address);
  const authorization = `Bearer ${daemon.token}`;
  const failures: string[] = [];
  for (const { method, path } of routes) {
    const cases: [string, number, Record<string, string>][] = [
      ["no token", 401, {}],
      ["a wrong token", 401, { authorization: `${authorization}x` }],
      // A cookie would be sent by every page of this machine.
      ["a token in a cookie", 401, { cookie: `token=${daemon.token}; boocode=${daemon.token}` }],
      ["another host", 421, { authorization, host: `evil.test:${port}` }],
      ["another port", 421, { authorization, host: "127.0.0.1:1" }],
      ["another origin", 403, { authorization, origin: "http://localhost:3000" }],
      ["the null origin", 403, { authorization, origin: "null" }],
      ["a page elsewhere", 403, { authorization, "sec-fetch-site": "cross-site" }],
    ];
    for (const [name, status, headers] of cases) {
      const answer = await send(daemon, { method, path, headers });
      const leaks = /at .*\.ts|node_modules|Error:/.test(answer.body);
      if (answer.status !== status || leaks) failures.push(`${method} ${path} with ${name}: ${answer.status} ${answer.body.slice(0, 200)}`);
    }
  }
  expect(failures).toEqual([]);
});

it("S5 S14 refuses what no procedure takes, on every route: another type, a body that is too large, an input that does not fit", async () => {
  const daemon = await (await TestHome.make()).start();
  const authorization = `Bearer ${daemon.token}`;
  const failures: string[] = [];
  const json = { authorization, "content-type": "application/json" };
  for (const { method, path } of routes.filter(({ path: known }) => known.startsWith("/trpc/"))) {
    const types = ["text/plain", "multipart/form-data; boundary=x", "application/octet-stream", "application/x-www-form-urlencoded"];
    const misfits: Refused[] = [
      ["no JSON", [400, 404, 405], { method: "POST", path, headers: json, body: "{" }],
      [
        "a number",
        [400, 404],
        method === "POST" ? { method, path, headers: json, body: "7" } : { method, path: `${path}?input=7`, headers: { authorization } },
      ],
    ];
    const cases: Refused[] = [
      ...types.map((type): Refused => [
        type,
        [415],
        { method: "POST", path, headers: { authorization, "content-type": type }, body: "{}" },
      ]),
      ["a body that is too large", [413], { method: "POST", path, headers: json, body: TOO_LARGE }],
      ...(NO_INPUT.has(path.slice("/trpc/".length)) ? [] : misfits),
      ["a method that changes things", [405, 404, 415], { method: "PUT", path, headers: json, body: "{}" }],
    ];
    for (const [name, statuses, request] of cases) {
      const answer = await send(daemon, request);
      const leaks = /\bat .*\.ts|node_modules|Error:/.test(answer.body);
      // A subscription has begun its stream by then, and ends it with the error.
      const status =
        answer.status === 200 && /^event: serialized-error\ndata: .*"code":"(?:METHOD|BAD)/m.test(answer.body) ? 400 : answer.status;
      if (!statuses.includes(status) || leaks)
        failures.push(`${request.method} ${path} with ${name}: ${answer.status} ${answer.body.slice(0, 200)}`);
    }
  }
  expect(failures).toEqual([]);
});

it("S1 lets no way of writing a path past the token", async () => {
  const daemon = await (await TestHome.make()).start();
  const paths = ["/%74rpc/projects.list", "/trpc%2fprojects.list", "/./trpc/projects.list", "//trpc/projects.list", "/TRPC/projects.list"];
  paths.push("/x/..%2ftrpc/projects.list", "/trpc;/projects.list", "/trpc\\projects.list", `${daemon.address}/trpc/projects.list`);
  for (const path of paths) {
    const { status, body } = await send(daemon, { method: "GET", path });
    expect([path, [400, 401, 404, 503].includes(status) || !body.includes("result")]).toEqual([path, true]);
    expect(body).not.toContain('"result"');
  }
});

it.each([
  ["no token", 401, () => ""],
  ["a wrong token", 401, () => "Authorization: Bearer wrong\r\n"],
  ["a good token", 413, (token: string) => `Authorization: Bearer ${token}\r\n`],
])("S5 answers a sender that reads nothing until its body, far over the limit, is sent: %s", async (_, status, toHeader) => {
  const daemon = await (await TestHome.make()).start();
  const { hostname, port, host } = new URL(daemon.address);
  const body = Buffer.alloc(30 * 1024 * 1024, " ");
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  const head = `POST /trpc/projects.addDemo HTTP/1.1\r\nHost: ${host}\r\n${toHeader(daemon.token)}Content-Type: application/json\r\n`;
  socket.write(`${head}Content-Length: ${body.length}\r\n\r\n`);
  await new Promise<void>((resolve, reject) => socket.write(body, (error) => (error ? reject(error) : resolve())));
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

it("says little about its health without a token, and all with one", async () => {
  const daemon = await (await TestHome.make()).start();
  const short = await send(daemon, { method: "GET", path: "/api/health" });
  expect([short.status, JSON.parse(short.body)]).toEqual([200, { status: "ok", version: expect.stringMatching(/^\d+\.\d+\.\d+/) }]);
  const wrong = await send(daemon, { method: "GET", path: "/api/health", headers: { authorization: "Bearer wrong" } });
  expect(JSON.parse(wrong.body)).toEqual(JSON.parse(short.body));
  const full = await send(daemon, { method: "GET", path: "/api/health", headers: { authorization: `Bearer ${daemon.token}` } });
  expect(JSON.parse(full.body)).toMatchObject({
    status: "ok",
    uptimeMs: expect.any(Number),
    db: { ok: true, schemaVersion: expect.any(Number) },
    git: { ok: true, reason: null },
    agents: { live: 0, max: 10, backends: expect.arrayContaining(["native", "opencode"]) },
    worktrees: { live: 0, missing: 0 },
    queue: { running: 0, queued: 0 },
  });
});

it("S6 sends strict headers with everything, refusals too", async () => {
  const daemon = await (await TestHome.make()).start();
  const { host } = new URL(daemon.address);
  const answers = [
    await send(daemon, { method: "GET", path: "/" }),
    await send(daemon, { method: "GET", path: "/api/health" }),
    await send(daemon, { method: "GET", path: "/trpc/projects.list" }),
    await send(daemon, { method: "GET", path: "/", headers: { host: "evil.test" } }),
  ];
  for (const { headers } of answers) {
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("evil.test");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    expect(headers["set-cookie"]).toBeUndefined();
  }
  expect(answers[0]!.headers["content-security-policy"]).toContain(`connect-src 'self' ws://${host}`);
  expect(answers.slice(1).map(({ headers }) => headers["cache-control"])).toEqual(["no-store", "no-store", "no-store"]);
});

async function send(
  daemon: DaemonAddress,
  { method, path, headers = {}, body }: { method: string; path: string; headers?: Record<string, string>; body?: string | Buffer },
): Promise<Answer> {
  const { hostname, port } = new URL(daemon.address);
  return await new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      let said = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (said += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: said }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
