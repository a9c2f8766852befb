// @ts-check
/** A step that the server refused, over either transport. */
export class Refusal extends Error {
  /** @param {{code: string, message?: string, retryable?: boolean, retry_after_ms?: number, details?: any}} error */
  constructor(error) {
    super(error.message || error.code);
    this.name = "Refusal";
    this.code = error.code;
    this.retryable = error.retryable === true;
    this.retryAfterMs = error.retry_after_ms;
    this.details = error.details;
  }
}
