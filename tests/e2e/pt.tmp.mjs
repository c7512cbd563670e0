import { chromium } from "@playwright/test";
const b=await chromium.launch({executablePath:"/usr/bin/chromium",args:["--no-sandbox","--disable-gpu"]});
const p=await b.newPage(); await p.goto("file:///tmp/pt/t.html"); await p.pdf({path:"/tmp/pt/t.pdf",preferCSSPageSize:true}); await b.close();
