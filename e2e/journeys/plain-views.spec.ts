import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { changes, expect, expectNoAxeFindings, send, settled, test } from "../fixture/journey.ts";
import { openPath, worktreeOf } from "../fixture/open-path.ts";

/** An image of one pixel. */
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64");

test("an image is shown as it is now, and one that is damaged says so instead of nothing", async ({ page, daemon }) => {
  await using repository = await createRepository({ "notes.md": "# Notes\n" });
  await openPath(page, daemon, repository.path);
  await send(page, "append One to notes.md");
  await settled(page);
  const tree = await worktreeOf(repository);
  await writeFile(join(tree, "whole.png"), PIXEL);
  await writeFile(join(tree, "damaged.png"), PIXEL.subarray(0, 16));
  const panel = changes(page);
  await panel.getByRole("button", { name: "Look for changes on disk" }).click();
  await panel.getByRole("row", { name: "whole.png", exact: true }).click();
  await expect.poll(() => panel.getByRole("img", { name: "Now" }).evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  await panel.getByRole("row", { name: "damaged.png", exact: true }).click();
  await expect(panel).toContainText("This image cannot be shown");
  await expect(panel.getByRole("img", { name: "Now" })).toHaveCount(1);
  await expectNoAxeFindings(page);
});
