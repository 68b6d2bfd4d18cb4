import type { Gate } from "./opencode-steps.ts";

/** How a gate of a test looks to another process. */
interface EncodedGate {
  $gate: number;
}

/** A copy in which every gate is a number, which {@link decodeGates} makes a gate again elsewhere. `remember` gives the number. */
export function encodeGates(value: unknown, remember: (gate: Gate) => number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isGate(value)) return { $gate: remember(value) } satisfies EncodedGate;
  if (Array.isArray(value)) return value.map((item) => encodeGates(item, remember));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encodeGates(item, remember)]));
}

/** A copy in which every number of a gate is a gate that asks the test's process. */
export function decodeGates(value: unknown, controlUrl: string): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("$gate" in value) {
    const { $gate } = value as EncodedGate;
    return { pass: () => passAt(controlUrl, $gate) } satisfies Gate;
  }
  if (Array.isArray(value)) return value.map((item) => decodeGates(item, controlUrl));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decodeGates(item, controlUrl)]));
}

function isGate(value: object): value is Gate {
  return typeof (value as Partial<Gate>).pass === "function";
}

async function passAt(controlUrl: string, gate: number): Promise<void> {
  const response = await fetch(`${controlUrl}/gate/${gate}`, { method: "POST" });
  await response.arrayBuffer();
}
