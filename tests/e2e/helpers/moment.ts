// Moments by the clock of the page, written as its inputs take them.
import type { Page } from "@playwright/test";

/** So many minutes from now, for an input of date and time. */
export async function inMinutes(page: Page, minutes: number): Promise<string> {
  return page.evaluate((minutes) => {
    const moment = new Date(Date.now() + minutes * 60_000);
    const two = (number: number) => String(number).padStart(2, "0");
    const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
    return `${day}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
  }, minutes);
}

/** So many days from today, for an input of a date. */
export async function inDays(page: Page, days: number): Promise<string> {
  return (await inMinutes(page, days * 24 * 60)).slice(0, 10);
}
