import { expect, it } from "vitest";
import { KNOWN_AGENTS } from "../../src/agents/known-agents.ts";
import { findProfile } from "../../src/backends/acp/opening/agent-profiles.ts";
import { findCliProfile } from "../../src/backends/cli/cli-profiles.ts";
import { TRUST_TOP_NAMES } from "../../src/trust/trust-places.ts";

it.each(KNOWN_AGENTS.filter(({ transport }) => transport === "acp"))(
  "S10 nothing by which a checkout makes $id run something goes unasked",
  ({ id }) => {
    const { ownConfig } = findProfile(id, []);
    expect(ownConfig.length).toBeGreaterThan(0);
    expect(ownConfig.filter((name) => !TRUST_TOP_NAMES.has(name))).toEqual([]);
  },
);

it.each(KNOWN_AGENTS.filter(({ transport, commandLine }) => transport === "cli" || commandLine))(
  "S10 nothing by which a checkout makes the command line of $id run something goes unasked",
  ({ id }) => {
    const { ownConfig } = findCliProfile(id, []);
    expect(ownConfig.length).toBeGreaterThan(0);
    expect(ownConfig.filter((name) => !TRUST_TOP_NAMES.has(name))).toEqual([]);
  },
);
