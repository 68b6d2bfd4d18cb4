import * as fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import { appRouter } from "../../src/api/app-router.ts";
import { TestHome } from "../start-test-daemon.ts";

interface Schema {
  safeParse(value: unknown): { success: boolean };
}

const procedures = Object.entries(
  appRouter._def.procedures as unknown as Record<string, { _def: { type: "query" | "mutation" | "subscription"; inputs?: Schema[] } }>,
).map(([name, { _def }]) => ({ name, type: _def.type, schemas: _def.inputs ?? [] }));

/** Values that other parsers have stumbled over. */
const ODD = fc.constantFrom<unknown>(
  "__proto__",
  "constructor",
  "\u0000",
  "\ud800",
  "../../etc/passwd",
  "-rf",
  "x".repeat(20_000),
  -0,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  JSON.parse('{"__proto__":{"isAdmin":true}}'),
  JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`),
);

/** Any value, often with the keys that a schema has. */
function arbitraryInput(schemas: readonly Schema[]): fc.Arbitrary<unknown> {
  const keys = schemas.flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
  const value = fc.oneof(fc.jsonValue(), ODD, fc.string({ unit: "binary" }));
  const record = fc.record(Object.fromEntries(keys.map((key) => [key, value])), { requiredKeys: [] });
  return keys.length === 0 ? value : fc.oneof({ weight: 3, arbitrary: record }, { weight: 1, arbitrary: value });
}

it.each(procedures.filter(({ schemas }) => schemas.length > 0))(
  "S14 the schema of $name judges any value and never throws",
  ({ schemas }) => {
    fc.assert(
      fc.property(arbitraryInput(schemas), (value) => {
        for (const schema of schemas) expect(typeof schema.safeParse(value).success).toBe("boolean");
      }),
      { numRuns: 300 },
    );
  },
);

it("S14 every procedure answers an input that does not fit with a typed fault, and the daemon stays healthy", async () => {
  const daemon = await (await TestHome.make()).start();
  const headers = { authorization: `Bearer ${daemon.token}`, "content-type": "application/json" };
  const failures: string[] = [];
  let asked = 0;
  for (const { name, type, schemas } of procedures) {
    if (type === "subscription") continue;
    const samples = fc.sample(arbitraryInput(schemas), { numRuns: 12, seed: 4_711 });
    for (const value of samples) {
      const json = JSON.stringify(value) ?? "null";
      // What fits would do its work, and what is too long for an address is refused before it is looked at.
      if (schemas.every((schema) => schema.safeParse(JSON.parse(json)).success) || (type === "query" && json.length > 4_000)) continue;
      const url = `${daemon.address}/trpc/${name}`;
      const answer =
        type === "mutation"
          ? await fetch(url, { method: "POST", headers, body: json })
          : await fetch(`${url}?input=${encodeURIComponent(json)}`, { headers });
      const body = await answer.text();
      asked += 1;
      const { data } = (JSON.parse(body) as { error?: { data?: { fault?: { kind?: string } | null } } }).error ?? {};
      const isTyped = answer.status === 400 && data?.fault?.kind === "invalid_input";
      if (!isTyped || /\bat .*\.ts|node_modules/.test(body))
        failures.push(`${name} with ${json.slice(0, 80)}: ${answer.status} ${body.slice(0, 160)}`);
    }
  }
  expect(failures).toEqual([]);
  expect(asked).toBeGreaterThan(procedures.length * 5);
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
  expect(((await (await fetch(`${daemon.address}/api/health`)).json()) as { status: string }).status).toBe("ok");
});
