import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import { recordFault } from "@boocode/testkit/record-fault";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedBackend, type ScriptStep } from "@boocode/testkit/scripted-backend";
import { expect, onTestFinished } from "vitest";
import { measureMemory } from "../measure-memory.ts";
import { BOOCODE, callOver, connectTo, mintPromptId } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

const READERS = 3;
/** Memory in use that may be added while everything is said, in bytes: what waits for a reader or the disk is bounded, whatever is said. */
const MOST_MEMORY = 64 * 1024 * 1024;
/** How often the first reader measures it on the way. */
const LOOKS = 3;

/** An agent says so many events as fast as they are taken, to three readers: each gets all of them, once and in order. */
export async function flood(events: number): Promise<void> {
  const repository = await createRepository();
  onTestFinished(() => repository[Symbol.asyncDispose]());
  // Each is an event of its own: deltas would be merged.
  const toEvent = (index: number): AgentEvent => ({ type: "notice", level: "info", text: `event ${index}` });
  const steps = Array.from({ length: events }, (_, index): ScriptStep => ({ do: "emit", event: toEvent(index) }));
  const daemon = await (await TestHome.make()).start({ backend: new ScriptedBackend({ script: () => steps }) });
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const before = measureMemory();
  let most = 0;
  const readers = Array.from({ length: READERS }, (_, reader) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ notices: number; isDense: boolean }>();
    let [notices, last, isDense] = [0, 0, true];
    const subscription = connectTo(daemon).events.session.subscribe(
      { sessionId, lastEventId: "0" },
      {
        onError: reject,
        onData: ({ data }) => {
          for (const { seq, body } of data.kind === "events" ? data.events : []) {
            isDense &&= seq === last + 1;
            last = seq;
            if (body.type === "notice") isDense &&= body.text === `event ${notices++}`;
            if (reader === 0 && notices % Math.ceil(events / LOOKS) === 0) most = Math.max(most, measureMemory() - before);
            if (body.type === "task.ended") resolve({ notices, isDense });
          }
        },
      },
    );
    onTestFinished(() => subscription.unsubscribe());
    return promise;
  });
  const began = performance.now();
  await api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text: "go" });
  const got = await Promise.all(readers);
  const perSecond = Math.round(events / ((performance.now() - began) / 1_000));
  const eventsLost = got.reduce((lost, { notices }) => lost + events - notices, 0);
  // Each reader has seen the turn's end, or would wait for it still.
  recordFault({ fault: "F18", repetitions: events * READERS, eventsLost, stuckTurns: READERS - got.length });
  process.stdout.write(`${events} events to ${READERS} readers, ${perSecond} a second, ${Math.round(most / 2 ** 20)} MiB more at most\n`);
  expect(got).toEqual(Array.from({ length: READERS }, () => ({ notices: events, isDense: true })));
  expect(Math.max(most, measureMemory() - before)).toBeLessThan(MOST_MEMORY);
}
