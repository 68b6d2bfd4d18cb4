import { BUDGET_LIMITS, type Budget } from "@boocode/shared/usage/budget";
import { useId, useState } from "react";
import { TextField } from "../ui/text-field.tsx";
import { readAmount } from "./describe-budget.ts";
import { formatCount } from "./format-usage.ts";

type BudgetFieldsProps = {
  /** What the budget is of, for the accessible names: "Session", "Day". */
  of: string;
  value: Budget;
  /** Whether a dialog focuses them first. */
  isFirst?: boolean;
  /** Called with each complete change. */
  onChange: (budget: Budget) => void;
};

/** The two limits of a budget. An empty field is no limit. */
export function BudgetFields({ of, value, isFirst = false, onChange }: BudgetFieldsProps) {
  return (
    <div className="flex flex-wrap gap-x-3 gap-y-2">
      <AmountField
        label={`${of}: tokens`}
        unit="tokens"
        isFirst={isFirst && (value.tokens !== null || value.cost === null)}
        shown={value.tokens === null ? "" : showTokens(value.tokens)}
        read={(text) => toTokens(readAmount(text))}
        onChange={(tokens) => onChange({ ...value, tokens })}
      />
      <AmountField
        label={`${of}: cost in dollars`}
        unit="$"
        isFirst={isFirst && value.tokens === null && value.cost !== null}
        shown={value.cost === null ? "" : String(value.cost)}
        read={(text) => toCost(readAmount(text))}
        onChange={(cost) => onChange({ ...value, cost })}
      />
    </div>
  );
}

type AmountFieldProps = {
  label: string;
  unit: string;
  isFirst: boolean;
  shown: string;
  /** Null: not an amount. */
  read: (text: string) => number | null;
  onChange: (amount: number | null) => void;
};

function AmountField({ label, unit, isFirst, shown, read, onChange }: AmountFieldProps) {
  const hint = useId();
  const [text, setText] = useState<string | null>(null);
  const shownText = text ?? shown;
  const isInvalid = shownText.trim() !== "" && read(shownText) === null;
  const save = () => {
    if (text === null || isInvalid) return;
    const amount = text.trim() === "" ? null : read(text);
    setText(null);
    if (text !== shown) onChange(amount);
  };
  return (
    <span className="flex items-center gap-1.5">
      {unit === "$" && <span className="text-muted">$</span>}
      <TextField
        aria-label={label}
        data-focus-first={isFirst || undefined}
        aria-invalid={isInvalid || undefined}
        aria-describedby={isInvalid ? hint : undefined}
        inputMode={unit === "$" ? "decimal" : "text"}
        placeholder="no limit"
        value={shownText}
        onChange={(event) => setText(event.target.value)}
        onBlur={save}
        onKeyDown={(event) => {
          if (event.key === "Enter") save();
        }}
        className="tabular w-24!"
      />
      {unit !== "$" && <span className="text-muted">{unit}</span>}
      {isInvalid && (
        <span id={hint} role="alert" className="text-sm text-removed">
          {unit === "$" ? "An amount such as 5 or 0.50" : "A number such as 500k or 2M"}
        </span>
      )}
    </span>
  );
}

/** Shows tokens so that reading them gives the same number. */
function showTokens(tokens: number): string {
  const short = formatCount(tokens);
  return readAmount(short) === tokens ? short : tokens.toLocaleString("en");
}

const toTokens = (amount: number | null) => (amount === null || amount < 1 || amount > BUDGET_LIMITS.tokens ? null : Math.round(amount));
const toCost = (amount: number | null) => (amount === null || amount < 0.01 || amount > BUDGET_LIMITS.cost ? null : amount);
