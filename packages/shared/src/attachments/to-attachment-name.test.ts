import * as fc from "fast-check";
import { expect, it } from "vitest";
import { Attachment } from "./attachment.ts";
import { toAttachmentName } from "./to-attachment-name.ts";

it.each([
  ["a plain name", "shot.png", "shot.png"],
  ["a path", "../../etc/passwd", "passwd"],
  ["a path of Windows", "C:\\Users\\me\\a b.txt", "a b.txt"],
  ["nothing but dots", "..", "file"],
  ["nothing", "", "file"],
  ["a hidden file", ".bashrc", "bashrc"],
  ["an option", "--rf.txt", "rf.txt"],
  ["control characters and a line", "a\u0000\u001b[31m\nb.txt", "a[31mb.txt"],
  ["a turned direction", "gpj.\u202eexe", "gpj.exe"],
  ["what is no name on other systems", 'a:b*?"<>|.txt ', "a_b______.txt"],
  ["letters of any language", "écran 截图.png", "écran 截图.png"],
  ["a long name keeps its ending", `${"x".repeat(300)}.png`, `${"x".repeat(196)}.png`],
])("the name of an attached file is made safe: %s", (_, given, expected) => expect(toAttachmentName(given)).toBe(expected));

it("S7 any name becomes one plain component of a path, and stays what it became", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 250 }), (given) => {
      const name = toAttachmentName(given);
      const isSafe = !/[/\\\p{Cc}]/u.test(name) && !/^[.~-]/.test(name) && name.isWellFormed();
      return isSafe && Attachment.shape.name.safeParse(name).success && toAttachmentName(name) === name;
    }),
  );
});
