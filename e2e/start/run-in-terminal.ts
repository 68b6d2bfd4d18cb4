import type { SessionId } from "@boocode/shared/ids";
import { callOver, connectTo } from "../bench/daemon-client.ts";

/** Types into a new terminal of a session, waits until it shows the text, and closes it. */
export async function runInTerminal(
  daemon: { origin: string; token: string },
  sessionId: SessionId,
  typed: string,
  expected: string,
): Promise<void> {
  const api = callOver(daemon);
  const { id: terminalId } = await api.terminals.open.mutate({ sessionId, size: { cols: 80, rows: 24 } });
  await using socket = await connectTo(daemon);
  const shown = Promise.withResolvers<void>();
  let text = "";
  const subscription = socket.client.terminals.output.subscribe(
    { terminalId },
    {
      onData: (frame) => {
        text += frame.text;
        if (text.includes(expected)) shown.resolve();
      },
      onError: (error) => shown.reject(error),
      onComplete: () => shown.reject(new Error(`The terminal ended: ${text}`)),
    },
  );
  await api.terminals.write.mutate({ terminalId, text: typed });
  await shown.promise;
  subscription.unsubscribe();
  await api.terminals.close.mutate({ terminalId, force: true });
}
