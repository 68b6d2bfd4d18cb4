import { it } from "vitest";
import { floodTerminals } from "./terminal-flow.ts";

it("F17 programs that write without end, to nobody or to readers that take nothing, swell nothing and hold up no other terminal", () =>
  floodTerminals((keys) => keys >= 400));
