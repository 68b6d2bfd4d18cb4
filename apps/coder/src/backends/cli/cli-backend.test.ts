import type { CliStep } from "@boocode/testkit/cli/cli-scenario";
import { describeBackendContract, type ContractTurn } from "../backend-contract.ts";
import { setUpTurns } from "./cli-fixture.ts";

const TURNS: Readonly<Record<ContractTurn, (index: number) => CliStep[]>> = {
  speaks: () => [
    { do: "say", kind: "thinking", text: "Let me think" },
    { do: "say", text: "This is what I say." },
    { do: "say", text: "And this." },
  ],
  waits: (index) => [
    { do: "say", text: "I begin and" },
    {
      do: "emit",
      message: { type: "assistant", message: { content: [{ type: "tool_use", id: "one", name: "Bash", input: { command: "sleep" } }] } },
    },
    { do: "writeFile", path: `waiting-${index}`, text: "" },
    { do: "hang" },
  ],
  fails: () => [{ do: "fail", message: "Not like this" }],
};
describeBackendContract("The command-line backend, with messages,", (turns) => setUpTurns("messages", turns, TURNS));
