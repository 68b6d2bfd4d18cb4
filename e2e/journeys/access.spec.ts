import { expect, openDemo, test } from "../fixture/journey.ts";

test("without a token the page asks for one, and a wrong one is refused with a message", async ({ page, daemon }) => {
  await page.goto(daemon.origin);
  await expect(page.getByText(/npm start/)).toBeVisible();
  await page.goto(`${daemon.origin}/#token=wrong`);
  await page.reload();
  await expect(page.getByText(/npm start/)).toBeVisible();
});

test("the page runs under its content security policy and contacts no other machine", async ({ page, daemon }) => {
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on("console", (entry) => {
    if (entry.type() === "error") complaints.push(entry.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(daemon.origin) && !/^(?:data|blob):/.test(request.url())) elsewhere.push(request.url());
  });
  await openDemo(page, daemon);
  expect(complaints).toEqual([]);
  expect(elsewhere).toEqual([]);
});
