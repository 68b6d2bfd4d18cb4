import { expect, message, openDemo, send, settled, test, transcript } from "../fixture/journey.ts";

test("a page requests its first view at once, in few requests and without repeats", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  await send(page, "list files");
  await settled(page);
  await expect(page.getByRole("navigation", { name: "Sessions" })).toContainText("list files");

  const urls: URL[] = [];
  page.on("request", (request) => urls.push(new URL(request.url())));
  // The page's code is held back until everything that the first view shows has been requested.
  const first = [page.waitForRequest(/\/trpc\/.*chats\.transcript/), page.waitForRequest(/\/trpc\/.*agents\.list/)];
  await page.route(/\/assets\/index-.*\.js/, async (route) => {
    await Promise.all(first);
    await route.continue();
  });
  // The page is idle once it has loaded the code that the first clicks need.
  const later = page.waitForResponse(/\/assets\/later-/);
  await page.reload();
  await expect(transcript(page)).toContainText("README.md");
  await expect(message(page)).toBeVisible();
  await (await later).finished();

  expect(urls.length, urls.map(({ pathname }) => pathname).join("\n")).toBeLessThanOrEqual(15);
  const asked = urls.flatMap(({ pathname }) => /^\/trpc\/(.+)$/.exec(pathname)?.[1]?.split(",") ?? []);
  expect(asked.toSorted()).toEqual([...new Set(asked)].toSorted());
  expect(urls.filter(({ pathname, search }) => pathname.startsWith("/trpc/") && search.includes("input="))).toHaveLength(2);
});

test("changes between the first read and the connection arrive, and a restarted daemon is read again", async ({ page, home, daemon }) => {
  await openDemo(page, daemon);
  const second = await page.context().newPage();
  // The connection opens late: until then, the page has only its first data.
  let connect = () => {};
  const held = new Promise<void>((resolve) => (connect = resolve));
  await second.routeWebSocket(/\/trpc/, async (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((data) => void held.then(() => server.send(data)));
  });
  await second.goto(page.url());
  await expect(message(second)).toBeVisible();
  const rows = (view: typeof page) => view.getByRole("navigation", { name: "Sessions" }).getByRole("listitem");
  await expect(rows(second)).toHaveCount(1);
  await page.getByRole("button", { name: "New session" }).first().click();
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(second)).toHaveCount(1);
  connect();
  await expect(rows(second)).toHaveCount(2);
  await second.close();

  await daemon.stop();
  await home.start();
  await expect(page.getByText("live", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "New session" }).first().click();
  await expect(rows(page)).toHaveCount(3);
});
