import { expect, it } from "vitest";
import { findSettings } from "./find-settings.ts";

const SECTIONS = [
  { title: "Appearance", words: "theme dark light" },
  { title: "Usage and budgets", words: "tokens cost day" },
];

it.each([
  ["", ["Appearance", "Usage and budgets"]],
  ["  THEME ", ["Appearance"]],
  ["day budget", ["Usage and budgets"]],
  ["dark budget", []],
])("finds by %j", (text, titles) => {
  expect(findSettings(SECTIONS, text).map(({ title }) => title)).toEqual(titles);
});
