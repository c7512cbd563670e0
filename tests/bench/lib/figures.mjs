// Figures from measurements: medians, percentiles, and how they are written.

/** The value below which `share` (0–1) of the values lie; the nearest rank. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

export const median = (values) => percentile(values, 0.5);
export const p95 = (values) => percentile(values, 0.95);

/** Milliseconds as read in a table; seconds from 10 s on. */
export function ms(value) {
  if (value === undefined || Number.isNaN(value)) return "–";
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ms`;
}

export const count = (value) => value.toLocaleString("en-US");
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
export const kilobytes = (bytes) => `${(bytes / 1e3).toFixed(0)} kB`;

/** Whether `value` keeps within `limit`, in words. */
export function verdict(value, limit, show = ms) {
  if (value === undefined) return "not measured";
  return value <= limit ? "holds" : `gap: ${show(value - limit)} over`;
}
