import * as fc from "fast-check";
import { expect, it } from "vitest";
import { toNextPath, toPastedPath, toTypedPath } from "./typed-path.ts";

it.each([
  ["/srv/app", "/srv/app"],
  ["/srv/app/", "/srv/app/"],
  ["  /srv/app\r\n", "/srv/app"],
  ["\n\n/srv/app\n/srv/other\n", "/srv/app"],
  ["\uFEFF\u202A/srv/app\u202C", "/srv/app"],
  [`"/srv/my app"`, "/srv/my app"],
  [`'/srv/my app' `, "/srv/my app"],
  ["`~/app`", "~/app"],
  ["“/srv/app”", "/srv/app"],
  [`"/srv/ap`, "/srv/ap"],
  ["/srv/my\\ app\\ \\(1\\)", "/srv/my app (1)"],
  [`"/srv/a\\ b"`, "/srv/a\\ b"],
  ["/srv/a\\b", "/srv/a\\b"],
  ["file:///srv/my%20app", "/srv/my app"],
  ["FILE://localhost/srv/app", "/srv/app"],
  ["file:/srv/app", "/srv/app"],
  ["file:///srv/100%", "/srv/100%"],
  ["'file:///srv/app'", "/srv/app"],
  ["file://host/srv/app", "file://host/srv/app"],
  ["~ada/app", "~ada/app"],
  ["app", "app"],
  ["", ""],
  [" \r\n ", ""],
])("%j is the path %j", (text, path) => {
  expect(toTypedPath(text)).toBe(path);
});

it.each([
  ["/srv/app", "/srv/app"],
  ["~", "~"],
  ["~/app", "~/app"],
  ["~ada/app", "~ada/app"],
  [`"file:///srv/app"\r\n`, "/srv/app"],
  ["app", null],
  ["my app", null],
  ["~ is my home", null],
  ["https://example.com/app", null],
  ["", null],
])("%j pasted replaces the field's text with %j", (text, path) => {
  expect(toPastedPath(text)).toBe(path);
});

it.each([
  ["~/", "~//", "/"],
  ["~/", "~/~", "~"],
  ["~/", "~/a", "~/a"],
  ["~/a", "~/a/", "~/a/"],
  ["/srv/", "/srv//", "/srv//"],
])("typing after %j, %j becomes %j", (before, next, after) => {
  expect(toNextPath(before, next)).toBe(after);
});

it("leaves a plain path as it is, and is the same when read twice, in every case", () => {
  const name = fc.stringMatching(/^[A-Za-z0-9._-][A-Za-z0-9 ._-]{0,8}[A-Za-z0-9._-]$/);
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join("/")}`);
  const around = fc.constantFrom(["", ""], ['"', '"'], ["'", "'"], [" ", "\r\n"], ["file://", ""], ["\uFEFF", "\n"]);
  fc.assert(
    fc.property(path, around, (plain, [before, after]) => {
      expect(toTypedPath(`${before}${plain}${after}`)).toBe(plain);
      expect(toPastedPath(`${before}${plain}${after}`)).toBe(plain);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => !/[\r\n]/.test(toTypedPath(text))));
});
