import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decideGate, toGateRules, toPlainPath, type GateRequest } from "./gate.ts";

const rules = toGateRules(9502, ["box.lan", "dev.test:5173"]);
const good: GateRequest = {
  method: "GET",
  url: "/trpc/projects.list",
  host: ["127.0.0.1:9502"],
  origin: undefined,
  authorization: "Bearer secret",
  fetchSite: undefined,
  fetchMode: undefined,
  isUpgrade: false,
};
const refuse = (status: number) => ({ kind: "refuse", status });
const authenticate = { kind: "authenticate", token: "secret" };

it.each<[string, Partial<GateRequest>, object]>([
  ["a request with a token", {}, authenticate],
  ["localhost", { host: ["localhost:9502"] }, authenticate],
  ["IPv6 loopback", { host: ["[::1]:9502"] }, authenticate],
  ["capitals and a trailing dot in Host", { host: ["LOCALHOST.:9502"] }, authenticate],
  ["a further host without its port", { host: ["box.lan"] }, authenticate],
  ["a further host with our port", { host: ["box.lan:9502"] }, authenticate],
  ["a further host with its own port", { host: ["dev.test:5173"] }, authenticate],
  ["a further host with another port", { host: ["dev.test:9502"] }, refuse(421)],
  ["no Host", { host: [] }, refuse(421)],
  ["two Hosts", { host: ["127.0.0.1:9502", "127.0.0.1:9502"] }, refuse(421)],
  ["a rebound name", { host: ["evil.test:9502"] }, refuse(421)],
  ["our host without a port", { host: ["127.0.0.1"] }, refuse(421)],
  ["another port", { host: ["127.0.0.1:9503"] }, refuse(421)],
  ["a short form of the address", { host: ["127.1:9502"] }, refuse(421)],
  ["every address", { host: ["0.0.0.0:9502"] }, refuse(421)],
  ["a name that begins like ours", { host: ["localhost.evil.test:9502"] }, refuse(421)],
  ["an IPv6 zone", { host: ["[::1%lo]:9502"] }, refuse(421)],
  ["Host before everything", { host: ["evil.test"], method: "TRACE", origin: "null" }, refuse(421)],
  ["a method we do not have", { method: "DELETE" }, refuse(405)],
  ["a preflight", { method: "OPTIONS", origin: "http://localhost:9502" }, refuse(405)],
  ["the absolute form", { url: "http://127.0.0.1:9502/trpc/x" }, refuse(400)],
  ["two slashes", { url: "//evil.test/trpc" }, refuse(400)],
  ["dots", { url: "/assets/../trpc/x" }, refuse(400)],
  ["encoded dots", { url: "/assets/%2e%2e/trpc/x" }, refuse(400)],
  ["an encoding twice", { url: "/%2574rpc/x" }, refuse(400)],
  ["a broken encoding", { url: "/%E0%A4%A" }, refuse(400)],
  ["a NUL", { url: "/a%00b" }, refuse(400)],
  ["our origin", { origin: "http://127.0.0.1:9502" }, authenticate],
  ["our origin on the other name", { origin: "http://localhost:9502" }, authenticate],
  ["a further origin behind TLS", { origin: "https://box.lan" }, authenticate],
  ["another port of this machine", { origin: "http://localhost:4096" }, refuse(403)],
  ["an origin that begins like ours", { origin: "http://localhost:9502.evil.test" }, refuse(403)],
  ["another scheme", { origin: "https://localhost:9502" }, refuse(403)],
  ["capitals in Origin", { origin: "http://LOCALHOST:9502" }, refuse(403)],
  ["a user in Origin", { origin: "http://a@localhost:9502" }, refuse(403)],
  ["the null origin", { origin: "null" }, refuse(403)],
  ["an empty origin", { origin: "" }, refuse(403)],
  ["a foreign origin, for the page, too", { url: "/", origin: "https://evil.test" }, refuse(403)],
  ["a request the browser calls cross-site", { fetchSite: "cross-site" }, refuse(403)],
  ["a request the browser calls same-site", { fetchSite: "same-site" }, refuse(403)],
  ["a request of our page", { fetchSite: "same-origin" }, authenticate],
  ["a link from elsewhere to the page", { url: "/", fetchSite: "cross-site", fetchMode: "navigate" }, { kind: "pass" }],
  ["a link from elsewhere to the API", { fetchSite: "cross-site", fetchMode: "navigate" }, refuse(403)],
  ["our script included elsewhere", { url: "/assets/a.js", fetchSite: "cross-site", fetchMode: "no-cors" }, refuse(403)],
  ["the page without a token", { url: "/", authorization: undefined }, { kind: "pass" }],
  ["a path of the page", { url: "/s/ses_1?x=1", authorization: undefined }, { kind: "pass" }],
  ["a POST to the page", { url: "/", method: "POST" }, refuse(405)],
  ["no token", { authorization: undefined }, refuse(401)],
  ["an empty token", { authorization: "Bearer " }, refuse(401)],
  ["another scheme of authorization", { authorization: "Basic c2VjcmV0" }, refuse(401)],
  ["a path in capitals", { url: "/TRPC/x", authorization: undefined }, refuse(401)],
  ["an encoded path", { url: "/%74rpc/x", authorization: undefined }, refuse(401)],
  ["the root of the API", { url: "/api", authorization: undefined }, refuse(401)],
  ["health without a token", { url: "/api/health", authorization: undefined }, { kind: "optional", token: null }],
  ["health with a token", { url: "/api/health" }, { kind: "optional", token: "secret" }],
  ["an upgrade", { url: "/trpc?connectionParams=1", isUpgrade: true, authorization: undefined }, { kind: "socket" }],
  ["an upgrade elsewhere", { url: "/socket", isUpgrade: true }, refuse(404)],
  ["an upgrade from elsewhere", { url: "/trpc", isUpgrade: true, origin: "http://localhost:3000" }, refuse(403)],
  [
    "an upgrade for a rebound name",
    { url: "/trpc", isUpgrade: true, host: ["evil.test:9502"], origin: "http://evil.test:9502" },
    refuse(421),
  ],
])("%s", (_, change, expected) => {
  expect(decideGate({ ...good, ...change }, rules)).toEqual(expected);
});

it("S1 whatever is written behind the API's two roots needs a token, but for the short health answer", () => {
  const segment = fc.oneof(fc.constantFrom("health", "trpc", "api", "..", ".", "%2e%2e", "%2f", "HEALTH", ";", "\\"), fc.webFragments());
  const written = fc.tuple(fc.constantFrom("/api", "/trpc", "/API", "/%61pi", "/tr%70c"), fc.array(segment, { maxLength: 4 }));
  fc.assert(
    fc.property(written, fc.constantFrom("GET", "HEAD", "POST"), ([root, segments], method) => {
      const url = [root, ...segments].join("/");
      const { kind } = decideGate({ ...good, method, url, authorization: undefined }, rules);
      const isHealth = toPlainPath(url) === "/api/health";
      expect([url, kind]).toEqual([url, kind === "optional" && isHealth ? "optional" : "refuse"]);
    }),
    { numRuns: 2_000 },
  );
});
