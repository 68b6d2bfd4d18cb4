import type { Gate } from "./opencode-steps.ts";

/** A test's gate as another process sees it. */
interface EncodedGate {
  $gate: number;
}

/**
 * Returns a copy with every gate replaced by a number, which {@link decodeGates} turns back into a gate elsewhere. `remember` assigns the
 * numbers.
 */
export function encodeGates(value: unknown, remember: (gate: Gate) => number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isGate(value)) return { $gate: remember(value) } satisfies EncodedGate;
  if (Array.isArray(value)) return value.map((item) => encodeGates(item, remember));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, encodeGates(item, remember)]));
}

/** Returns a copy with every gate number replaced by a gate that asks the test's process. */
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
