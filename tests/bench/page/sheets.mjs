// A workbook read and written by each peer in its own way. Runs in a worker.
import { bytesOf, kehu } from "./material.mjs";

/** Days between the first day spreadsheets count from and the first JavaScript does. */
const EPOCH = 25_569;
const serial = (day) => Date.parse(`${day}T00:00:00Z`) / 86_400_000 + EPOCH;

/** Each peer: reads a workbook into rows of text, and writes one from a table. */
const PEERS = {
  async kehu() {
    const { SheetRows, SheetWriter } = await kehu();
    return {
      read(bytes) {
        const rows = new SheetRows(bytes);
        return { count: rows.count(), cell: (row, column) => rows.cell(row, column) };
      },
      ready(table) {
        const writer = new SheetWriter(table);
        return () => writer.write();
      },
    };
  },
  async sheetjs() {
    const XLSX = await import("/modules/xlsx/xlsx.mjs");
    return {
      read(bytes) {
        const book = XLSX.read(bytes, { dense: true });
        const rows = XLSX.utils.sheet_to_json(book.Sheets[book.SheetNames[0]], { header: 1, raw: false, defval: "" });
        return { count: rows.length, cell: (row, column) => String(rows[row]?.[column] ?? "") };
      },
      ready(bytes) {
        const { columns, rows } = JSON.parse(new TextDecoder().decode(bytes));
        const typed = {
          text: (text) => ({ t: "s", v: text }),
          int: (number) => ({ t: "n", v: number }),
          money: (fen) => ({ t: "n", v: fen / 100, z: "#,##0.00" }),
          date: (day) => ({ t: "n", v: serial(day), z: "yyyy-mm-dd" }),
        };
        const cells = rows.map((row) => row.map((content, place) => typed[columns[place].kind](content)));
        const heading = columns.map((column) => column.name);
        return () => {
          const sheet = XLSX.utils.aoa_to_sheet([heading, ...cells], { dense: true });
          const book = XLSX.utils.book_new();
          XLSX.utils.book_append_sheet(book, sheet, "bench");
          return new Uint8Array(XLSX.write(book, { type: "array", compression: true, bookSST: true }));
        };
      },
    };
  },
};

/** Milliseconds to read the workbook `file` and to write the table `table`; `checks` are cells with their text. */
export async function sheet({ peer, file, table, rows, checks }) {
  const [bytes, given] = [await bytesOf(file), await bytesOf(table)];
  const { read, ready } = await PEERS[peer]();
  const begun = performance.now();
  const found = read(bytes);
  const readIn = performance.now() - begun;
  if (found.count !== rows) throw new Error(`${peer} read ${found.count} of ${rows} rows`);
  for (const { row, column, text } of checks) {
    const cell = found.cell(row, column);
    if (cell !== text) throw new Error(`${peer}: cell ${row}/${column} is “${cell}”, not “${text}”`);
  }
  const write = ready(given);
  const start = performance.now();
  const written = write();
  const writeOut = performance.now() - start;
  const again = read(written);
  if (again.count !== rows || again.cell(1, 1) !== found.cell(1, 1)) throw new Error(`${peer} does not read its own file`);
  return { read: readIn, write: writeOut, bytes: written.length };
}
