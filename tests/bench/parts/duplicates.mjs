// Likely doubles among all customers of a large company, looked for on the page a person would use.
import { count, median, ms, p95 } from "../lib/figures.mjs";
import { atRest, followed, inLargeCompany } from "./app.mjs";

/** Measures the sweep in a fresh profile per run; the company is brought in before. */
export async function measureDuplicates({ app, runs, companies, results, say }) {
  const company = companies.find((company) => !company.isOffline);
  const times = [];
  const stalls = [];
  let pairs = "";
  for (let run = 0; run < Math.min(runs, 3); run += 1) {
    await inLargeCompany(app, company.path, async (page) => {
      await page.goto(`${app}/data`);
      await atRest(page);
      const found = page.getByText(/比对了 [\d,]+ 家客户，有 [\d,]+ 对/);
      const { took, stall } = await followed(page, "/data/duplicates", found);
      pairs = (await found.textContent()).match(/有 ([\d,]+) 对/)[1];
      times.push(took);
      stalls.push(stall);
      say(`${count(company.customers)} customers swept in ${ms(took)}, ${pairs} pairs, longest stall ${ms(stall)}`);
    });
  }
  results.duplicates = {
    company,
    runs: times.length,
    pairs,
    rows: [
      ["sweep, until the pairs are shown", ms(median(times)), ms(p95(times))],
      ["longest stall of the page meanwhile", ms(median(stalls)), ms(p95(stalls))],
    ],
    stall: median(stalls),
  };
}
