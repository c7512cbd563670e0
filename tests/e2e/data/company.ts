// A company's customer list and order list as they come out of an older program: real in shape, invented in content.
import { csv, utf8File, type FileToChoose } from "./csv";
import { gb18030 } from "./gb18030";
import { Random } from "./random";

/** The customer list's columns, in no sensible order. */
const COLUMNS = ["手机", "客户名称", "备注", "客户编号", "上次回访", "联系人", "年采购额", "合作日期", "客户阶段", "简称"] as const;

type Row = Record<(typeof COLUMNS)[number], string>;

function customer(number: number, changes: Partial<Row> = {}): Row {
  const code = String(number).padStart(5, "0");
  return {
    手机: `138${String(20_000_000 + number)}`,
    客户名称: `${PLACES[number % PLACES.length]}第${number}贸易有限公司`,
    备注: "",
    客户编号: `KH${code}`,
    上次回访: "2026-06-15",
    联系人: `${SURNAMES[number % SURNAMES.length]}经理`,
    年采购额: "120000.00",
    合作日期: "2021-03-01",
    客户阶段: "在用",
    简称: `第${number}贸易`,
    ...changes,
  };
}

const PLACES = ["北京", "武汉", "西安", "广州", "成都", "沈阳", "青岛"];
const SURNAMES = ["赵", "钱", "孙", "李", "周", "吴", "郑", "王"];

function customerFile(name: string, rows: readonly Row[]): FileToChoose {
  const table = [[...COLUMNS], ...rows.map((row) => COLUMNS.map((column) => row[column]))];
  return { name, mimeType: "text/csv", buffer: gb18030(csv(table)) };
}

/** What a rehearsal is to count. */
export interface Expected {
  rows: number;
  new: number;
  changed: number;
  same: number;
  refused: number;
  doubles: number;
}

/** A refused row: its number as a spreadsheet counts, the offending cell, and why. */
export interface Refused {
  row: number;
  cell: string;
  reason: RegExp;
}

/** A list of customers with what is to become of it. */
export interface CustomerList {
  file: FileToChoose;
  expected: Expected;
  refused: Refused[];
}

/** Twenty customers, four of them unusable, two of them there twice. */
export function smallCustomerList(): CustomerList {
  const rows = Array.from({ length: 20 }, (_, place) => customer(place + 1));
  rows[1] = customer(2, { 上次回访: "2026/6/3", 年采购额: "￥1,234.50", 手机: "+86 138-2000-0002" });
  rows[2] = customer(3, { 上次回访: "2026年6月3日", 年采购额: "1.2万", 备注: "要求“上午”到访，\n先电话" });
  rows[4] = customer(5, { 客户名称: "" });
  rows[7] = customer(8, { 手机: "138200000012345" });
  rows[10] = customer(11, { 上次回访: "2026-02-30" });
  rows[13] = customer(14, { 年采购额: "约三十万" });
  // The same firm under another code: by name and phone (certain), and by phone alone (suspected).
  const first = rows[0]!;
  rows.push(customer(21, { 客户名称: first.客户名称, 手机: first.手机, 联系人: first.联系人 }));
  rows.push(customer(22, { 手机: rows[3]!.手机 }));
  // Exactly the same line once more.
  rows.push({ ...rows[5]! });
  return {
    file: customerFile("客户表.csv", rows),
    expected: { rows: 23, new: 16, changed: 0, same: 1, refused: 4, doubles: 2 },
    refused: [
      { row: 6, cell: "", reason: /必填的“客户名称”为空/ },
      { row: 9, cell: "138200000012345", reason: /不是手机或固定电话号码/ },
      { row: 12, cell: "2026-02-30", reason: /这一天不存在/ },
      { row: 15, cell: "约三十万", reason: /不是确定的数字/ },
    ],
  };
}

/** Orders of the customers of [`smallCustomerList`] up to `today`: enough for a grade, except for number 20. */
export function smallOrderList(today: Date): { file: FileToChoose; rows: number } {
  const rows = [["订单号", "客户编号", "日期", "金额", "毛利", "退货金额"]];
  let number = 0;
  for (const customer of [1, 2, 3, 4, 6, 7, 9, 10, 12, 13, 15, 16, 17, 18, 19]) {
    for (let month = 1; month <= 26; month += 1) {
      number += 1;
      const day = new Date(Date.UTC(today.getFullYear(), today.getMonth() - month, 1 + (customer % 27)));
      rows.push([
        `DD${String(number).padStart(6, "0")}`,
        `KH${String(customer).padStart(5, "0")}`,
        day.toISOString().slice(0, 10),
        `${customer * 9000 + month * 10}.50`,
        `${customer * 1800}.00`,
        "0.00",
      ]);
    }
  }
  return { file: utf8File("订单表.csv", csv(rows)), rows: number };
}

/** About 5,000 customers with the dirt of years, from a seed. */
export function largeCustomerList(seed = 7): CustomerList {
  const random = new Random(seed);
  const rows: Row[] = [];
  const expected: Expected = { rows: 5000, new: 0, changed: 0, same: 0, refused: 0, doubles: 0 };
  const refused: Refused[] = [];
  for (let number = 1; number <= 5000; number += 1) {
    const spoilt = random.below(1000);
    const dirt = DIRT.find(([below]) => spoilt < below);
    rows.push(customer(number, dirt?.[1] ?? { 年采购额: `${random.below(9_000_000)}.00` }));
    if (dirt) {
      expected.refused += 1;
      refused.push({ row: number + 1, cell: Object.values(dirt[1])[0]!, reason: dirt[2] });
    } else {
      expected.new += 1;
    }
  }
  return { file: customerFile("客户表-全部.csv", rows), expected, refused };
}

/** Dirt by its share in a thousand, summed up from the top. */
const DIRT: readonly [number, Partial<Row>, RegExp][] = [
  [4, { 客户名称: "" }, /为空/],
  [10, { 手机: "138200000012345" }, /不是手机或固定电话号码/],
  [14, { 上次回访: "2026-02-30" }, /这一天不存在/],
  [18, { 年采购额: "约三十万" }, /不是确定的数字/],
];

/** 38,000 orders of customers 1 to 5,000 in no order, up to `today`. */
export function largeOrderList(today: Date, seed = 8): { file: FileToChoose; rows: number } {
  const random = new Random(seed);
  const rows = [["订单号", "客户编号", "日期", "金额", "毛利", "退货金额"]];
  for (let number = 1; number <= 38_000; number += 1) {
    const day = new Date(today.getTime() - (1 + random.below(800)) * 86_400_000);
    const amount = 500 + random.below(60_000);
    rows.push([
      `DD${String(number).padStart(7, "0")}`,
      `KH${String(1 + random.below(5000)).padStart(5, "0")}`,
      day.toISOString().slice(0, 10),
      `${amount}.00`,
      `${Math.floor(amount / (3 + random.below(9)))}.00`,
      random.below(50) === 0 ? `${amount}.00` : "0.00",
    ]);
  }
  return { file: utf8File("订单表-全部.csv", csv(rows)), rows: 38_000 };
}
