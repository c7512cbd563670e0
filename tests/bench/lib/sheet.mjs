// A table of 16 columns as JSON and as a workbook, as another program would have written it.
import { createRequire } from "node:module";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const COLUMNS = [
  ["客户编号", "text"],
  ["客户名称", "text"],
  ["区域", "text"],
  ["地址", "text"],
  ["联系人", "text"],
  ["手机", "text"],
  ["邮箱", "text"],
  ["行业", "text"],
  ["合作起始日", "date"],
  ["上次联系", "date"],
  ["年采购额", "money"],
  ["应收款", "money"],
  ["订单数", "int"],
  ["信用天数", "int"],
  ["阶段", "text"],
  ["备注", "text"],
].map(([name, kind]) => ({ name, kind }));

const pick = (list, place) => list[place % list.length];

function row(place) {
  const day = (years) => `20${10 + (place % years)}-0${1 + (place % 9)}-1${place % 10}`;
  return [
    `B${String(place).padStart(7, "0")}`,
    `${pick(["厦门", "杭州", "长沙", "成都"], place)}${pick(["蓝屿", "晨星", "远山", "瑞木", "宏川"], place >> 2)}${place}号有限公司`,
    pick(["华东", "华南", "华北"], place),
    `${pick(["湖里大道", "人民路", "解放路"], place)} ${place % 300} 号`,
    `${pick([..."李王张刘陈杨"], place)}${pick([..."明佳怡轩雨"], place >> 3)}`,
    `139${String(place).padStart(8, "0")}`,
    `c${place}@example.cn`,
    pick(["制造", "零售", "餐饮"], place),
    day(12),
    day(16),
    ((place * 7_919) % 900_000_000) + 50,
    (place * 977) % 5_000_000,
    place % 90,
    pick([30, 45, 60], place),
    pick(["在用", "潜在", "沉睡"], place),
    `第 ${place} 行`,
  ];
}

/** Writes `rows` rows below headings to `sheet.json` and `sheet.xlsx` in `folder`; with cells to check a reader by. */
export async function sheet(folder, rows) {
  const XLSX = createRequire(import.meta.url)("xlsx");
  const all = Array.from({ length: rows }, (_, place) => row(place));
  await writeFile(join(folder, "sheet.json"), JSON.stringify({ columns: COLUMNS, rows: all }));
  const serial = (day) => Date.parse(`${day}T00:00:00Z`) / 86_400_000 + 25_569;
  const typed = {
    text: (text) => ({ t: "s", v: text }),
    int: (number) => ({ t: "n", v: number }),
    money: (fen) => ({ t: "n", v: fen / 100, z: "#,##0.00" }),
    date: (day) => ({ t: "n", v: serial(day), z: "yyyy-mm-dd" }),
  };
  const cells = all.map((row) => row.map((content, place) => typed[COLUMNS[place].kind](content)));
  const made = XLSX.utils.aoa_to_sheet([COLUMNS.map((column) => column.name), ...cells]);
  const book = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(book, made, "客户");
  XLSX.writeFile(book, join(folder, "sheet.xlsx"), { compression: true, bookSST: true });
  const checks = [
    [1, 0],
    [1, 8],
    [rows, 1],
    [rows, 5],
    [rows, 15],
  ].map(([row, column]) => ({ row, column, text: String(all[row - 1][column]) }));
  return { rows: rows + 1, checks, bytes: (await stat(join(folder, "sheet.xlsx"))).size };
}
