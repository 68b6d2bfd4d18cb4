import { it } from "vitest";
import { flood } from "./flood.ts";

it("F18 a minute of ten thousand events a second: every reader gets all of them, once and in order", () => flood(600_000));
