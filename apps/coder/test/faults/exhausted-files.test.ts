import type { AgentConversation } from "@boocode/shared/agents/agent-backend";
import { recordFault } from "@boocode/testkit/record-fault";
import { expect, it, onTestFinished } from "vitest";
import * as acp from "../../src/backends/acp/acp-fixture.ts";
import * as cli from "../../src/backends/cli/cli-fixture.ts";
import * as opencode from "../../src/backends/opencode/opencode-fixture.ts";
import { findProcessesByMarker } from "../../src/platform/processes/process.ts";
import { countOpenFiles, prepareExhaustion } from "./exhaust-files.ts";

const TIMES = 3;
const EXHAUSTED = /EMFILE|too many open files/i;

/** Opens a chat and sends a prompt there; returns what either says of its failure. */
async function tryOut(open: () => Promise<AgentConversation>): Promise<string> {
  const conversation = await open().catch((error: { fault?: { hint?: string } }) => error.fault?.hint ?? String(error));
  if (typeof conversation === "string") return conversation;
  const { end } = await acp.say(conversation, "Go");
  await conversation.close();
  return `${end.state} ${end.cause} ${end.evidence?.message ?? ""}`;
}

const AGENTS = {
  acp: async () => {
    const subject = await acp.setUpScripted({ prompts: [[{ do: "say", text: "Fine" }]] });
    return { ...subject, left: () => findProcessesByMarker(acp.TEST_MARKER, subject.marker), makeCold: async () => {}, goesOn: true };
  },
  cli: async () => {
    const subject = await cli.setUpScripted({ prompts: [[{ do: "say", text: "Fine" }]] });
    return { ...subject, left: () => findProcessesByMarker(cli.TEST_MARKER, subject.marker), makeCold: async () => {}, goesOn: false };
  },
  opencode: async () => {
    const subject = await opencode.setUpScripted({ script: () => ({ steps: [{ do: "say", text: "Fine" }] }) });
    const makeCold = async (conversation: AgentConversation) => {
      await conversation.close();
      await subject.backend.shared.endUnused();
    };
    return { ...subject, left: async () => subject.backend.shared.list().map(({ id }) => id), makeCold, goesOn: false };
  },
};

it.skipIf(process.platform !== "linux").each(Object.keys(AGENTS) as (keyof typeof AGENTS)[])(
  "F35: a program of an agent (%s) for which the daemon has no open file left fails its own chat in words; the others go on, and the next prompt works",
  async (kind) => {
    await using subject = await AGENTS[kind]();
    const exhaustion = prepareExhaustion();
    onTestFinished(() => exhaustion.close());
    const open = () => subject.backend.open(subject.opening);
    // What is loaded on first use is loaded.
    const works = await open();
    expect(await acp.say(works, "Go")).toMatchObject({ text: "Fine", end: { state: "completed" } });
    await subject.makeCold(works);
    const before = countOpenFiles();
    let stuck = 0;
    for (let time = 0; time < TIMES; time += 1) {
      const seen = await exhaustion.during(async () => ({
        refused: await tryOut(open),
        // Its process runs, and needs no other file.
        other: subject.goesOn ? (await acp.say(works, "Go")).text : "Fine",
      }));
      expect(seen).toEqual({ refused: expect.stringMatching(EXHAUSTED) as string, other: "Fine" });
      stuck += seen.refused === "" ? 1 : 0;
    }
    const again = await open();
    expect(await acp.say(again, "Go")).toMatchObject({ text: "Fine", end: { state: "completed" } });
    await again.close();
    await subject.makeCold(again);
    const leaked = Math.max(0, countOpenFiles() - before);
    await subject.backend.close();
    const left = await subject.left();
    recordFault({ fault: "F35", repetitions: TIMES, stuckTurns: stuck, orphans: left.length, leakedHandles: leaked });
    expect([left, leaked]).toEqual([[], 0]);
  },
);
