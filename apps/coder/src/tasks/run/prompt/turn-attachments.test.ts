import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { AgentId } from "@boocode/shared/ids";
import { Barrier } from "@boocode/testkit/barrier";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { expect, it } from "vitest";
import { createRig, type Rig } from "../../../../test/task-rig.ts";

const PNG = Buffer.from("\u0089PNG\r\n\u001a\nrest", "latin1");
const OPENCODE = AgentId.parse("opencode");

async function store({ blobs }: Rig, content: string | Buffer): Promise<string> {
  const source = async function* () {
    yield Buffer.from(content);
  };
  return (await blobs.store(source())).id;
}

const file = (blobId: string, name: string) => ({ blobId, name }) as never;
const givenIn = async (rig: Rig) => (await rig.bodies()).flatMap((body) => (body.type === "attachments.given" ? [body] : []));

it("an agent is given files as it takes them, the journal says how, and another agent is told what it missed by name", async () => {
  const opencode = new ScriptedBackend({
    kind: "opencode",
    script: () => [{ do: "say", text: "x" }],
    takes: { images: false, paths: true },
    agentSessionId: () => "s",
  });
  await using rig = await createRig({
    script: () => [{ do: "say", text: "x" }],
    takes: { images: true, paths: false },
    others: { opencode },
  });
  const attachments = [
    file(await store(rig, PNG), "shot.png"),
    file(await store(rig, "one"), "a.txt"),
    file(await store(rig, Buffer.from([0, 1])), "b.bin"),
  ];
  const first = await rig.send({ text: "Look", attachments });
  await rig.ended(first.taskId);
  expect(rig.backend.prompts[0]!.attachments).toEqual([
    { name: "shot.png", type: "image/png", how: "image", content: PNG, path: null },
    { name: "a.txt", type: "text/plain", how: "text", text: "one", isCut: false, path: null },
    { name: "b.bin", type: "application/octet-stream", how: "none", because: "no_text" },
  ]);
  const second = await rig.send({ text: "", chatId: first.chatId, agent: OPENCODE, attachments });
  await rig.ended(second.taskId);
  const [prompt] = opencode.prompts;
  expect(prompt!.handover).toContain("[Attached: shot.png (an image), a.txt, b.bin]");
  expect(prompt!.attachments!.map(({ how }) => how)).toEqual(["path", "text", "path"]);
  const [before, after] = await givenIn(rig);
  expect(before).toMatchObject({ to: "boocode", files: [{ how: "image" }, { how: "text" }, { how: "none", because: "no_text" }] });
  expect(after).toMatchObject({ to: "opencode", files: [{ how: "path", because: "no_images" }, { how: "text" }, { how: "path" }] });
  expect(await readFile(after!.files[0]!.path!)).toEqual(PNG);
});

it("a file that is gone is not given, and the turn goes on", async () => {
  await using rig = await createRig({ script: () => [{ do: "say", text: "x" }], takes: { images: true, paths: true } });
  const blobId = await store(rig, PNG);
  await rm(join(rig.path, "blobs", blobId.slice(0, 2)), { recursive: true });
  const sent = await rig.send({ text: "Look", attachments: [file(blobId, "shot.png")] });
  expect((await rig.ended(sent.taskId)).body).toMatchObject({ state: "completed" });
  expect(await givenIn(rig)).toMatchObject([{ files: [{ name: "shot.png", how: "none", because: "gone" }] }]);
});

it("a queued prompt keeps its files when its text changes, and can lose one; what its agent is given is what it has then", async () => {
  const barrier = new Barrier();
  await using rig = await createRig({
    script: ({ text }) => (text === "first" ? [{ do: "wait", barrier }] : []),
    takes: { images: true, paths: false },
  });
  const [a, b] = [await store(rig, PNG), await store(rig, "one")];
  const { chatId } = await rig.send({ text: "first" });
  await barrier.reached;
  const { taskId } = await rig.send({ text: "second", chatId, attachments: [file(a!, "shot.png"), file(b!, "a.txt")] });
  expect(await rig.tasks.edit(taskId, "changed")).toMatchObject({
    text: "changed",
    attachments: [{ name: "shot.png" }, { name: "a.txt" }],
  });
  expect(await rig.tasks.edit(taskId, "", [file(b!, "a.txt")])).toMatchObject({ text: "", attachments: [{ name: "a.txt" }] });
  await expect(rig.tasks.edit(taskId, "", [])).rejects.toMatchObject({ fault: { kind: "prompt_empty" } });
  await expect(rig.tasks.edit(taskId, "x", [file("0".repeat(64), "c")])).rejects.toMatchObject({ fault: { kind: "blob_not_found" } });
  expect((await rig.bodies()).findLast((body) => body.type === "prompt.accepted")).toMatchObject({ attachments: [{ name: "a.txt" }] });
  barrier.open();
  await rig.ended(taskId);
  expect(rig.backend.prompts[1]).toMatchObject({ text: "", attachments: [{ how: "text", text: "one" }] });
  // Nothing carries the other one any more.
  rig.blobs.sweep();
  await rig.blobs.swept();
  expect(await rig.blobs.read(a as never)).toBeNull();
  expect(await rig.blobs.read(b as never)).not.toBeNull();
});
