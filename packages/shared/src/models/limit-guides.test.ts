import { expect, it } from "vitest";
import { limitGuides } from "./limit-guides.ts";

it.each([
  [null, 32_768, 98_304],
  [512, 384, 384],
  [8_192, 6_144, 6_144],
  [64_000, 32_768, 48_000],
  [131_072, 32_768, 98_304],
  [1_000_000, 32_768, 98_304],
])("a context of %s tokens has room for %s bytes of one guide and %s of all", (tokens, one, together) => {
  expect(limitGuides(tokens)).toEqual({ one, together });
});
