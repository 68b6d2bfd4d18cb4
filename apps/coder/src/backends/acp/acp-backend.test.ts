import type { AcpScenario, AcpStep } from "@boocode/testkit/acp/acp-scenario";
import { describeBackendContract, type ContractTurn } from "../backend-contract.ts";
import { setUpScripted } from "./acp-fixture.ts";

const TURNS: Readonly<Record<ContractTurn, (index: number) => AcpStep[]>> = {
  speaks: () => [
    { do: "say", kind: "thought", text: "Let me think" },
    { do: "say", text: "This is what I say." },
  ],
  waits: (index) => [
    { do: "say", text: "I begin and" },
    {
      do: "emit",
      update: {
        sessionUpdate: "tool_call",
        toolCallId: "call_0",
        title: "shell · sleep",
        status: "in_progress",
        rawInput: { command: "sleep" },
      },
    },
    { do: "writeFile", path: `waiting-${index}`, text: "" },
    { do: "hang" },
  ],
  fails: () => [{ do: "fail", message: "Not like this" }],
};

describeBackendContract("The ACP backend", async (turns) => {
  const scenario: AcpScenario = { prompts: turns.map((turn, index) => TURNS[turn](index)) };
  const subject = await setUpScripted(scenario);
  const waiting = new Map(turns.map((_, index) => [index, subject.untilFile(`waiting-${index}`)]));
  for (const watched of waiting.values()) watched.catch(() => {});
  return { ...subject, untilWaiting: (turn: number) => waiting.get(turn)! };
});
