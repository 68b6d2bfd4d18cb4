import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

it("S15 every package is pinned by its hash, none comes from elsewhere than the registry, and none runs anything when it is installed", () => {
  const resolutions = [...read("pnpm-lock.yaml").matchAll(/^ {4}resolution: (.+)$/gm)].map(([, what]) => what!);
  expect(resolutions.length).toBeGreaterThan(100);
  expect(resolutions.filter((what) => !/^\{integrity: sha512-[\w+/=]+\}$/.test(what))).toEqual([]);
  const builds = /^allowBuilds:\n((?: {2}.+\n?)*)/m.exec(read("pnpm-workspace.yaml"))![1]!;
  expect(builds.split("\n").filter((line) => line !== "" && !line.endsWith(": false"))).toEqual([]);
  expect(read("tooling/bootstrap/install.mjs")).toContain('"--frozen-lockfile"');
});

it("S15 every direct dependency is one exact version", () => {
  const manifests = globSync(["package.json", "e2e/package.json", "{apps,packages}/*/package.json"], { cwd: ROOT });
  const loose = manifests.flatMap((file) => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(read(file)) as Record<string, Record<string, string> | undefined>;
    return Object.entries({ ...dependencies, ...devDependencies })
      .filter(([, version]) => !/^(?:\d+\.\d+\.\d+[\w.-]*|workspace:\*|catalog:)$/.test(version))
      .map(([name, version]) => `${file}: ${name} ${version}`);
  });
  expect(loose).toEqual([]);
  const catalog = /^catalog:\n((?: {2}.+\n)*)/m.exec(read("pnpm-workspace.yaml"))![1]!;
  expect(catalog.split("\n").filter((line) => line !== "" && !/: \d+\.\d+\.\d+[\w.-]*$/.test(line))).toEqual([]);
});

it("S15 the page names no other origin", () => {
  const files = ["apps/web/index.html", ...globSync("apps/web/public/*.{js,webmanifest,svg}", { cwd: ROOT })];
  const named = files.flatMap((file) =>
    [...read(file).matchAll(/(?:src|href|url|import|fetch)\W{1,3}(https?:\/\/[^"'\s)]+)/g)].map(([, address]) => `${file}: ${address}`),
  );
  expect(files.length).toBeGreaterThan(2);
  expect(named).toEqual([]);
});
