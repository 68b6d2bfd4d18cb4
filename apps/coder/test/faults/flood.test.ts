import { it } from "vitest";
import { flood } from "./flood.ts";

it("F18 an agent that says ten thousand events at once: every reader gets all of them, once and in order", () => flood(10_000));
