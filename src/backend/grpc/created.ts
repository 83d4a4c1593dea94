/** How long a call that creates something may take, and what is looked at when nobody answered it: it may have been done nevertheless. */

/** What of its time a creating call may take before it is looked up what became of it. */
export const CREATE_SHARE = 0.75;
/** How many of the newest entries are looked at then. */
export const LOOKED_AT = 20;
/** How far the server's clock may be off. Milliseconds. */
export const CLOCK_SKEW_MS = 60_000;
