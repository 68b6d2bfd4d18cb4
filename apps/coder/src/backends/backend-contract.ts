import { describe, expect, it } from "vitest";
import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { AgentEvent as AgentEventSchema } from "@boocode/shared/agents/agent-event";
import { TaskId } from "@boocode/shared/ids";
import type { AgentBackend, AgentConversation, OpenAgentInput, TurnEnd } from "@boocode/shared/agents/agent-backend";

/**
 * The agent's behaviour in one turn: `speaks` thinks, answers in several pieces and completes; `waits` answers a little and then stays
 * silent until stopped; `fails` ends in failure.
 */
export type ContractTurn = "speaks" | "waits" | "fails";

/** A backend whose agent plays the given turns, one per prompt. */
export interface ContractSubject extends AsyncDisposable {
  backend: AgentBackend;
  opening: OpenAgentInput;
  /** Resolves when the `waits` turn with this number, counted from 0, has begun to wait. */
  untilWaiting(turn: number): Promise<void>;
}

/** The test suite that every backend must pass. */
export function describeBackendContract(name: string, makeSubject: (turns: readonly ContractTurn[]) => Promise<ContractSubject>): void {
  describe(`${name} keeps the backend contract`, () => {
    it("streams a turn and ends it once", async () => {
      await using subject = await makeSubject(["speaks"]);
      const turn = await begin(subject);
      const end = await turn.ended;
      expect(end).toMatchObject({ state: "completed", cause: null });
      expect(end.model).not.toBe("");
      expect(turn.events.filter((event) => event.type === "text.delta").length).toBeGreaterThan(1);
      expectWellFormed(turn.events);
    });

    it("remains usable for the next prompt", async () => {
      await using subject = await makeSubject(["speaks", "speaks"]);
      const first = await begin(subject);
      await first.ended;
      const second = await begin(subject, first.conversation);
      expect(await second.ended).toMatchObject({ state: "completed" });
      expectWellFormed(second.events);
    });

    it("ends a turn that is cancelled, keeps what was said, and takes the next prompt", async () => {
      await using subject = await makeSubject(["waits", "speaks"]);
      const turn = await begin(subject);
      await subject.untilWaiting(0);
      await turn.whenSomethingWasSaid;
      await Promise.all([turn.conversation.cancel(), turn.conversation.cancel()]);
      expect(await turn.ended).toMatchObject({ state: "cancelled", cause: "stopped_by_person" });
      expectWellFormed(turn.events);
      expect(await (await begin(subject, turn.conversation)).ended).toMatchObject({ state: "completed" });
    });

    it("takes a cancel without a turn for nothing", async () => {
      await using subject = await makeSubject(["speaks"]);
      const conversation = await subject.backend.open(subject.opening);
      await conversation.cancel();
      expect(await (await begin(subject, conversation)).ended).toMatchObject({ state: "completed" });
    });

    it("tells a failure as an end with a cause, and takes the next prompt", async () => {
      await using subject = await makeSubject(["fails", "speaks"]);
      const turn = await begin(subject);
      const end = await turn.ended;
      expect(end.state).toBe("failed");
      expect(end.cause).not.toBeNull();
      expect(await (await begin(subject, turn.conversation)).ended).toMatchObject({ state: "completed" });
    });

    it("refuses a second prompt while a turn runs", async () => {
      await using subject = await makeSubject(["waits"]);
      const turn = await begin(subject);
      await subject.untilWaiting(0);
      await expect(turn.conversation.prompt(promptInput(() => {}))).rejects.toBeInstanceOf(Error);
      await turn.conversation.cancel();
      expect(await turn.ended).toMatchObject({ state: "cancelled" });
    });

    it("settles a running turn as interrupted when it is closed, then says that it is gone", async () => {
      await using subject = await makeSubject(["waits"]);
      const turn = await begin(subject);
      await subject.untilWaiting(0);
      const order: string[] = [];
      void turn.ended.then(() => order.push("ended"));
      void turn.conversation.closed.then(() => order.push("closed"));
      await Promise.all([turn.conversation.close(), turn.conversation.close()]);
      expect(await turn.ended).toMatchObject({ state: "interrupted" });
      await turn.conversation.closed;
      expect(order).toEqual(["ended", "closed"]);
      await expect(turn.conversation.prompt(promptInput(() => {}))).rejects.toBeInstanceOf(Error);
    });

    it("closes every conversation with itself", async () => {
      await using subject = await makeSubject(["waits"]);
      const turn = await begin(subject);
      await subject.untilWaiting(0);
      await subject.backend.close();
      expect(await turn.ended).toMatchObject({ state: "interrupted" });
      await turn.conversation.closed;
    });
  });
}

async function begin(subject: ContractSubject, opened?: AgentConversation) {
  const conversation = opened ?? (await subject.backend.open(subject.opening));
  const events: AgentEvent[] = [];
  const said = Promise.withResolvers<void>();
  let isOver = false;
  const ended: Promise<TurnEnd> = conversation.prompt(
    promptInput((event) => {
      events.push(isOver ? { type: "notice", level: "warning", text: `${event.type} came after the turn's end` } : event);
      if (event.type === "text.delta") said.resolve();
    }),
  );
  const close = () => {
    isOver = true;
  };
  void ended.then(close, close);
  return { conversation, events, ended, whenSomethingWasSaid: said.promise };
}

const promptInput = (emit: (event: AgentEvent) => void) => ({
  taskId: TaskId.parse("tsk_contract"),
  generation: 1,
  text: "Go on",
  model: "",
  mode: "auto",
  emit,
});

/** Expects that events parse, the deltas of a part have no gaps, and no tool is left running. */
function expectWellFormed(events: readonly AgentEvent[]): void {
  const lengths = new Map<string, number>();
  const running = new Set<string>();
  const gaps: AgentEvent[] = [];
  for (const event of events) {
    if (event.type === "text.delta" || event.type === "thought.delta") {
      if (event.offset !== (lengths.get(event.partId) ?? 0)) gaps.push(event);
      lengths.set(event.partId, event.offset + event.text.length);
    }
    if (event.type === "tool.started") running.add(event.callId);
    if (event.type === "tool.updated" && event.status !== "running") running.delete(event.callId);
  }
  expect(events.filter((event) => !AgentEventSchema.safeParse(event).success)).toEqual([]);
  expect(gaps).toEqual([]);
  expect(events.filter((event) => event.type === "notice")).toEqual([]);
  expect([...running]).toEqual([]);
}
