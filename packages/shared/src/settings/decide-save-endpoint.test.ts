import fc from "fast-check";
import { expect, it } from "vitest";
import { decideSaveEndpoint, isSameServer, toKeyHint } from "./decide-save-endpoint.ts";
import { ENDPOINT_LIMITS, StoredEndpoint, type SaveEndpointInput } from "./endpoint.ts";

const lab: StoredEndpoint = { id: "lab", name: "Lab", url: "http://lab:8080/v1", key: "key-of-the-lab" };
const TAKEN = new Set(["default", "llama-swap", "coder"]);
const save = (input: SaveEndpointInput, stored: readonly StoredEndpoint[] = [lab]) => decideSaveEndpoint(stored, TAKEN, input);
const saved = (input: SaveEndpointInput, stored?: readonly StoredEndpoint[]) => {
  const decision = save(input, stored);
  return decision.kind === "save" ? decision.saved : decision.fault;
};

it.each<[what: string, input: SaveEndpointInput, result: object]>([
  ["a new one", { name: "GPU box", url: "http://gpu:1234/v1" }, { id: "gpu-box", name: "GPU box", url: "http://gpu:1234/v1", key: null }],
  ["a new one with a key", { name: "x", url: "https://x.test/api/v1", key: "k" }, { id: "x", url: "https://x.test/api/v1", key: "k" }],
  ["a name that is taken", { name: "Lab!", url: "http://b" }, { id: "lab-2" }],
  ["a name of the environment's", { name: "Llama Swap", url: "http://b" }, { id: "llama-swap-2" }],
  ["a name of a provider that agents have", { name: "OpenAI", url: "http://b" }, { id: "my-openai" }],
  ["a name without letters", { name: "模型", url: "http://b" }, { id: "endpoint" }],
  ["a new name, which keeps id and key", { id: "lab", name: "Cellar", url: lab.url }, { id: "lab", name: "Cellar", key: lab.key }],
  ["another path on the same server", { id: "lab", name: "Lab", url: "http://lab:8080/v2" }, { url: "http://lab:8080/v2", key: lab.key }],
  ["another server, which is not sent the key", { id: "lab", name: "Lab", url: "http://other:8080/v1" }, { key: null }],
  ["another port, too", { id: "lab", name: "Lab", url: "http://lab:8081/v1" }, { key: null }],
  ["another scheme, too", { id: "lab", name: "Lab", url: "https://lab:8080/v1" }, { key: null }],
  ["a new key", { id: "lab", name: "Lab", url: lab.url, key: "new" }, { key: "new" }],
  ["no key", { id: "lab", name: "Lab", url: lab.url, key: null }, { key: null }],
  ["one that is gone", { id: "gone", name: "x", url: "http://b" }, { kind: "endpoint_not_found", endpointId: "gone" }],
])("%s", (_, input, result) => {
  expect(saved(input)).toMatchObject(result);
});

it("has a limit, which does not keep one from being changed", () => {
  const full = Array.from({ length: ENDPOINT_LIMITS.endpoints }, (_, index) => ({ ...lab, id: `e${index}` }));
  expect(saved({ name: "x", url: "http://b" }, full)).toEqual({ kind: "too_many", what: "endpoints", limit: ENDPOINT_LIMITS.endpoints });
  expect(saved({ id: "e3", name: "x", url: "http://b" }, full)).toMatchObject({ id: "e3" });
});

it.each([
  ["http://a/v1", "http://a/v2", true],
  ["http://a", "http://a/v1", true],
  ["http://a/v1", "http://a:80/v1", false],
  ["http://a/v1", "http://a.test/v1", false],
  ["http://a/v1", "http://a@b/v1", false],
  ["http://a@b/v1", "http://a@b/v1", false],
  ["nonsense", "nonsense", false],
])("%s and %s are the same server: %s", (a, b, isSame) => {
  expect(isSameServer(a, b)).toBe(isSame);
});

it("recognises a key by its end", () => {
  expect([toKeyHint("sk-0123456789abcdef"), toKeyHint("short")]).toEqual(["…cdef", "…"]);
});

it("keeps ids unique and every other endpoint as it is, and sends no key to another server", () => {
  const url = fc.constantFrom("http://a", "http://a/v2", "http://b:1", "https://a");
  const input = fc.record(
    {
      id: fc.constantFrom("lab", "a", "a-2", "gone"),
      name: fc.constantFrom("Lab", "a", "A!", "openai", "x".repeat(60)),
      url,
      key: fc.option(fc.constantFrom("k1", "k2")),
    },
    { requiredKeys: ["name", "url"] },
  );
  fc.assert(
    fc.property(fc.array(input, { maxLength: 12 }), (inputs) => {
      let stored: readonly StoredEndpoint[] = [lab];
      for (const next of inputs) {
        const before = stored;
        const decision = decideSaveEndpoint(stored, TAKEN, next);
        if (decision.kind === "refuse") continue;
        stored = decision.endpoints;
        expect(stored.map((endpoint) => StoredEndpoint.parse(endpoint))).toEqual(stored);
        expect(new Set([...stored.map(({ id }) => id), ...TAKEN]).size).toBe(stored.length + TAKEN.size);
        expect(before.filter(({ id }) => id !== decision.saved.id)).toEqual(stored.filter(({ id }) => id !== decision.saved.id));
        const old = before.find(({ id }) => id === decision.saved.id);
        const mayKeep = next.key === undefined && old !== undefined && isSameServer(old.url, decision.saved.url);
        expect(decision.saved.key).toBe(mayKeep ? old.key : (next.key ?? null));
      }
    }),
  );
});
