import { expect, it } from "vitest";
import type { GivenContent } from "@boocode/shared/attachments/given-content";
import { findCliProfile } from "./cli-profiles.ts";
import { say, setUpScripted } from "./cli-fixture.ts";

const FILE: GivenContent = { name: "a.pdf", type: "application/octet-stream", how: "path", path: "/given/1/a.pdf" };
const TEXT: GivenContent = { name: "b.txt", type: "text/plain", how: "text", text: "Bee", isCut: false, path: "/given/2/b.txt" };

it("Claude's command line may read the folders of the files, and is told them behind the person's words", async () => {
  await using subject = await setUpScripted({ prompts: [[{ do: "sayPrompt" }], [{ do: "sayProcess" }]] });
  const conversation = await subject.backend.open(subject.opening);
  expect(await conversation.takes?.("")).toEqual({ images: false, paths: true });
  expect((await say(conversation, "Look", undefined, { attachments: [FILE, TEXT] })).text).toBe(
    "Look\n\n[The attached file b.txt:]\nBee\n[End of b.txt]\n\n[Files that the person attached:\n- a.pdf: read it at /given/1/a.pdf\n- b.txt (text, given with this message), also at /given/2/b.txt]",
  );
  const { argv } = JSON.parse((await say(conversation, "Look", undefined, { attachments: [FILE, TEXT] })).text) as { argv: string[] };
  expect(argv).toEqual(expect.arrayContaining(["--add-dir=/given/1", "--add-dir=/given/2"]));
  // Its option takes several values, so another option has to stand behind it.
  expect(argv.at(-1)).not.toContain("--add-dir");
});

it.each([
  ["codex", null, ["--image=/given/1/a b.png"]],
  ["codex", "session-1", ["resume", "--image=/given/1/a b.png", "session-1"]],
  ["pi", null, ["@/given/1/a b.png"]],
])("%s, with the session %s, is given images by arguments of its own", (agent, resume, expected) => {
  const profile = findCliProfile(agent, []);
  const choice = { resume, model: "", mode: profile.modes[0]!.id, isTrusted: true, folders: [] };
  const argv = profile.toArgv({ ...choice, images: ["/given/1/a b.png"] });
  const at = argv.indexOf(expected[0]!);
  expect(profile.takesImages).toBe(true);
  expect(argv.slice(at, at + expected.length)).toEqual(expected);
  expect(profile.toArgv({ ...choice, images: [] }).join(" ")).not.toMatch(/image|@/);
});
