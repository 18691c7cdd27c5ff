import { MINUTE, SECOND } from '../n8n/time';

/** How long and how large an answer may be, in one place. */

/** Until the headers of an answer are there. */
export const HEADERS_WITHIN_MS = MINUTE;
/** For an answer that is read whole, once its headers are there. */
export const REPLY_WITHIN_MS = 5 * MINUTE;
/** Between two pieces of an answer that is read whole. */
export const REPLY_IDLE_MS = MINUTE;
/** Of an answer that is read whole: match answers, job states, manifests, error files. */
export const LONGEST_REPLY_BYTES = 32 * 1024 * 1024;
/** For repeating one request, its pauses included. */
export const PATIENCE_MS = 5 * MINUTE;
/** How long nothing leaves after a 429 where the payer does not say. */
export const STANDARD_HOLD_MS = SECOND;
