import type { AcpStep } from "@boocode/testkit/acp/acp-scenario";
import { describe, expect, it } from "vitest";
import { say, setUpScripted } from "./acp-fixture.ts";

const talk = (text: string): AcpStep => ({ do: "say", text });

describe("What an ACP agent asks", () => {
  const ask = {
    do: "askPermission" as const,
    title: "Run ls",
    then: { allow: [talk("Allowed")], reject: [talk("Refused")], "": [talk("Nobody")] },
  };

  it.each([
    ["allow", "Allowed"],
    ["reject", "Refused"],
    [null, "Nobody"],
    ["of my own", "Nobody"],
  ])("is answered with %s", async (optionId, text) => {
    await using subject = await setUpScripted({ prompts: [[ask]] });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Go", (event) => {
      if (event.type === "permission.requested") void conversation.answerPermission(event.permissionId, optionId);
    });
    expect(turn).toMatchObject({ text, end: { state: "completed" } });
    expect(turn.events.find(({ type }) => type === "permission.requested")).toMatchObject({
      callId: "call-1",
      title: "Run ls",
      toolKind: "command",
      options: [
        { id: "allow", label: "Allow", kind: "allow_once" },
        { id: "reject", label: "Reject", kind: "reject_once" },
      ],
    });
  });

  it("ends the turn as stopped by the person, where the agent takes a refusal for a stop", async () => {
    const refusing = { ...ask, then: { ...ask.then, reject: [{ do: "end" as const, stopReason: "cancelled" }] } };
    await using subject = await setUpScripted({ prompts: [[refusing], [{ do: "end", stopReason: "cancelled" }]] });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Go", (event) => {
      if (event.type === "permission.requested") void conversation.answerPermission(event.permissionId, "reject");
    });
    expect(turn.end).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
    expect(turn.events).toContainEqual(
      expect.objectContaining({ type: "notice", text: "The agent ended its turn because its request was refused." }),
    );
    // Without a refusal, nobody here stopped it.
    expect(await say(conversation, "Go")).toMatchObject({ end: { state: "failed", cause: "agent_error" } });
  });

  it("is shown with its known options if one option has an unknown kind", async () => {
    const options = [
      { optionId: "allow", name: "Allow", kind: "allow_once" },
      { optionId: "tomorrow", name: "Allow until tomorrow", kind: "allow_for_a_day" },
      { optionId: "reject", name: "Reject", kind: "reject_once" },
    ];
    await using subject = await setUpScripted({ prompts: [[{ ...ask, options }]] });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Go", (event) => {
      if (event.type === "permission.requested") void conversation.answerPermission(event.permissionId, "reject");
    });
    expect(turn.text).toBe("Refused");
    const asked = turn.events.find((event) => event.type === "permission.requested");
    expect(asked?.options.map(({ id }) => id)).toEqual(["allow", "reject"]);
  });

  it("T8: is cancelled by a stop, even for an agent that ignores everything else", async () => {
    await using subject = await setUpScripted({ prompts: [[ask]], ignoreCancel: true });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Go", (event) => {
      if (event.type === "permission.requested") void conversation.cancel();
    });
    expect(turn).toMatchObject({ text: "Nobody", end: { state: "cancelled", cause: "stopped_by_person" } });
  });
});
