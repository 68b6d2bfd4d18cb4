import type { Page } from "@playwright/test";

export interface Traffic {
  /** Includes the WebSocket. */
  requests: number;
  /** Bytes on the wire, compressed if the server compresses. */
  scriptBytes: number;
  /** Requested addresses of other servers. */
  external: string[];
}

/** Counts a page's requests from now until the returned function is called. */
export async function watchNetwork(page: Page, origin: string): Promise<() => Traffic> {
  const network = await page.context().newCDPSession(page);
  const traffic: Traffic = { requests: 0, scriptBytes: 0, external: [] };
  const scripts = new Set<string>();
  const note = (url: string) => {
    if (/^(data|blob):/.test(url)) return;
    traffic.requests += 1;
    if (new URL(url.replace(/^ws/, "http")).origin !== origin) traffic.external.push(url);
  };
  network.on("Network.requestWillBeSent", ({ request }) => note(request.url));
  network.on("Network.webSocketCreated", ({ url }) => note(url));
  network.on("Network.responseReceived", ({ requestId, type }) => type === "Script" && scripts.add(requestId));
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) traffic.scriptBytes += encodedDataLength;
  });
  await network.send("Network.enable");
  return () => ({ ...traffic, external: [...traffic.external] });
}
