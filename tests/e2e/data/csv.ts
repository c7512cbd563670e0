// Tables as files.

/** A file to choose, as Playwright takes it. */
export interface FileToChoose {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** A table as comma-separated lines; cells with commas, quotes or line breaks are quoted. */
export function csv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}

/** The rows of a table in UTF-8, with quoted cells and a byte order mark understood. */
export function rowsOf(bytes: Buffer): string[][] {
  const text = bytes.toString("utf8").replace(/^\ufeff/, "");
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (quoted === undefined && plain === "" && end === "") break;
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end !== ",") rows.push([]);
  }
  return rows.filter((row) => row.length > 0);
}

/** A file with a byte order mark, as spreadsheets save it. */
export function utf8File(name: string, text: string): FileToChoose {
  return { name, mimeType: "text/csv", buffer: Buffer.from(`\ufeff${text}`, "utf8") };
}
