import { MINUTE, SECOND } from '../n8n/time';

/** Timeouts and size limits of HTTP responses. */

/** Until the response headers arrive. */
export const HEADERS_TIMEOUT_MS = MINUTE;
/** For the body of a response that is read into memory. */
export const REPLY_TIMEOUT_MS = 5 * MINUTE;
/** Between two chunks of such a body. */
export const REPLY_IDLE_TIMEOUT_MS = MINUTE;
/** For responses that are read into memory: match results, job states, manifests, error files. */
export const MAX_REPLY_BYTES = 32 * 1024 * 1024;
/** For all attempts of one request, pauses included. */
export const RETRY_BUDGET_MS = 5 * MINUTE;
/** How long no request is sent after a 429 without Retry-After. */
export const DEFAULT_HOLD_MS = SECOND;
