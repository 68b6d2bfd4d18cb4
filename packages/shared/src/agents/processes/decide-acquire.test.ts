import { expect, it } from "vitest";
import { buildAgentSession } from "../../testing/build.ts";
import { type AcquireDecision, type AcquireState, decideAcquire } from "./decide-acquire.ts";

const remembered = buildAgentSession({ agentSessionId: "ctx-1" });
const nameless = buildAgentSession({ agentSessionId: null });
const cases: { name: string; live: AcquireState["live"]; record: AcquireState["record"]; decision: AcquireDecision }[] = [
  { name: "first prompt of a chat", live: null, record: null, decision: { kind: "open", closeLive: false } },
  { name: "cold, context known", live: null, record: remembered, decision: { kind: "resume", agentSessionId: "ctx-1", closeLive: false } },
  { name: "cold, agent without a context of its own", live: null, record: nameless, decision: { kind: "open", closeLive: false } },
  { name: "warm", live: { configHash: "now" }, record: remembered, decision: { kind: "reuse" } },
  { name: "warm, never recorded", live: { configHash: "now" }, record: null, decision: { kind: "reuse" } },
  {
    name: "warm, with an outdated configuration",
    live: { configHash: "then" },
    record: remembered,
    decision: { kind: "resume", agentSessionId: "ctx-1", closeLive: true },
  },
  {
    name: "warm, on a server that takes no new chats",
    live: { configHash: "now", isOutdated: true },
    record: remembered,
    decision: { kind: "resume", agentSessionId: "ctx-1", closeLive: true },
  },
  {
    name: "outdated configuration, nothing to resume",
    live: { configHash: "then" },
    record: nameless,
    decision: { kind: "open", closeLive: true },
  },
  {
    name: "outdated configuration, never recorded",
    live: { configHash: "then" },
    record: null,
    decision: { kind: "open", closeLive: true },
  },
];

it.each(cases)("$name", ({ live, record, decision }) => {
  expect(decideAcquire({ live, record, configHash: "now" })).toEqual(decision);
});

it.each(["idle", "busy", "crashed", "closed"] as const)("a %s context is resumed too", (status) => {
  expect(decideAcquire({ live: null, record: buildAgentSession({ agentSessionId: "ctx-1", status }), configHash: "now" })).toMatchObject({
    kind: "resume",
  });
});
