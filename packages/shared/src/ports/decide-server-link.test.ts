import { expect, it } from "vitest";
import { decideAddress, decideServerLink } from "./decide-server-link.ts";

it.each([
  ["0.0.0.0", "box.lan", "http://box.lan:21000/"],
  ["::", "[::1]", "http://[::1]:21000/"],
  ["127.0.0.1", "localhost", "http://127.0.0.1:21000/"],
  ["::1", "localhost", "http://[::1]:21000/"],
  ["::1", "127.0.0.1", "http://[::1]:21000/"],
  ["127.0.0.1", "box.lan", null],
  ["::1", "100.64.0.7", null],
  ["100.64.0.7", "box.lan", "http://100.64.0.7:21000/"],
  ["fd00::7", "127.0.0.1", "http://[fd00::7]:21000/"],
])("a server on %s, seen from %s: %s", (address, pageHost, link) => {
  expect(decideServerLink({ address, port: 21_000 }, pageHost)).toBe(link);
});

it.each([
  [["::1", "127.0.0.1"], "127.0.0.1"],
  [["127.0.0.1", "::"], "::"],
  [["::1", "100.64.0.7"], "100.64.0.7"],
  [["::1"], "::1"],
])("of %j it is linked to %s", (addresses, address) => {
  expect(decideAddress(addresses)).toBe(address);
});
