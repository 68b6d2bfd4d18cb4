import type { Attachment } from "@boocode/shared/attachments/attachment";
import { createContext, useContext } from "react";

/** Puts a text and files into the composer of the chat, below what is written there, and the focus at its end. */
export type WriteToComposer = (text: string, files?: readonly Attachment[]) => void;

/** Null outside a chat. */
export const ComposerTarget = createContext<WriteToComposer | null>(null);

export const useComposerTarget = (): WriteToComposer | null => useContext(ComposerTarget);
