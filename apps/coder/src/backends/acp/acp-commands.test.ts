import type { SlashCommand } from "@boocode/shared/agents/commands/slash-command";
import { expect, it } from "vitest";
import { say, setUpScripted } from "./acp-fixture.ts";

const commands = [
  { name: "compress", description: "Shortens the chat", input: { hint: "what to keep" } },
  { name: "init", input: null },
];
const known: SlashCommand[] = [
  { name: "compress", description: "Shortens the chat", hint: "what to keep" },
  { name: "init", description: "" },
];

it("an agent that is asked what it is tells the commands that it announces after its answer", async () => {
  await using set = await setUpScripted({ prompts: [], commands });
  const { folder, env } = { folder: set.home.path, env: set.opening.env };
  const self = await set.backend.learn({ folder, env, signal: new AbortController().signal });
  expect(self.commands).toEqual(known);
});

it.each([
  ["that announces none has none", { commands: [] }, []],
  ["that has announced nothing has not said which it has", {}, null],
])("an agent %s", async (_, announces, told) => {
  await using set = await setUpScripted({ prompts: [], ...announces });
  const { folder, env } = { folder: set.home.path, env: set.opening.env };
  const self = await set.backend.learn({ folder, env, signal: new AbortController().signal });
  expect(self.commands).toEqual(told);
});

it("tells its commands before the first prompt, and whenever they change", async () => {
  const later = { sessionUpdate: "available_commands_update", availableCommands: [commands[1]] };
  await using set = await setUpScripted({ prompts: [[{ do: "emit", update: later }]], commands });
  const conversation = await set.backend.open(set.opening);
  const told: (readonly SlashCommand[])[] = [];
  await new Promise<void>((resolve) =>
    conversation.onCommands?.((announced) => {
      told.push(announced);
      resolve();
    }),
  );
  const { events } = await say(conversation, "/compress all");
  expect(told).toEqual([known, [known[1]]]);
  expect(events.filter(({ type }) => type === "commands.updated")).toEqual([
    { type: "commands.updated", commands: known },
    { type: "commands.updated", commands: [known[1]] },
  ]);
});
