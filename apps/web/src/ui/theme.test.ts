import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const css = await readFile(new URL("../index.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map((match) => [
    match[1],
    [match[2], match[3]] as const,
  ]),
);

const ansi = Array.from({ length: 16 }, (_, number) => `ansi-${number}`);
const grounds = ["canvas", "surface", "raised", "inset"];
const inks = [...tokens.keys()].filter((name) => name === "ink" || name === "muted" || name === "faint" || name?.startsWith("agent-"));
const meanings = ["accent", "added", "removed", "amber"];
const pairs = [
  ...grounds.flatMap((ground) => [...inks, ...meanings].map((ink) => [ink, ground])),
  ...meanings.map((name) => [name, `${name}-soft`]),
  ...["added-soft", "removed-soft", "accent-soft", "amber-soft"].map((ground) => ["ink", ground]),
];

/** Names composed at run time, with the possible values of the variable part. */
const HOLES: Record<string, readonly string[]> = {
  "ansi-": ansi.map((name) => name.slice("ansi-".length)),
  "agent-": ["boocode", "opencode", "qwen", "goose", "claude", "codex", "gemini", "pi", "other"],
};

test("every custom property that is used is defined", async () => {
  const root = new URL("..", import.meta.url).pathname;
  const used = new Map<string, string>();
  const defined = new Set<string>();
  for (const name of await readdir(root, { recursive: true })) {
    if (!/\.(?:tsx?|css)$/.test(name) || name.includes(".test.")) continue;
    // The highlighter's colour names are only parsed and never used in a style.
    const text = (await readFile(join(root, name), "utf8")).replaceAll("--shiki-", "");
    for (const [, property] of text.matchAll(/(?:^|[\s{;"'`[])--([a-z][\w-]*)(?=["'`\]]?\s*:)/gm)) defined.add(property!);
    for (const [, property, hole] of text.matchAll(/(?:var\(|\()--([a-z][\w-]*)(\$\{)?/g)) {
      for (const end of hole ? (HOLES[property!] ?? ["?"]) : [""]) used.set(`${property}${end}`, name);
    }
  }
  // Base UI sets these on its popups, according to its documentation.
  for (const name of ["available-height", "available-width", "anchor-width"]) defined.add(name);
  expect([...used].filter(([property]) => !defined.has(property))).toEqual([]);
  expect(used.size).toBeGreaterThan(40);
});

test.each(pairs)("%s reads on %s in both themes", (ink, ground) => {
  for (const theme of [0, 1] as const) {
    expect(contrast(tokens.get(ink!)![theme]!, tokens.get(ground!)![theme]!)).toBeGreaterThanOrEqual(4.5);
  }
});

test.each(ansi)("%s of a terminal's sixteen colours reads on the canvas, and on a tint of each of them, in both themes", (ink) => {
  for (const theme of [0, 1] as const) {
    const canvas = tokens.get("canvas")![theme]!;
    const colour = tokens.get(ink)![theme]!;
    expect(contrast(colour, canvas)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(tokens.get("ink")![theme]!, mix(colour, canvas, 0.16))).toBeGreaterThanOrEqual(4.5);
  }
});

const codeCss = await readFile(new URL("../files/code/code.css", import.meta.url), "utf8");
const code = [...codeCss.matchAll(/color: (?:light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)|var\(--([a-z]+)\));/g)].map(
  ([rule, light, dark, token]): [string, readonly [string, string]] => [
    rule,
    light && dark ? [light, dark] : (tokens.get(token) as [string, string]),
  ],
);

test.each(code)("code with %s reads on the page and on added and deleted lines, in both themes", (_, ink) => {
  for (const theme of [0, 1] as const) {
    for (const ground of ["canvas", "surface", "added-soft", "removed-soft"]) {
      expect(contrast(ink[theme], tokens.get(ground)![theme]!)).toBeGreaterThanOrEqual(4.5);
    }
  }
});

/** Translucent tokens drawn on a background: a selected or hovered row. */
const veils = new Map(
  [...css.matchAll(/--(hover|active): light-dark\(#(?:0{6}|f{6})([0-9a-f]{2}), #(?:0{6}|f{6})([0-9a-f]{2})\);/g)].map((match) => [
    match[1],
    [match[2], match[3]] as const,
  ]),
);
const veiled = ["hover", "active"].flatMap((veil) =>
  ["canvas", "surface", "raised"].flatMap((ground) => ["ink", "muted", "faint"].map((ink) => [ink, ground, veil])),
);

test.each(veiled)("%s reads on %s under %s in both themes", (ink, ground, veil) => {
  for (const theme of [0, 1] as const) {
    const share = Number.parseInt(veils.get(veil)![theme]!, 16) / 255;
    const seen = blend(tokens.get(ground!)![theme]!, theme === 0 ? 0 : 255, share);
    expect(contrast(tokens.get(ink!)![theme]!, seen)).toBeGreaterThanOrEqual(4.5);
  }
});

function mix(hex: string, ground: string, share: number): string {
  const channel = (from: string, at: number) => Number.parseInt(from.slice(at, at + 2), 16);
  const channels = [1, 3, 5].map((at) => Math.round(channel(hex, at) * share + channel(ground, at) * (1 - share)));
  return `#${channels.map((each) => each.toString(16).padStart(2, "0")).join("")}`;
}

function blend(hex: string, over: number, share: number): string {
  const channels = [1, 3, 5].map((at) => Math.round(Number.parseInt(hex.slice(at, at + 2), 16) * (1 - share) + over * share));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
