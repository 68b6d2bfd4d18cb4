import { PermissionId } from "@boocode/shared/ids";
import { buildPermission } from "@boocode/shared/testing/build";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";

/** An agent that asks whether it may run what it was prompted with, then says what it was told. `read: …` asks for a file. */
export function createAskingAgent(): ScriptedBackend {
  return new ScriptedBackend({
    script: ({ text }) => [
      {
        do: "ask",
        request: {
          permissionId: PermissionId.parse("question"),
          callId: null,
          title: `May I: ${text}`,
          options: buildPermission().options,
          ...(text.startsWith("read: ")
            ? { toolKind: "read" as const, paths: [text.slice("read: ".length)] }
            : { argv: text.split(" "), cwd: "." }),
        },
        then: (optionId) => [{ do: "say", text: `told ${optionId}` }],
      },
    ],
  });
}
