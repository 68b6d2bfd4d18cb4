import { expect, it } from "vitest";
import type { GivenContent } from "@boocode/shared/attachments/given-content";
import { say, setUpScripted } from "./acp-fixture.ts";

const ATTACHMENTS: readonly GivenContent[] = [
  { name: "shot.png", type: "image/png", how: "image", content: Buffer.from("png"), path: "/given/1/shot.png" },
  { name: "log.txt", type: "text/plain", how: "text", text: "one\ntwo", isCut: true, path: null },
  { name: "data.bin", type: "application/octet-stream", how: "path", path: "/given/2/data.bin" },
  { name: "gone.bin", type: "application/octet-stream", how: "none", because: "gone" },
];
const ABOUT = {
  type: "text",
  text: "[Files that the person attached:\n- shot.png (an image, given with this message), also at /given/1/shot.png\n- log.txt (its beginning is given with this message)\n- data.bin: read it at /given/2/data.bin\n- gone.bin: it is not stored any more]",
};
const IMAGE = { type: "image", mimeType: "image/png", data: "cG5n" };

it("an agent that takes images and embedded texts is given both as blocks of their own, and told the rest in words", async () => {
  const promptCapabilities = { image: true, embeddedContext: true };
  await using subject = await setUpScripted({ prompts: [[{ do: "sayPrompt" }]], promptCapabilities });
  const conversation = await subject.backend.open(subject.opening);
  expect(await conversation.takes?.("")).toEqual({ images: true, paths: true });
  expect(subject.backend.details().takes).toEqual({ images: true, paths: true });
  const { text } = await say(conversation, "Look", undefined, { attachments: ATTACHMENTS });
  expect(JSON.parse(text)).toEqual([
    { type: "text", text: "Look" },
    IMAGE,
    {
      type: "resource",
      resource: { uri: "attachment:///log.txt", mimeType: "text/plain", text: "one\ntwo\n[The rest of the file is too long to be given.]" },
    },
    ABOUT,
  ]);
});

it("an agent without embedded texts is given them as words, an empty prompt is no block, and it says before a prompt that it takes no images", async () => {
  await using subject = await setUpScripted({ prompts: [[{ do: "sayPrompt" }]], promptCapabilities: {} });
  expect(subject.backend.details().takes).toEqual({ images: null, paths: true });
  const conversation = await subject.backend.open(subject.opening);
  expect(await conversation.takes?.("")).toEqual({ images: false, paths: true });
  expect(subject.backend.details().takes).toEqual({ images: false, paths: true });
  const { text } = await say(conversation, "", undefined, { attachments: [ATTACHMENTS[1]!] });
  expect(JSON.parse(text)).toEqual([
    {
      type: "text",
      text: "[The attached file log.txt:]\none\ntwo\n[The rest of the file is too long to be given.]\n[End of log.txt]",
    },
    { type: "text", text: "[Files that the person attached:\n- log.txt (its beginning is given with this message)]" },
  ]);
});
