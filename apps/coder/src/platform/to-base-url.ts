/** Normalises a model server's address to the base of its API: people paste the bare address, and the API is under its version. */
export function toBaseUrl(text: string): { kind: "url"; url: string } | { kind: "refused"; reason: string } {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return { kind: "refused", reason: "It is not an http or https address." };
  if (url.username !== "" || url.password !== "")
    return { kind: "refused", reason: "Leave out what stands before the @, and give it as the key." };
  url.hash = "";
  url.search = "";
  if (url.pathname === "/") url.pathname = "/v1";
  return { kind: "url", url: url.toString().replace(/\/+$/, "") };
}
