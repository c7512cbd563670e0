import { chromium } from "@playwright/test";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
const out=process.argv[2], lang=process.argv[3]||"zh", only=process.argv[4]||"";
mkdirSync(out,{recursive:true});
const b=await chromium.launch({executablePath:"/usr/bin/chromium",args:["--no-sandbox","--disable-gpu"]});
const ctx=await b.newContext({locale:lang==="zh"?"zh-CN":"en-US",timezoneId:"Asia/Shanghai",viewport:{width:1440,height:900}});
const p=await ctx.newPage();
p.on("pageerror",e=>console.log("ERR",e.message)); p.on("console",m=>{if(m.type()==="error")console.log("CON",m.text())});
await p.goto("http://127.0.0.1:8105/");
await p.evaluate(l=>localStorage.setItem("kehu-language",l),lang);
await p.reload();
await p.getByRole("button",{name:lang==="zh"?"从空白开始":"Start empty"}).click();
await p.locator("input").first().fill(lang==="zh"?"明德办公用品有限公司":"Mingde Office Supplies Ltd");
await p.getByRole("button",{name:lang==="zh"?"开始":"Start",exact:true}).click();
await p.waitForTimeout(1500);
const root="../../playbook";
for(const ch of readdirSync(root).filter(f=>/^\d\d-/.test(f))) for(const s of readdirSync(`${root}/${ch}`).filter(f=>/^\d+\.\d/.test(f))){
  const sec=s.split("-")[0];
  let forms=[]; try{forms=[...readFileSync(`${root}/${ch}/${s}/forms.toml`,"utf8").matchAll(/^id = "(F-[^"]+)"/gm)].map(m=>m[1]);}catch{}
  if(!only||sec.match(only)){
  await p.goto(`http://127.0.0.1:8105/handbook/${sec}`); await p.getByRole("heading",{level:1}).first().waitFor(); await p.waitForTimeout(300);
  await p.pdf({path:`${out}/S-${sec}.pdf`,preferCSSPageSize:true,printBackground:true});}
  for(const f of forms){ if(only&&!f.match(only))continue;
    await p.goto(`http://127.0.0.1:8105/handbook/${sec}?form=${f}`); await p.getByRole("heading",{level:1}).first().waitFor(); await p.waitForTimeout(200);
    await p.pdf({path:`${out}/${f}.pdf`,preferCSSPageSize:true,printBackground:true});
  }
}
await b.close();
