// @ts-check
const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH = 20; // about 103 bits: unique for one identity and room for as long as the room lives

/**
 * A fresh idempotency key for one command.
 * @returns {string}
 */
export function newRef() {
  const bytes = crypto.getRandomValues(new Uint8Array(LENGTH));
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join("");
}
