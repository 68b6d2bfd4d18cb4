/** Addresses that stand for all of a machine's, best first. */
const ANY = ["0.0.0.0", "::"];
const HERE = /^(?:127(?:\.\d{1,3}){3}|::1)$/;
const PAGE_HERE = /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Returns the one of a port's addresses that is most widely reached. */
export function decideAddress(addresses: readonly string[]): string {
  const rank = (address: string) => (ANY.includes(address) ? 0 : HERE.test(address) ? 2 : 1);
  return addresses.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))[0] ?? "0.0.0.0";
}

/**
 * Returns a link to a server, or null if the page's browser is on another machine and the server is not reached from there. `pageHost`: the
 * host in the page's own address, an IPv6 address in brackets.
 */
export function decideServerLink({ address, port }: { address: string; port: number }, pageHost: string): string | null {
  if (ANY.includes(address)) return `http://${pageHost}:${port}/`;
  if (HERE.test(address) && !PAGE_HERE.test(pageHost)) return null;
  return `http://${address.includes(":") ? `[${address}]` : address}:${port}/`;
}
