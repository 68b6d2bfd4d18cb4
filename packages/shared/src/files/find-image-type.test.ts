import { expect, it } from "vitest";
import { findImageType } from "./find-image-type.ts";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

it.each([
  ["\u0089PNG\r\n\u001a\nrest", "image/png"],
  ["\u00ff\u00d8\u00ffrest", "image/jpeg"],
  ["GIF87arest", "image/gif"],
  ["GIF89a", "image/gif"],
  ["RIFFxxxxWEBPVP8 ", "image/webp"],
  ["<svg xmlns='http://www.w3.org/2000/svg'>", null],
  ["PNG", null],
  ["", null],
])("%j is %s", (text, type) => expect(findImageType(bytes(text))).toBe(type));
