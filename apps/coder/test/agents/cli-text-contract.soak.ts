import type { CliStep } from "@boocode/testkit/cli/cli-scenario";
import { describeBackendContract, type ContractTurn } from "../../src/backends/backend-contract.ts";
import { setUpTurns } from "../../src/backends/cli/cli-fixture.ts";

/** A program that writes plain text fails by its exit code. */
const TURNS: Readonly<Record<ContractTurn, (index: number) => CliStep[]>> = {
  // More than a pipe holds, so that it comes in several pieces.
  speaks: () => [{ do: "say", text: "This is what I say. ".repeat(10_000) }],
  waits: (index) => [{ do: "say", text: "I begin and" }, { do: "writeFile", path: `waiting-${index}`, text: "" }, { do: "hang" }],
  fails: () => [{ do: "exit", code: 3 }],
};

describeBackendContract("The command-line backend, with plain text,", (turns) => setUpTurns("text", turns, TURNS));
