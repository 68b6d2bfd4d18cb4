import { AgentId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { RestartCircuit } from "./supervise.ts";

const opencode = AgentId.parse("opencode");

it("P11: refuses after the fourth death in a minute, says why, and tries again later or when a person wants it", () => {
  let now = 1_000;
  const circuit = new RestartCircuit(opencode, { elapsedMs: () => now });
  for (let death = 0; death < 3; death += 1) circuit.died(10);
  circuit.check();
  circuit.died(10);
  expect(() => circuit.check()).toThrow(
    expect.objectContaining({ fault: { kind: "agent_unavailable", agent: "opencode", hint: expect.stringContaining("60 s") } }),
  );
  circuit.reset();
  circuit.check();
  for (let death = 0; death < 4; death += 1) circuit.died(10);
  expect(() => circuit.check()).toThrow("agent_unavailable");
  now += 60_000;
  circuit.check();
  circuit.died(10);
  expect(() => circuit.check()).toThrow(
    expect.objectContaining({ fault: expect.objectContaining({ hint: expect.stringContaining("120 s") }) }),
  );
});

it("P11: does not count the deaths of programs that lived for long", () => {
  const circuit = new RestartCircuit(opencode, { elapsedMs: () => 0 });
  for (let death = 0; death < 9; death += 1) circuit.died(60_000);
  circuit.check();
});
