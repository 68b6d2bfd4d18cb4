import type { MarkedToken, Token, Tokens } from "marked";
import type { ReactNode } from "react";
import type { PlainToken } from "./bounded-lexer.ts";
import { CodeBlock } from "./code-block.tsx";
import { decodeEntities } from "./decode-entities.ts";
import { PlainText } from "./plain-text.tsx";
import { toSafeHref } from "./safe-href.ts";

/**
 * Renders marked's tokens as React elements, never as HTML: HTML in the text is shown as text, links are only http and https, and an
 * image becomes a link, because loading it would tell its server that it was read.
 */
export function MarkdownTokens({ tokens }: { tokens: readonly (Token | PlainToken)[] | undefined }): ReactNode {
  return tokens?.map((token, at) => <MarkdownToken key={at} token={token as MarkedToken | PlainToken} />);
}

function MarkdownToken({ token }: { token: MarkedToken | PlainToken }): ReactNode {
  const inside = "tokens" in token ? <MarkdownTokens tokens={token.tokens} /> : null;
  switch (token.type) {
    case "paragraph":
      return <p>{inside}</p>;
    case "heading":
      return <Heading depth={token.depth}>{inside}</Heading>;
    case "blockquote":
      return <blockquote>{inside}</blockquote>;
    case "list":
      return <List list={token} />;
    case "table":
      return <Table table={token} />;
    case "code":
      return <CodeBlock code={token.text} language={token.lang ?? ""} isStreaming={false} />;
    case "hr":
      return <hr />;
    case "strong":
      return <strong>{inside}</strong>;
    case "em":
      return <em>{inside}</em>;
    case "del":
      return <del>{inside}</del>;
    case "codespan":
      return <code>{token.text}</code>;
    case "br":
      return <br />;
    case "link":
      return <Link href={token.href}>{inside}</Link>;
    case "image":
      return <Link href={token.href}>{`Image: ${decodeEntities(token.text) || token.href}`}</Link>;
    case "checkbox":
      return <input type="checkbox" checked={token.checked} disabled readOnly aria-label={token.checked ? "Done" : "Open"} />;
    case "text":
      return token.tokens ? inside : decodeEntities(token.text);
    case "escape":
      return token.text;
    case "html":
      return /^<br\s*\/?>$/i.test(token.raw.trim()) ? <br /> : token.raw;
    case "plain":
      return <PlainText text={token.raw} />;
    case "space":
    case "def":
      return null;
    default:
      return "raw" in token ? token.raw : null;
  }
}

/** A heading below the page's own, without skipped levels, whether the agent starts with `#` or `##`. */
function Heading({ depth, children }: { depth: number; children: ReactNode }) {
  const Tag = `h${Math.max(2, depth)}` as "h2" | "h3" | "h4" | "h5" | "h6";
  return <Tag data-depth={depth}>{children}</Tag>;
}

function List({ list }: { list: Tokens.List }) {
  const items = list.items.map((item, at) => (
    <li key={at} {...(item.task ? { className: "is-task" } : {})}>
      <MarkdownTokens tokens={item.tokens} />
    </li>
  ));
  return list.ordered ? <ol start={list.start === "" ? 1 : list.start}>{items}</ol> : <ul>{items}</ul>;
}

function Table({ table }: { table: Tokens.Table }) {
  const align = (at: number) => ({ textAlign: table.align[at] ?? undefined }) as const;
  return (
    <div role="group" aria-label="Table" tabIndex={0} className="table-frame">
      <table>
        <thead>
          <tr>
            {table.header.map((cell, at) => (
              <th key={at} style={align(at)}>
                <MarkdownTokens tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, at) => (
                <td key={at} style={align(at)}>
                  <MarkdownTokens tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Link({ href, children }: { href: string; children: ReactNode }) {
  const address = toSafeHref(href);
  if (address === null) return <span title={href}>{children}</span>;
  return (
    <a href={address} title={address} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );
}
