/** The servers whose `/api` differs: that of 1.18, of 2.0.0 and of 2.0.4. The last two have nothing else. */
export type ApiVersion = "1.18" | "2.0" | "2.0.4";
