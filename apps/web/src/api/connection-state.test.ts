import { expect, test } from "vitest";
import { toConnectionLabel, toConnectionState } from "./connection-state.ts";

test.each([
  ["before the first byte", { isOpen: false, lastInboundAt: null }, "connecting"],
  ["open, nothing said yet", { isOpen: true, lastInboundAt: null }, "connecting"],
  ["a byte just now", { isOpen: true, lastInboundAt: 10_000 }, "live"],
  ["a byte between two pings", { isOpen: true, lastInboundAt: 6_600 }, "live"],
  ["a ping without its answer", { isOpen: true, lastInboundAt: 6_000 }, "4 s old"],
  ["closed", { isOpen: false, lastInboundAt: 9_999 }, "reconnecting"],
  ["a clock that went back", { isOpen: true, lastInboundAt: 12_000 }, "live"],
])("%s", (_, line, label) => {
  expect(toConnectionLabel(toConnectionState(line, 10_000))).toBe(label);
});
