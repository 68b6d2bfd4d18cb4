import { expect, it } from "vitest";
import type { GivenContent } from "@boocode/shared/attachments/given-content";
import { BlobId } from "@boocode/shared/ids";
import { BUILT_IDS, buildEvents } from "@boocode/shared/testing/build";
import { applyChatEvents, emptyTranscript } from "@boocode/shared/chats/apply-chat-event";
import { acceptPrompt, endTask } from "@boocode/shared/testing/build-body";
import type { ModelReply } from "@boocode/testkit/model/model-script";
import { setUpNative } from "./native-fixture.ts";

const PNG = Buffer.from("\u0089PNG\r\n\u001a\n", "latin1");
const DATA_URL = `data:image/png;base64,${PNG.toString("base64")}`;
const image: GivenContent = { name: "shot.png", type: "image/png", how: "image", content: PNG, path: null };
const note: GivenContent = { name: "a.txt", type: "text/plain", how: "text", text: "Ay", isCut: false, path: null };
const ok: ModelReply = { steps: [{ kind: "text", text: "Seen." }] };
const ABOUT =
  "[The attached file a.txt:]\nAy\n[End of a.txt]\n\n[Files that the person attached:\n- shot.png (an image, given with this message)\n- a.txt (text, given with this message)]";

it("the model is given images as data URLs and texts in the words", async () => {
  await using subject = await setUpNative([ok]);
  await subject.run("Look", "", undefined, undefined, "auto", [image, note]);
  expect(subject.model.requests[0]!.body.messages.at(-1)).toEqual({
    role: "user",
    content: [
      { type: "text", text: `Look\n\n${ABOUT}` },
      { type: "image_url", image_url: { url: DATA_URL } },
    ],
  });
});

it("a model that refuses images is asked without them; the transcript says so, and it is known from then on", async () => {
  await using subject = await setUpNative([{ status: 400, body: '{"error":{"message":"image input is not supported"}}' }, ok]);
  expect(await subject.conversation.takes?.("")).toEqual({ images: null, paths: false });
  const { end, events } = await subject.run("Look", "", undefined, undefined, "auto", [image]);
  expect(end).toMatchObject({ state: "completed" });
  const [, again] = subject.model.requests;
  const last = again!.body.messages.at(-1) as { content: string };
  expect(JSON.stringify(last)).toContain("The image shot.png is left out");
  expect(JSON.stringify(last)).not.toContain("image_url");
  expect(events).toContainEqual(
    expect.objectContaining({ type: "notice", level: "warning", text: expect.stringContaining("did not take the images") }),
  );
  expect(await subject.conversation.takes?.("")).toEqual({ images: false, paths: false });
  expect((await subject.backend.listModels())[0]).toMatchObject({ takesImages: false });
});

it("a failure that is none of images, or comes again, is what it is", async () => {
  await using subject = await setUpNative([
    { status: 429, body: "slow down" },
    { status: 400, body: "bad" },
    { status: 400, body: "bad" },
  ]);
  const first = await subject.run("Look", "", undefined, undefined, "auto", [image]);
  expect(first.end).toMatchObject({ state: "failed", cause: "model_rate_limited" });
  const second = await subject.run("Look", "", undefined, undefined, "auto", [image]);
  expect(second.end).toMatchObject({ state: "failed", cause: "model_refused" });
  expect(subject.model.requests).toHaveLength(3);
  expect(await subject.conversation.takes?.("")).toEqual({ images: null, paths: false });
});

it("the files of earlier prompts are read again, and one that is gone is named", async () => {
  const [a, b] = ["a", "b"].map((digit) => BlobId.parse(digit.repeat(64)));
  const attachments = [
    { blobId: a!, name: "shot.png", bytes: PNG.length, type: "image/png" as const },
    { blobId: b!, name: "gone.txt", bytes: 3, type: "text/plain" as const },
  ];
  const events = buildEvents([{ ...acceptPrompt("Look"), attachments }, endTask("completed")]);
  const { items } = applyChatEvents(emptyTranscript(BUILT_IDS.chat), events);
  await using subject = await setUpNative([ok], { items, blobs: { [a!]: PNG } });
  await subject.run("And now?");
  const [, past] = subject.model.requests[0]!.body.messages;
  expect(past).toEqual({
    role: "user",
    content: [
      {
        type: "text",
        text: "Look\n\n[Files that the person attached:\n- shot.png (an image, given with this message)\n- gone.txt: it is not stored any more]",
      },
      { type: "image_url", image_url: { url: DATA_URL } },
    ],
  });
});
