import { expect, it } from "vitest";
import { KEYS, toCommand } from "./to-command.ts";

const press = (key: string, held: Partial<Parameters<typeof toCommand>[0]> = {}) =>
  toCommand({ key, altKey: false, ctrlKey: false, metaKey: false, ...held });

it("a key with a modifier is left to the browser and the page", () => {
  expect(press("j")).toEqual({ kind: "file", step: 1 });
  for (const held of ["altKey", "ctrlKey", "metaKey"]) expect(press("j", { [held]: true })).toBeNull();
  expect(press("x")).toBeNull();
});

it("every key that is listed does something", () => {
  const arrows: Record<string, string> = { "→": "ArrowRight", "←": "ArrowLeft" };
  for (const { keys } of KEYS) for (const key of keys) expect([key, press(arrows[key] ?? key)]).not.toEqual([key, null]);
});
