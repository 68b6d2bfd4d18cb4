import { clsx } from "clsx";
import { ChevronLeft, X } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { BareHeader } from "../sessions/bare-header.tsx";
import { Link } from "../ui/browser/location.tsx";
import { leaveSettings, toSettingsPath } from "../ui/browser/settings-path.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { TextField } from "../ui/text-field.tsx";
import { findSettings } from "./find-settings.ts";
import { SECTIONS, type SettingsSection } from "./sections.tsx";

type SettingsPageProps = {
  /** The part of the address that names a section; empty if it names none. */
  section: string;
  onShowSidebar: (() => void) | null;
};

/** The settings: a list of sections, and the one that the address names. Every change is saved at once. */
export default function SettingsPage({ section, onShowSidebar }: SettingsPageProps) {
  const [query, setQuery] = useState("");
  const page = useRef<HTMLElement>(null);
  const found = findSettings(SECTIONS, query);
  const named = SECTIONS.find(({ id }) => id === section);
  const shown = named ?? SECTIONS[0];
  useEffect(() => page.current?.focus({ preventScroll: true }), []);

  const leave = useEffectEvent(() => (query === "" ? leaveSettings() : setQuery("")));
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
      // Popups stand elsewhere. Nothing has the focus after a button that was pressed is gone.
      if (event.target === document.body || page.current?.contains(event.target as Node)) leave();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  return (
    <main ref={page} aria-label="Settings" data-region="chat" tabIndex={-1} className="flex h-full min-w-0 flex-col outline-none">
      <div className="flex items-center pr-2">
        <BareHeader onShowSidebar={onShowSidebar} />
        {named && (
          <Link
            to={toSettingsPath()}
            className="inline-flex h-7 items-center gap-1 rounded-md px-1 text-muted hover:text-ink sm:hidden pointer-coarse:h-10"
          >
            <ChevronLeft aria-hidden className="size-4" /> All settings
          </Link>
        )}
        <IconButton label="Close settings" shortcut="Escape" className="ml-auto" onClick={leaveSettings}>
          <X aria-hidden />
        </IconButton>
      </div>
      <div className="flex min-h-0 flex-1">
        <nav
          aria-label="Settings sections"
          className={clsx(
            "w-[204px] shrink-0 flex-col gap-3 overflow-y-auto px-3 pb-3 max-sm:w-full",
            named ? "flex max-sm:hidden" : "flex",
          )}
        >
          <h1 className="px-2 text-lg font-semibold tracking-tight">Settings</h1>
          <TextField
            type="search"
            aria-label="Search settings"
            placeholder="Search"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
          <ul className="flex flex-col gap-px">
            {found.map((each) => (
              <li key={each.id}>
                <Link
                  to={toSettingsPath(each.id)}
                  aria-current={each === shown && (named !== undefined || each.id === section) ? "page" : undefined}
                  className={clsx(
                    "flex h-7 items-center rounded-md px-2 pointer-coarse:h-10",
                    each === shown ? "bg-active text-ink max-sm:bg-transparent" : "text-muted hover:bg-hover hover:text-ink",
                  )}
                >
                  {each.title}
                </Link>
              </li>
            ))}
          </ul>
          {found.length === 0 && <p className="px-2 text-faint">No section matches.</p>}
        </nav>
        <SectionView key={shown.id} section={shown} isHidden={named === undefined} />
      </div>
    </main>
  );
}

/** The content of a section. On a narrow page, the list of sections stands in its place until one is chosen. */
function SectionView({ section: { title, content }, isHidden }: { section: SettingsSection; isHidden: boolean }) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it
    <div
      role="region"
      aria-label={`${title} settings`}
      tabIndex={0}
      className={clsx("min-w-0 flex-1 overflow-y-auto -outline-offset-2", isHidden && "max-sm:hidden")}
    >
      <div className="flex max-w-2xl flex-col gap-7 px-6 pt-1 pb-12 max-sm:px-4">{content}</div>
    </div>
  );
}
