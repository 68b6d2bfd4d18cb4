import { expect, message, openDemo, send, settled, stop, submit, test, transcript } from "../fixture/journey.ts";

test("Stop ends a turn, keeps what was said, and the next prompt works", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await send(page, "count to 10000");
  await expect(transcript(page)).toContainText("12");
  await stop(page).click();
  await settled(page);
  await expect(transcript(page)).toContainText(/stopped/i);
  await expect(transcript(page)).toContainText("12");
  await expect(stop(page)).toBeHidden();

  await send(page, "list files");
  await settled(page);
  await expect(transcript(page)).toContainText("README.md");
});

test("a reload in the middle of a turn loses nothing and shows nothing twice; a second browser shows the same", async ({
  page,
  daemon,
  context,
}) => {
  await openDemo(page, daemon);
  await message(page).fill("a draft that is not sent");
  await page.reload();
  await expect(message(page)).toHaveValue("a draft that is not sent");

  await send(page, "count to 150");
  await expect(transcript(page)).toContainText("12");
  await page.reload();
  const second = await context.newPage();
  await second.goto(page.url());
  await expect(transcript(second)).toContainText("12");
  await page.reload();
  for (const view of [page, second]) {
    await settled(view);
    await expect(transcript(view).getByText("count to 150", { exact: true })).toHaveCount(1);
    const numbers = (await transcript(view).innerText()).match(/\b\d+\b/g)!.map(Number);
    const counted = numbers.slice(numbers.indexOf(1), numbers.indexOf(1) + 150);
    expect(counted).toEqual(Array.from({ length: 150 }, (_, place) => place + 1));
  }
});

test("two chats of one session take turns, and the waiting one says why", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await send(page, "count to 10000");
  await expect(transcript(page)).toContainText("12");

  await page.getByRole("button", { name: "New tab" }).click();
  await expect(page.getByRole("tablist", { name: "Chats" }).getByRole("tab")).toHaveCount(2);
  await submit(page, "create a file second.md that says after you");
  await expect(page.getByText(/waits for/i)).toContainText("count to 10000");

  await page.getByRole("tab", { name: /count to 10000/ }).click();
  await stop(page).click();
  await settled(page);
  await page.getByRole("tab", { name: /second\.md/ }).click();
  await settled(page);
  await expect(page.getByRole("region", { name: "Pending changes" })).toContainText("second.md");
});

test("two sessions run in parallel", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await send(page, "count to 10000");
  await expect(transcript(page)).toContainText("12");
  const first = page.url();

  await page.getByRole("button", { name: "New session" }).first().click();
  await expect(page).not.toHaveURL(first);
  await send(page, "create a file beside.md that says side by side");
  await settled(page);

  await page.goto(first);
  await expect(stop(page)).toBeVisible();
  await stop(page).click();
  await settled(page);
});
