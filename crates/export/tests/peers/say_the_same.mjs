// The JSON is its own canonical form; the QR codes are read by jsQR, verified by jose, and say what the table says.

import { readFileSync, readdirSync } from "node:fs";
import canonicalize from "canonicalize";
import { compactVerify, importJWK } from "jose";
import jsqr from "jsqr";

const folder = process.argv[2];
const read = (file) => readFileSync(`${folder}/${file}`, "utf8");

function check(holds, words) {
  if (!holds) {
    console.error(words);
    process.exit(1);
  }
}

for (const file of ["certificates.json", "manifest.json", ...readdirSync(`${folder}/badges`).map((name) => `badges/${name}`)]) {
  check(canonicalize(JSON.parse(read(file))) === read(file), `${file} is not in canonical form`);
}

/** The public key of a did:key, as a JWK. */
function jwk(did) {
  const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  let number = 0n;
  for (const sign of did.slice("did:key:z".length)) {
    number = number * 58n + BigInt(alphabet.indexOf(sign));
  }
  const bytes = Buffer.from(number.toString(16).padStart(68, "0"), "hex");
  return { kty: "OKP", crv: "Ed25519", x: bytes.subarray(2).toString("base64url") };
}

/** A code of the page as a picture, four points a square. */
function picture(side, path) {
  const [zoom, width] = [4, side * 4];
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let line = 0; line < zoom; line += 1) {
      const point = (Number(y) * zoom + line) * width + Number(x) * zoom;
      for (let at = point; at < point + Number(length) * zoom; at += 1) {
        data.fill(0, at * 4, at * 4 + 3);
      }
    }
  }
  return [data, width, width];
}

const { rows } = JSON.parse(read("certificates.json"));
const key = await importJWK(jwk(JSON.parse(read("manifest.json")).issuer), "EdDSA");
const codes = [...read("sheets.html").matchAll(/viewBox="0 0 (\d+) \d+"[^>]*><path d="([^"]*)"/g)];
check(codes.length === rows.length, `${codes.length} codes for ${rows.length} certificates`);
for (const [at, [, side, path]] of codes.entries()) {
  const token = jsqr.default ? jsqr.default(...picture(Number(side), path)).data : jsqr(...picture(Number(side), path)).data;
  const { payload } = await compactVerify(token, key);
  const claim = JSON.parse(Buffer.from(payload).toString("utf8"));
  const { number, person: id, kind: what, issued: from, last_day: until } = rows[at];
  check(canonicalize(claim) === canonicalize(until === undefined ? { number, id, what, from } : { number, id, what, from, until }), `code ${at + 1} says something else`);
  const [head, body, signature] = token.split(".");
  const forged = Buffer.from(JSON.stringify({ ...claim, until: "2099-12-31" })).toString("base64url");
  check(await compactVerify(`${head}.${forged}.${signature}`, key).then(() => false, () => true), `code ${at + 1}: a forged claim verifies`);
  check(body !== forged, "or nothing was forged");
}
console.log(`${codes.length} codes read and verified, each with its claim; sides of ${[...new Set(codes.map((code) => Number(code[1]) - 8))].join(", ")} squares`);
