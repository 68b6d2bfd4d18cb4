import { expect, it } from "vitest";
import { toBaseUrl } from "./to-base-url.ts";

it.each([
  ["http://a", "http://a/v1"],
  ["http://a/", "http://a/v1"],
  ["http://a/v1/", "http://a/v1"],
  ["HTTPS://A:443/api/v1?x=1#y", "https://a/api/v1"],
  ["http://[::1]:8080", "http://[::1]:8080/v1"],
])("%s is %s", (text, url) => {
  expect(toBaseUrl(text)).toEqual({ kind: "url", url });
  expect(toBaseUrl(url)).toEqual({ kind: "url", url });
});

it.each(["lab:8080", "file:///etc/passwd", "ftp://a", "", "http://me:secret@a", "http://me@a"])("refuses %s", (text) => {
  expect(toBaseUrl(text)).toMatchObject({ kind: "refused" });
});
