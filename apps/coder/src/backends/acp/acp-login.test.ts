import { expect, it } from "vitest";
import { say, setUpScripted } from "./acp-fixture.ts";

const WAYS = ["Log in with an account", "Use an API key"];

it("an agent that requires a login at the start is refused with its login methods, and this does not count as a death", async () => {
  await using subject = await setUpScripted({ prompts: [[]], loginWays: WAYS, loginFor: ["session/new"] });
  await expect(subject.backend.open(subject.opening)).rejects.toMatchObject({
    fault: { kind: "login_required", agent: "scripted", ways: WAYS },
  });
  expect(subject.deaths).toEqual([]);
});

it("an agent that requires a login during a chat ends the turn with its login methods", async () => {
  await using subject = await setUpScripted({ prompts: [[]], loginWays: WAYS, loginFor: ["session/prompt"] });
  const { end } = await say(await subject.backend.open(subject.opening), "hello");
  expect(end).toMatchObject({
    state: "failed",
    cause: "login_required",
    evidence: { message: "Authentication required\nLog in with an account\nUse an API key" },
  });
});
