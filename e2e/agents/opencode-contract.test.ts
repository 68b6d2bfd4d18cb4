import { Barrier } from "@boocode/testkit/barrier";
import type { ModelReply } from "@boocode/testkit/scripted-model";
import { describeBackendContract, type ContractTurn } from "../../apps/coder/src/backends/backend-contract.ts";
import { setUpOpencode } from "./opencode-fixture.ts";

describeBackendContract("The real opencode", async (turns: readonly ContractTurn[]) => {
  const barriers = turns.map(() => new Barrier());
  const replies = turns.map((turn, index): ModelReply => {
    if (turn === "fails") return { status: 400, body: JSON.stringify({ error: { message: "Not like this" } }) };
    if (turn === "waits")
      return {
        steps: [
          { kind: "text", text: "I begin and" },
          { kind: "wait", barrier: barriers[index]! },
        ],
      };
    return {
      steps: [
        { kind: "thought", text: "Let me think" },
        { kind: "text", text: "This is what I say." },
      ],
    };
  });
  const subject = await setUpOpencode((_, index) => replies[index] ?? { status: 500, body: "The script is over" });
  return {
    backend: subject.backend,
    opening: subject.opening,
    untilWaiting: (turn: number) => barriers[turn]!.reached,
    [Symbol.asyncDispose]: () => subject[Symbol.asyncDispose](),
  };
});
