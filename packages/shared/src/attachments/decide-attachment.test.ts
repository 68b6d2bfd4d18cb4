import { describe, expect, it } from "vitest";
import {
  decideAttachment,
  decideAttachments,
  MAX_GIVEN_IMAGE_BYTES,
  MAX_GIVEN_TEXT_BYTES,
  MAX_GIVEN_TEXTS_BYTES,
} from "./decide-attachment.ts";
import type { FileType } from "./attachment.ts";

const ALL = { images: true, paths: true };
const UNKNOWN = { images: null, paths: false };
const NO_IMAGES = { images: false, paths: true };
const WORDS = { images: false, paths: false };
const PNG: FileType = "image/png";
const TEXT: FileType = "text/plain";
const OTHER: FileType = "application/octet-stream";

describe("how an agent is given a file", () => {
  it.each([
    ["an image, to one that takes images", ALL, PNG, 9, { how: "image", because: null }],
    ["an image, where nobody knows", UNKNOWN, PNG, 9, { how: "image", because: null }],
    ["an image, to one that takes none but reads files", NO_IMAGES, PNG, 9, { how: "path", because: "no_images" }],
    ["an image, to one that takes only words", WORDS, PNG, 9, { how: "none", because: "no_images" }],
    ["an image of the largest size", ALL, PNG, MAX_GIVEN_IMAGE_BYTES, { how: "image", because: null }],
    ["an image that is too large", ALL, PNG, MAX_GIVEN_IMAGE_BYTES + 1, { how: "path", because: "too_large" }],
    [
      "an image that is too large, where there are no paths",
      UNKNOWN,
      PNG,
      MAX_GIVEN_IMAGE_BYTES + 1,
      { how: "none", because: "too_large" },
    ],
    ["a text", WORDS, TEXT, 9, { how: "text", because: null, maxBytes: 9 }],
    ["an empty text", ALL, TEXT, 0, { how: "text", because: null, maxBytes: 0 }],
    ["a long text, to one that reads files", ALL, TEXT, MAX_GIVEN_TEXT_BYTES + 1, { how: "path", because: "too_large" }],
    [
      "a long text, to one that takes only words: its beginning",
      WORDS,
      TEXT,
      MAX_GIVEN_TEXT_BYTES + 1,
      { how: "text", because: "too_large", maxBytes: MAX_GIVEN_TEXT_BYTES },
    ],
    ["anything else, to one that reads files", ALL, OTHER, 9, { how: "path", because: null }],
    ["anything else, to one that takes only words and images", UNKNOWN, OTHER, 9, { how: "none", because: "no_text" }],
  ])("%s", (_, takes, type, bytes, expected) => expect(decideAttachment(takes, { type, bytes })).toEqual(expected));
});

it("texts share the room of a prompt, in their order: what does not fit is a path, or is cut, or is left out", () => {
  const whole = { type: TEXT, bytes: MAX_GIVEN_TEXT_BYTES };
  const small = { type: TEXT, bytes: 100 };
  const files = [small, whole, whole, whole];
  const rest = MAX_GIVEN_TEXTS_BYTES - MAX_GIVEN_TEXT_BYTES - 100;
  expect(decideAttachments(ALL, files).map(({ how, because }) => [how, because])).toEqual([
    ["text", null],
    ["text", null],
    ["path", "too_many"],
    ["path", "too_many"],
  ]);
  expect(decideAttachments(WORDS, files).slice(2)).toEqual([
    { how: "text", because: "too_many", maxBytes: rest },
    { how: "none", because: "too_many" },
  ]);
});
