import type { Locator, Page } from "@playwright/test";
import { expect, expectNoAxeFindings, openDemo, send, settled, stop, submit, test, transcript } from "../fixture/journey.ts";

const queue = (page: Page) => page.getByRole("list", { name: "Queue" });
const row = (page: Page, text: string) => queue(page).getByRole("listitem").filter({ hasText: text });
const order = (page: Page) => expect(queue(page).getByRole("listitem").locator("span.truncate[title]:first-child"));
const handle = (of: Locator) => of.getByRole("button", { name: /^Move/ });

test("the queue is changed while a turn runs: moved by keyboard and mouse, edited, removed and brought back, sent now", async ({
  page,
  daemon,
}) => {
  await openDemo(page, daemon);
  await send(page, "count to 10000");
  await expect(transcript(page)).toContainText("12");
  for (const text of ["count to 3", "count to 4", "count to 5"]) await submit(page, text);
  await order(page).toHaveText(["count to 3", "count to 4", "count to 5"]);

  await handle(row(page, "count to 5")).focus();
  await page.keyboard.press("Alt+ArrowUp");
  await order(page).toHaveText(["count to 3", "count to 5", "count to 4"]);
  await page.keyboard.press("Alt+ArrowUp");
  await order(page).toHaveText(["count to 5", "count to 3", "count to 4"]);
  await expect(handle(row(page, "count to 5"))).toBeFocused();

  await handle(row(page, "count to 5")).hover();
  await page.mouse.down();
  const { x, y } = (await row(page, "count to 4").boundingBox())!;
  await page.mouse.move(x + 10, y + 10, { steps: 4 });
  await page.mouse.move(x + 10, y + 30, { steps: 4 });
  await page.mouse.up();
  await order(page).toHaveText(["count to 3", "count to 4", "count to 5"]);
  await page.reload();
  await order(page).toHaveText(["count to 3", "count to 4", "count to 5"]);

  await row(page, "count to 4").getByRole("button", { name: "Edit queued message" }).click();
  await page.getByRole("textbox", { name: "Queued message" }).fill("count to 6");
  await page.keyboard.press("Enter");
  await order(page).toHaveText(["count to 3", "count to 6", "count to 5"]);

  await row(page, "count to 3").getByRole("button", { name: "Remove from queue" }).click();
  await order(page).toHaveText(["count to 6", "count to 5"]);
  await page.getByRole("button", { name: "Undo" }).click();
  await order(page).toHaveText(["count to 3", "count to 6", "count to 5"]);
  await expectNoAxeFindings(page);

  await row(page, "count to 5").getByRole("button", { name: "Send now: stops the turn that runs" }).click();
  await expect(queue(page)).toBeHidden();
  await settled(page);
  await expect(stop(page)).toBeHidden();
  // The stopped first turn stands above, out of sight if it came far before it was stopped.
  const prompts = transcript(page).getByTestId("prompt");
  for (const [fromLast, text] of ["count to 6", "count to 3", "count to 5"].entries())
    await expect(prompts.nth(-1 - fromLast)).toHaveText(text);
});

test("a message is given to the agent during its turn, in its place, and what Enter does is said and remembered", async ({
  page,
  daemon,
}) => {
  await openDemo(page, daemon);
  await send(page, "count to 1200");
  await expect(transcript(page)).toContainText("12");
  await page.getByRole("button", { name: "Enter: Queue. Change" }).click();
  await page.getByRole("menuitem", { name: /^Steer/ }).click();
  await submit(page, "count to 3");
  await expect(row(page, "count to 3")).toContainText("The agent gets it before its next step");
  await page.reload();
  await expect(page.getByRole("button", { name: "Enter: Steer. Change" })).toBeVisible();
  await expectNoAxeFindings(page);
  await expect(transcript(page).getByTestId("steer")).toContainText("count to 3");
  await settled(page);
  await expect(queue(page)).toBeHidden();
  await expect(transcript(page).getByTestId("turn-end")).toHaveCount(1);
  await page.reload();
  await expect(transcript(page).getByTestId("steer")).toContainText("count to 3");
  await expect(transcript(page).getByText("1 2 3", { exact: true })).toBeVisible();
});
