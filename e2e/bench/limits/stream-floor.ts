/** The limit of a streamed answer: reads one and parses its events, nothing else. Arguments: the model's address and key. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const [, , baseUrl = "", key = ""] = process.argv;

async function readAnswer(): Promise<number> {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "scripted", stream: true, messages: [{ role: "user", content: "Go" }] }),
  });
  const decoder = new TextDecoder();
  let rest = "";
  let characters = 0;
  for await (const bytes of response.body!) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (!line.startsWith("data: {")) continue;
      const chunk = JSON.parse(line.slice(6)) as { choices: { delta: { content?: string } }[] };
      characters += chunk.choices[0]?.delta.content?.length ?? 0;
    }
  }
  return characters;
}

const server = createServer((_request, response) => {
  void readAnswer().then((characters) => response.end(String(characters)));
});
server.listen(0, "127.0.0.1", () => console.log(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.on("SIGTERM", () => process.exit(0));
