import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { answer, ECHO, openRaw } from "../typist.ts";

/** A page that only sends each key to a pseudoterminal and draws what comes back, with the next frame. */
const PAGE = `<!doctype html><div class="xterm" tabindex="0"><pre class="xterm-rows"></pre></div><script>
const rows = document.querySelector(".xterm-rows");
const socket = new WebSocket(location.href.replace("http", "ws"));
socket.onmessage = ({ data }) => requestAnimationFrame(() => rows.append(data));
socket.onopen = () => document.querySelector(".xterm").focus();
addEventListener("keydown", ({ key }) => key.length === 1 && socket.send(key));
</script>`;

/** The least that a terminal in a page can be: a plain pseudoterminal whose echo an empty page draws. */
export async function openEchoPage(cwd: string): Promise<{ url: string; close(): Promise<void> }> {
  const raw = openRaw(cwd);
  await answer(raw, `${ECHO}\n`, (all) => all.includes("ready"));
  const server = createServer((_, response) => response.setHeader("content-type", "text/html").end(PAGE));
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => {
    socket.on("message", (key) => raw.type((key as Buffer).toString()));
    raw.onText = (text) => socket.send(text);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
      await raw.close();
    },
  };
}
