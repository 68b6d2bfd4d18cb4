import type { Attachment, FileType } from "@boocode/shared/attachments/attachment";
import { BlobId } from "@boocode/shared/ids";
import { buildAgent } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { describeGiven, describeGiving, toTakes } from "./describe-attachment.ts";

const file = (name: string, type: FileType, bytes = 9): Attachment => ({ blobId: BlobId.parse("0".repeat(64)), name, type, bytes });
const image = file("shot.png", "image/png");
const zip = file("a.zip", "application/octet-stream");
const long = file("log.txt", "text/plain", 100_000);

it.each([
  ["nothing, where all is given as it is", { images: true, paths: true }, [image, zip], []],
  ["nothing, where it is not known", { images: null, paths: true }, [image], []],
  [
    "an agent without images that reads files",
    { images: false, paths: true },
    [image],
    ["goose takes no images: shot.png is given as a file that it can read"],
  ],
  [
    "an agent that takes only words",
    { images: false, paths: false },
    [image, zip, long],
    [
      "goose takes no images: shot.png is not given, only named",
      "goose reads only text and images: a.zip is not given, only named",
      "It is too large to be given whole: log.txt is given in part",
    ],
  ],
])("before sending it is said: %s", (_, takes, files, expected) => expect(describeGiving("goose", takes, files)).toEqual(expected));

it("afterwards the same is said of what was given", () => {
  const given = { name: "shot.png", how: "path", because: "no_images", isCut: false, path: "/a" } as const;
  const usual = { ...given, how: "image", because: null } as const;
  expect(describeGiven("goose", [usual, given])).toEqual(["goose takes no images: shot.png was given as a file that it can read"]);
});

it("the chosen model decides whether images are taken, where it is known", () => {
  const models = [
    { id: "blind", label: "Blind", isScripted: false, takesImages: false },
    { id: "other", label: "Other", isScripted: false },
  ];
  const agent = buildAgent({ models, defaultModel: "blind", takes: { images: null, paths: false } });
  expect([toTakes(agent, ""), toTakes(agent, "other")]).toEqual([
    { images: false, paths: false },
    { images: null, paths: false },
  ]);
});
