import { it } from "vitest";
import { judgeInTwoBrowsers } from "./two-browsers.ts";

it("F25 two browsers that judge the same changes in the same moment, 200 times: once each, and both are told", () =>
  judgeInTwoBrowsers(200));
