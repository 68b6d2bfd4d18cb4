import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const css = await readFile(new URL("../index.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map((match) => [
    match[1],
    [match[2], match[3]] as const,
  ]),
);

const grounds = ["canvas", "surface", "raised", "inset"];
const inks = [...tokens.keys()].filter((name) => name === "ink" || name === "muted" || name === "faint" || name?.startsWith("agent-"));
const meanings = ["accent", "added", "removed", "amber"];
const pairs = [
  ...grounds.flatMap((ground) => [...inks, ...meanings].map((ink) => [ink, ground])),
  ...meanings.map((name) => [name, `${name}-soft`]),
  ...["added-soft", "removed-soft", "accent-soft", "amber-soft"].map((ground) => ["ink", ground]),
];

test.each(pairs)("%s reads on %s in both themes", (ink, ground) => {
  for (const theme of [0, 1] as const) {
    expect(contrast(tokens.get(ink!)![theme]!, tokens.get(ground!)![theme]!)).toBeGreaterThanOrEqual(4.5);
  }
});

/** What lies on a ground under a translucent token: a row that is chosen or under the pointer. */
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
