import { updateChat } from "@boocode/db/stores/chats/chat-store";
import { Barrier } from "@boocode/testkit/barrier";
import { AgentId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { createRig, type RigOptions } from "../../test/task-rig.ts";

const agent = AgentId.parse("boocode");

/** A rig with a chat whose agent has answered once, and can begin work by itself. */
async function idleRig(options: Partial<RigOptions> = {}, onFollowed: (taskId: string) => void = () => {}) {
  const barrier = new Barrier();
  const rig = await createRig({ script: ({ text }) => (text === "running" ? [{ do: "wait", barrier }] : []), ...options });
  let begin = () => {};
  const open = rig.backend.open.bind(rig.backend);
  const onUnasked = (began: () => void) => void (begin = began);
  const follow = async ({ taskId }: { taskId: string }) => {
    onFollowed(taskId);
    return { state: "completed" as const, cause: null, evidence: null, usage: null, model: "scripted" };
  };
  rig.backend.open = async (input) => Object.assign(await open(input), { onUnasked, follow });
  const chatId = await rig.addChat();
  await rig.send({ chatId });
  await rig.dispatcher.settle();
  const beginWork = begin;
  const isActing = () => rig.pool.find(chatId, agent)?.isActing;
  return { rig, barrier, chatId, beginWork, isActing, follow: () => rig.tasks.followAgent({ chatId, agent }) };
}

it("an agent whose own turn is removed from the queue is not in use any more", async () => {
  const { rig, barrier, beginWork, isActing, follow } = await idleRig();
  await using _ = rig;
  await rig.send({ chatId: await rig.addChat(), text: "running" });
  await barrier.reached;
  beginWork();
  await follow();
  expect(isActing()).toBe(true);
  const own = (await rig.tasks.list({ sessionId: rig.session, limit: 9 })).find(({ kind }) => kind === "agent");
  await rig.tasks.unqueue(own!.id);
  expect(isActing()).toBe(false);
  barrier.open();
  await rig.dispatcher.settle();
  expect(rig.pool.isInUse).toBe(false);
});

it("an agent whose own turn cannot start is not in use any more", async () => {
  let isBroken = false;
  const { rig, beginWork, isActing, follow } = await idleRig({
    worktrees: (plain) => ({
      ...plain,
      ensure: async (id) => {
        if (isBroken) throw new Error("No worktree");
        return plain.ensure(id);
      },
    }),
  });
  await using _ = rig;
  isBroken = true;
  beginWork();
  await follow();
  await rig.dispatcher.settle();
  expect((await rig.bodies()).findLast(({ type }) => type === "task.ended")).toMatchObject({ state: "failed" });
  expect(isActing()).toBe(false);
});

it("an agent that begins work in a closed chat is not in use any more", async () => {
  const { rig, chatId, beginWork, isActing, follow } = await idleRig();
  await using _ = rig;
  await rig.db.write("full", (tx) => updateChat(tx, chatId, { closedAt: 1 }));
  beginWork();
  expect(isActing()).toBe(true);
  await follow();
  expect(isActing()).toBe(false);
});

it("what an agent begins after its own turn, while that turn's work is read, is a turn of its own", async () => {
  const followed: string[] = [];
  const again = { begin: async () => {}, wasBegun: false };
  const checkpointing: Partial<RigOptions> = {
    worktrees: (plain) => ({
      ...plain,
      checkpoint: async (worktree, input) => {
        if (input.when === "after" && followed.length === 1 && !again.wasBegun) {
          again.wasBegun = true;
          await again.begin();
        }
        return plain.checkpoint(worktree, input);
      },
    }),
  };
  const { rig, beginWork, follow } = await idleRig(checkpointing, (taskId) => void followed.push(taskId));
  await using _ = rig;
  again.begin = async () => (beginWork(), await follow());
  await again.begin();
  await expect.poll(() => followed.length).toBe(2);
  await rig.dispatcher.settle();
  const own = (await rig.tasks.list({ sessionId: rig.session, limit: 9 })).filter(({ kind }) => kind === "agent");
  expect(own.map(({ id, state }) => [followed.includes(id), state])).toEqual([
    [true, "completed"],
    [true, "completed"],
  ]);
});
