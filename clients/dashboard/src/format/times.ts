const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** How long ago a time is, from seconds to a month; then the date. */
export function relative(time: string, now: number): string {
  const seconds = (now - Date.parse(time)) / 1000;
  if (!Number.isFinite(seconds)) {
    return time;
  }
  const [size, sign] = [Math.abs(seconds), seconds < 0];
  if (size < 5) {
    return "just now";
  }
  const [count, unit] =
    size < minute ? [size, "s"] : size < hour ? [size / minute, "min"] : size < day ? [size / hour, "h"] : [size / day, "d"];
  if (size >= 30 * day) {
    return dateOf(new Date(time));
  }
  const span = `${Math.floor(count)} ${unit}`;
  return sign ? `in ${span}` : `${span} ago`;
}

/** Date, time and zone of a time, in the browser's zone. */
export function exact(time: string): string {
  const at = new Date(time);
  return Number.isNaN(at.getTime()) ? time : `${dateOf(at)} ${clockOf(at)} ${zoneOf(at)}`;
}

/** The time of day; with its date if it is not that of `now`. */
export function clock(time: string, now: number): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) {
    return time;
  }
  return dateOf(at) === dateOf(new Date(now)) ? clockOf(at) : `${dateOf(at)} ${clockOf(at)}`;
}

const two = (number: number): string => String(number).padStart(2, "0");

const dateOf = (at: Date): string => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;

const clockOf = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;

const named = new Intl.DateTimeFormat("en-GB", { timeZoneName: "longOffset" });

/** The zone as an offset, and by its name: "UTC+01:00 Europe/Berlin". */
function zoneOf(at: Date): string {
  const offset = named.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const name = named.resolvedOptions().timeZone;
  const shown = offset.replace("GMT", "UTC");
  return name === shown ? shown : `${shown} ${name}`;
}
