// Makes the container `kehu` in the Azurite at the address given; object stores make things in containers, not containers.
import { createHmac } from "node:crypto";

// The account of every emulator, published by Microsoft: https://learn.microsoft.com/azure/storage/common/storage-use-azurite
const ACCOUNT = "devstoreaccount1";
const KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

const [address] = process.argv.slice(2);
const date = new Date().toUTCString();
const version = "2021-12-02";
const signed = [
  "PUT",
  // Of the eleven headers that could be signed here, none is sent.
  ...Array(11).fill(""),
  `x-ms-date:${date}`,
  `x-ms-version:${version}`,
  `/${ACCOUNT}/${ACCOUNT}/kehu`,
  "restype:container",
].join("\n");
const signature = createHmac("sha256", Buffer.from(KEY, "base64")).update(signed, "utf8").digest("base64");
const answer = await fetch(`${address}/${ACCOUNT}/kehu?restype=container`, {
  method: "PUT",
  headers: { "x-ms-date": date, "x-ms-version": version, authorization: `SharedKey ${ACCOUNT}:${signature}` },
});
if (answer.status !== 201) {
  console.error(`${answer.status} ${await answer.text()}`);
  process.exit(1);
}
