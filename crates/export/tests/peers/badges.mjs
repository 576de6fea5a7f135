// Every badge of a folder verifies with both suites; after any one field is changed or removed, or one is added, it does not.

import { readFileSync, readdirSync } from "node:fs";
import { verified } from "./verifier.mjs";

const folder = process.argv[2];
const BOTH = "eddsa-jcs-2022,eddsa-rdfc-2022";
const read = (file) => JSON.parse(readFileSync(file, "utf8"));

function check(holds, words) {
  if (!holds) {
    console.error(words);
    process.exit(1);
  }
}

/** The paths of all values that hold no others. */
function leaves(value, at = []) {
  return value !== null && typeof value === "object" ? Object.entries(value).flatMap(([name, one]) => leaves(one, [...at, name])) : [at];
}

function changed(document, path, change) {
  const copy = structuredClone(document);
  const parent = path.slice(0, -1).reduce((value, name) => value[name], copy);
  change(parent, path.at(-1));
  return copy;
}

const changes = {
  changed: (parent, name) => (parent[name] = typeof parent[name] === "number" ? parent[name] + 1 : parent[name].slice(0, -1) + (parent[name].endsWith("1") ? "2" : "1")),
  removed: (parent, name) => (Array.isArray(parent) ? parent.splice(Number(name), 1) : delete parent[name]),
};

const files = readdirSync(`${folder}/badges`).filter((file) => file.endsWith(".json"));
check(files.length > 0, "there is no badge");
for (const file of files) {
  const badge = read(`${folder}/badges/${file}`);
  check((await verified(badge)).join() === BOTH, `${file} does not verify`);
  check(badge.issuer.id === badge.proof[0].verificationMethod.split("#")[0], `${file}: the issuer does not hold the key`);
}

let refused = 0;
for (const file of [files[0], files.at(-1)]) {
  const badge = read(`${folder}/badges/${file}`);
  for (const path of leaves(badge)) {
    for (const [word, change] of Object.entries(changes)) {
      const suites = await verified(changed(badge, path, change));
      // What the proofs say of themselves is each one's own; all the rest is covered by both.
      const isRefused = path[0] === "proof" ? suites.join() !== BOTH : suites.length === 0;
      check(isRefused, `${file}: ${path.join("/")} was ${word}, and it still verifies`);
      refused += 1;
    }
  }
  const more = structuredClone(badge);
  more.credentialSubject.role = "x";
  check((await verified(more)).length === 0, `${file}: something was added, and it still verifies`);
}

const manifest = read(`${folder}/manifest.json`);
check((await verified(manifest)).join() === "eddsa-jcs-2022", "the manifest does not verify");
// Of a long manifest not every leaf is tried, but leaves of every kind.
const tried = leaves(manifest).filter((_, at, all) => all.length <= 300 || at % 29 === 0 || at < 12 || at >= all.length - 12);
for (const path of tried) {
  check((await verified(changed(manifest, path, changes.changed))).length === 0, `the manifest: ${path.join("/")} was changed`);
}
console.log(`${files.length} badges verified with both suites; ${refused} changes refused; the manifest verified, ${tried.length} changes refused`);
