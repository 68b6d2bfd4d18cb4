import { clsx } from "clsx";
import { useId } from "react";

type SegmentedProps<Value extends string> = {
  /** The accessible name. */
  label: string;
  options: readonly { value: Value; label: string }[];
  value: Value;
  onChange: (value: Value) => void;
};

/** A choice among two to four options, all visible. */
export function Segmented<Value extends string>({ label, options, value, onChange }: SegmentedProps<Value>) {
  const name = useId();
  return (
    <fieldset className="inline-flex rounded-md border border-line bg-inset p-0.5">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={clsx(
            "flex h-6 items-center pointer-coarse:h-10 rounded-sm px-2.5 text-sm transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent",
            option.value === value ? "bg-raised font-medium text-ink shadow-[0_0_0_1px_var(--line)]" : "text-muted hover:text-ink",
          )}
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            className="sr-only"
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
