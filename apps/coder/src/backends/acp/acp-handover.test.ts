import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { toHandover } from "@boocode/shared/agents/handoff/handover-frame";
import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import { AgentId, TaskId } from "@boocode/shared/ids";
import type { AcpStep } from "@boocode/testkit/acp/acp-scenario";
import { describe, expect, it } from "vitest";
import { say, setUpScripted } from "./acp-fixture.ts";

const MISSED = toHandover("The person to boocode:\n  Two, and Once more please, really");
const agent = AgentId.parse("scripted");
const ofTask = (task: string, more: object) =>
  ({ key: "", firstSeq: 0, lastSeq: 0, at: 0, taskId: TaskId.parse(task), ...more }) as TranscriptItem;
/** The journal of a chat whose one turn with this agent was told something before its prompt. */
const JOURNAL = [ofTask("t1", { kind: "prompt", agent, text: "Three" }), ofTask("t1", { kind: "text", text: "I know it now." })];
const talk = (text: string): AcpStep => ({ do: "say", text });

describe("What an ACP agent is told in front of a prompt", () => {
  it("is a part of its own, before the person's words as they are, and is not shown as said by anyone", async () => {
    await using subject = await setUpScripted({ prompts: [[talk("I know it now.")]] });
    const conversation = await subject.backend.open(subject.opening);
    const turn = await say(conversation, "Three", undefined, { handover: MISSED });
    expect(turn.events.map((event) => event.type)).toEqual(turn.events.map(() => "text.delta"));
    expect(turn.text).toBe("I know it now.");
    const { "session-1": session } = JSON.parse(await readFile(join(subject.home.path, "state.json"), "utf8"));
    const words = session.updates.filter(({ sessionUpdate }: { sessionUpdate: string }) => sessionUpdate === "user_message_chunk");
    expect(words.map(({ content }: { content: { text: string } }) => content.text)).toEqual([MISSED, "Three"]);
  });

  it("is not shown when the agent replays it with its session, and neither is the answer that followed", async () => {
    const scenario = { prompts: [[talk("I know it now.")], [talk("New words.")]] };
    const history = { read: async () => JOURNAL };
    await using subject = await setUpScripted({ ...scenario, replays: "with the next prompt" }, { history });
    const first = await subject.backend.open(subject.opening);
    await say(first, "Three", undefined, { handover: MISSED });
    await first.close();
    const next = await subject.backend.open({ ...subject.opening, resume: first.agentSessionId });
    const turn = await say(next, "Once more please, really");
    // The new process begins its script anew: it says again what it said first, as a new answer.
    expect(turn.text).toBe("I know it now.");
    expect(JSON.stringify(turn.events)).not.toContain("boocode");
  });

  it("is the whole chat where the agent turns out to have lost its session, in the same turn", async () => {
    // An update that says nothing, so that the scripted agent stores what it was asked.
    const quiet: AcpStep = { do: "emit", update: { sessionUpdate: "current_mode_update", currentModeId: "default" } };
    const prompts: AcpStep[][] = [[quiet, { do: "fail", code: -32_002, message: "Resource not found" }]];
    await using subject = await setUpScripted({ prompts, failsOn: ["session/load"] });
    const conversation = await subject.backend.open(subject.opening);
    let asked = 0;
    const retell = async () => {
      asked += 1;
      return toHandover("Everything");
    };
    await say(conversation, "Three", undefined, { handover: MISSED, retell });
    expect(asked).toBe(1);
    expect(conversation.agentSessionId).toBe("session-2");
    const states = JSON.parse(await readFile(join(subject.home.path, "state.json"), "utf8"));
    expect(states["session-2"].updates.slice(0, 2).map(({ content }: { content: { text: string } }) => content.text)).toEqual([
      toHandover("Everything"),
      "Three",
    ]);
  });

  it("cannot be resumed where the agent offers neither way to continue a session", async () => {
    await using subject = await setUpScripted({ prompts: [[]], stateFile: undefined } as never);
    expect(await subject.backend.open(subject.opening)).toMatchObject({ canResume: false });
    await using other = await setUpScripted({ prompts: [[]] });
    expect(await other.backend.open(other.opening)).toMatchObject({ canResume: true });
  });
});
