export interface TextPart {
  type: "text";
  text: string;
}

export interface FilePart {
  type: "file";
  data: Uint8Array;
  mediaType: string;
  filename: string;
}

/** A call that the model made. */
export interface CallPart {
  type: "tool-call";
  toolCallId: string;
  toolName: string;
  input: Record<string, unknown>;
  /** The extra content that the server wants returned with this call. */
  extra?: Record<string, unknown>;
}

export interface ResultPart {
  type: "tool-result";
  toolCallId: string;
  /** What the model is given of the result. */
  text: string;
}

export interface UserMessage {
  role: "user";
  content: string | readonly (TextPart | FilePart)[];
}

export interface AssistantMessage {
  role: "assistant";
  content: string | readonly (TextPart | CallPart)[];
}

/** The results of the calls of the message before it. */
export interface ToolMessage {
  role: "tool";
  content: readonly ResultPart[];
}

/** A message of what a model is given, whatever form its server takes it in. */
export type ModelMessage = UserMessage | AssistantMessage | ToolMessage;
