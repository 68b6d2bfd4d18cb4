import { memo } from "react";
import { CodeBlock } from "./code-block.tsx";
import type { MarkdownBlock } from "./markdown-blocks.ts";
import { markdownReaderOf } from "./markdown-reader.ts";
import { MarkdownTokens } from "./markdown-tokens.tsx";
import "./markdown.css";

/**
 * Renders streaming markdown; only the last block is parsed and drawn again. `id` identifies the text after scrolling away and back.
 *
 * We render marked's tokens ourselves instead of using streamdown, which needs 155 kB of compressed JavaScript instead of 21,
 * with a budget of 240 kB for the whole chat.
 */
export function MarkdownView({ id, text, isStreaming }: { id: string; text: string; isStreaming: boolean }) {
  const { blocks } = markdownReaderOf(id).read(text, isStreaming);
  return (
    <div className="markdown">
      {blocks.map((block, at) => (
        <Block key={block.start} block={block} isOpen={isStreaming && at === blocks.length - 1} />
      ))}
    </div>
  );
}

const Block = memo(function Block({ block: { token }, isOpen }: { block: MarkdownBlock; isOpen: boolean }) {
  if (token.type === "code")
    return <CodeBlock code={token["text"] as string} language={toFenceWord(token["lang"] as string | undefined)} isStreaming={isOpen} />;
  return <MarkdownTokens tokens={[token]} />;
});

/** "ts title=x" → "ts". */
const toFenceWord = (info: string | undefined) => /^[^\s{:,]*/.exec(info ?? "")?.[0] ?? "";
