import { it } from "vitest";
import { judgeInTwoBrowsers } from "./two-browsers.ts";

it("F25 two browsers that judge the same changes in the same moment judge them once, and both are told what became of them", () =>
  judgeInTwoBrowsers(10));
