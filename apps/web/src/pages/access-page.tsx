import { type FormEvent, useId, useState } from "react";
import { type AccessState, exchangeToken } from "../api/access.ts";
import { Button } from "../ui/button.tsx";
import { Logo } from "../ui/logo.tsx";
import { TextField } from "../ui/text-field.tsx";

const WORDS = {
  missing: {
    title: "This browser has no access yet",
    hint: "Only someone with its token may use BooCode.",
  },
  refused: {
    title: "This browser no longer has access",
    hint: "Its token was revoked or is wrong. Your sessions and drafts are kept.",
  },
  unreachable: {
    title: "BooCode does not answer",
    hint: "The address has a token, but nothing answers there. Is BooCode running?",
  },
} satisfies Partial<Record<AccessState, { title: string; hint: string }>>;

/** The page for a browser without a token: the reason, and the two ways to get access. */
export function AccessPage({ state }: { state: keyof typeof WORDS }) {
  const [token, setToken] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [isWrong, setWrong] = useState(false);
  const id = useId();
  const { title, hint } = WORDS[state];

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setAsking(true);
    const outcome = await exchangeToken(toToken(token));
    setAsking(false);
    setWrong(outcome === "refused");
  };

  return (
    <main className="grid h-full place-items-center overflow-auto bg-surface p-6">
      <div className="w-full max-w-sm">
        <Logo size={32} />
        <h1 className="mt-5 text-lg font-semibold">{title}</h1>
        <p className="mt-1 text-muted">{hint}</p>
        <p className="mt-5">
          Open the address that <code className="rounded-sm bg-inset px-1 text-code">npm start</code> printed in the terminal, or paste it
          here:
        </p>
        <form onSubmit={(event) => void submit(event)} className="mt-2 flex gap-2">
          <TextField
            type="password"
            aria-label="Address or token"
            aria-invalid={isWrong}
            aria-describedby={`${id}-wrong`}
            placeholder="http://127.0.0.1:9502/#token=…"
            value={token}
            onChange={(event) => {
              setToken(event.target.value);
              setWrong(false);
            }}
          />
          <Button type="submit" variant="primary" busy={isAsking} disabled={toToken(token) === ""}>
            Connect
          </Button>
        </form>
        <p id={`${id}-wrong`} role="alert" className="mt-2 text-removed empty:hidden">
          {isWrong && "That token is not valid."}
        </p>
      </div>
    </main>
  );
}

/** Extracts the token from pasted text: the printed URL or the token alone. */
function toToken(pasted: string): string {
  return /[#&]token=([^&\s]+)/.exec(pasted)?.[1] ?? pasted.trim();
}
