// GB18030 for writing: Node only reads it, so the table of two-byte characters is read once and turned round.

const LEADS: readonly [number, number] = [0x81, 0xfe];
const TRAILS: readonly [number, number] = [0x40, 0xfe];

let table: Map<string, number> | undefined;

function twoByteCharacters(): Map<string, number> {
  const found = new Map<string, number>();
  const decoder = new TextDecoder("gb18030");
  for (let lead = LEADS[0]; lead <= LEADS[1]; lead++) {
    for (let trail = TRAILS[0]; trail <= TRAILS[1]; trail++) {
      if (trail === 0x7f) continue;
      const text = decoder.decode(Uint8Array.of(lead, trail));
      if ([...text].length === 1 && text !== "\ufffd" && !found.has(text)) found.set(text, lead * 256 + trail);
    }
  }
  return found;
}

/** `text` in GB18030; characters outside its one- and two-byte parts are an error of the test. */
export function gb18030(text: string): Buffer {
  table ??= twoByteCharacters();
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const pair = table.get(character);
    if (code < 0x80) bytes.push(code);
    else if (pair !== undefined) bytes.push(pair >> 8, pair & 255);
    else throw new Error(`${character} has no two-byte form in GB18030`);
  }
  return Buffer.from(bytes);
}
