import { expect, it } from "vitest";
import { describeAsked } from "./describe-asked.ts";

it.each([
  ["Run make all", ["make", "all"], null],
  ["make all", ["make", "all"], null],
  ["`npm install`", ["bash", "-c", "npm install"], null],
  ["Execute: npm install && npm test", ["npm install && npm test"], null],
  [`Run ${"x".repeat(200)}…`, ["x".repeat(300)], null],
  ["Run ./deploy 'a b'", ["./deploy", "a b"], null],
  ["bash", ["ls"], null],
  ["Install the dependencies", ["npm", "install"], "Install the dependencies"],
] as const)("%s with %j says besides: %s", (title, argv, detail) => {
  expect(describeAsked({ title, argv }, "goose")).toEqual({ title: "goose wants to run a command", detail });
});

it("says what is asked where it is no command", () => {
  expect(describeAsked({ title: "Write a.txt", argv: null }, "goose")).toEqual({ title: "goose asks: Write a.txt", detail: null });
});
