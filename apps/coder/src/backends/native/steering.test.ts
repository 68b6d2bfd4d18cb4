import { Barrier } from "@boocode/testkit/barrier";
import type { ModelReply } from "@boocode/testkit/model/model-script";
import { BUILT_IDS, buildEvents } from "@boocode/shared/testing/build";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import { PromptId, TaskId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { setUpNative } from "./native-fixture.ts";
import { toModelMessages } from "./to-model-messages.ts";

/** Role and text of each message of a request but the instructions. */
const said = ({ body }: { body: { messages: { role: string; content: unknown }[] } }) =>
  body.messages.flatMap(({ role, content }) =>
    role === "system" ? [] : [`${role}: ${typeof content === "string" ? content : JSON.stringify(content)}`],
  );

it("words are given with the next request to the model, in the middle of the turn and at its end", async () => {
  const [first, second] = [new Barrier(), new Barrier()];
  const replies: ModelReply[] = [
    {
      steps: [
        { kind: "wait", barrier: first },
        { kind: "tool", name: "list", arguments: {} },
      ] as ModelReply["steps"] & object,
    },
    {
      steps: [
        { kind: "text", text: "Almost" },
        { kind: "wait", barrier: second },
      ],
    },
    { steps: [{ kind: "text", text: "Done" }] },
  ];
  await using native = await setUpNative(replies, { files: { "a.txt": "a" } });
  const running = native.run("Begin");
  await first.reached;
  const one = native.conversation.steer!("", async () => "use tabs");
  const back = native.conversation.steer!("", async () => null);
  first.open();
  expect([await one, await back]).toEqual([true, false]);
  await second.reached;
  const two = native.conversation.steer!("", async () => "one more thing");
  second.open();
  const { end, text } = await running;
  expect([await two, end.state, text]).toEqual([true, "completed", "AlmostDone"]);
  expect(native.model.requests.map((request) => said(request).at(-1))).toEqual(["user: Begin", "user: use tabs", "user: one more thing"]);
  expect(said(native.model.requests[2]!).at(-2)).toBe("assistant: Almost");
  expect(await native.conversation.steer!("", async () => "late")).toBe(false);
});

it("words that a stopped turn has not taken are not given", async () => {
  const barrier = new Barrier();
  await using native = await setUpNative([{ steps: [{ kind: "wait", barrier }] }]);
  const running = native.run("Begin");
  await barrier.reached;
  const words = native.conversation.steer!("", async () => "too late");
  await native.conversation.cancel();
  expect([(await running).end.state, await words]).toEqual(["cancelled", false]);
});

it("a later turn reads them where they were said, and roles alternate", () => {
  const steer = (name: string, text: string) =>
    ({ type: "prompt.steered", promptId: PromptId.parse(name), from: TaskId.parse(name), text }) as const;
  const { agent, prompt: promptId } = BUILT_IDS;
  const events = buildEvents([
    { type: "prompt.accepted", promptId, agent, model: "", mode: "", kind: "message", text: "Begin" },
    steer("s1", "at once"),
    { type: "text.delta", partId: "a", offset: 0, text: "Almost" },
    steer("s2", "one more thing"),
    { type: "text.delta", partId: "b", offset: 0, text: "Done" },
  ]);
  const { items } = applyChatEvents(emptyTranscript(BUILT_IDS.chat), events);
  const { messages } = toModelMessages(items, { agent, mark: "" });
  expect(messages.map(({ role, content }) => [role, content])).toEqual([
    ["user", "Begin\n\nat once"],
    ["assistant", "Almost"],
    ["user", "one more thing"],
    ["assistant", "Done"],
  ]);
});
