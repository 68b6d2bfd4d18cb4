import { expect, it } from "vitest";
import type { GivenContent } from "@boocode/shared/attachments/given-content";
import { say, setUpScripted } from "./opencode-fixture.ts";

const ATTACHMENTS: readonly GivenContent[] = [
  { name: "shot.png", type: "image/png", how: "image", content: Buffer.from("png"), path: null },
  { name: "log.txt", type: "text/plain", how: "text", text: "one", isCut: false, path: null },
];

it("opencode is given images as files of their own, and texts and names as words that are not the person's", async () => {
  await using subject = await setUpScripted({ script: () => ({ steps: [{ do: "say", text: "Seen." }] }) });
  const conversation = await subject.backend.open(subject.opening);
  expect(await conversation.takes?.("")).toEqual({ images: null, paths: true });
  await say(conversation, "Look", undefined, { attachments: ATTACHMENTS });
  await say(conversation, "", undefined, { attachments: ATTACHMENTS });
  const sent = subject.opencode.requests.flatMap(({ path, body }) =>
    /prompt_async|\/prompt$/.test(path)
      ? [(body as { parts: { type: string; text?: string; synthetic?: boolean; url?: string }[] }).parts]
      : [],
  );
  const words = [
    ["text", "[The attached file log.txt:]\none\n[End of log.txt]", true],
    [
      "text",
      "[Files that the person attached:\n- shot.png (an image, given with this message)\n- log.txt (text, given with this message)]",
      true,
    ],
    ["file", "data:image/png;base64,cG5n", undefined],
  ];
  const shown = sent.map((parts) => parts.map(({ type, text, url, synthetic }) => [type, text ?? url, synthetic]));
  expect(shown).toEqual([[["text", "Look", undefined], ...words], words]);
});
