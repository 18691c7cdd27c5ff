import type { JsonBounds } from './jsonMeter';

/**
 * How much of a payer's is read, and how long is waited for it. All limits stand here, on the lowest floor, since readers of every floor
 * keep to them; `docs/reliability.md` shows them, and a test compares the two.
 */

const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** The most of one answer that is read into memory. */
export interface AnswerLimits {
	bytes: number;
	/** JSON values, counted before the text is parsed. */
	values: number;
}

/**
 * By the kind of answer. A 202 and an answer that is no 2xx count as `status`, whatever was asked for.
 * - `signIn`: of a token endpoint, and the SMART configuration; UDAP metadata and registration
 * - `status`: a 202, an error, and what says nothing but by its status
 * - `match`: of a match of one member, and of the search for the Patient
 * - `bulkMatch`: the result of a match of many members, wherever it comes
 * - `manifest`: one page of the list of files of an export
 * - `capabilities`: the payer's CapabilityStatement
 * - `binary`: a document as a Binary resource, its bytes in base64
 */
export const ANSWER_LIMITS = {
	signIn: { bytes: MEGABYTE, values: 20_000 },
	status: { bytes: 4 * MEGABYTE, values: 500_000 },
	match: { bytes: 8 * MEGABYTE, values: 500_000 },
	bulkMatch: { bytes: 64 * MEGABYTE, values: 2_000_000 },
	manifest: { bytes: 64 * MEGABYTE, values: 2_000_000 },
	capabilities: { bytes: 32 * MEGABYTE, values: 2_000_000 },
	binary: { bytes: 64 * MEGABYTE, values: 200_000 },
} as const satisfies Record<string, AnswerLimits>;

/** What an answer is expected to be, where it is a 200. */
export type AnswerKind = keyof typeof ANSWER_LIMITS;

/** How deep JSON may be nested, wherever it comes from: n8n cannot store what is nested much deeper. */
export const MAX_DEPTH = 200;

/** One line of NDJSON; a line beyond that is rejected. The bytes have room for a resource with a 40 MB attachment. */
export const LINE_LIMITS: AnswerLimits = { bytes: 64 * MEGABYTE, values: 200_000 };
export const LINE_BOUNDS: JsonBounds = { values: LINE_LIMITS.values, depth: MAX_DEPTH };

/** All pages of a manifest together. */
export const MANIFEST_LIMITS = { pages: 1000, files: 200_000, bytes: 512 * MEGABYTE };

/** What is read of the error files of an export. Past that, the export is partial. */
export const ERROR_FILE_LIMITS = { files: 100, issues: 200, bytes: 64 * MEGABYTE };

/** Issues of one OperationOutcome that are read. */
export const MAX_ISSUES = 200;

/** Letters of a text that is passed on to an item. A code, an id or an address that is longer counts as none; free text is cut. */
export const TEXT_LIMITS = {
	instant: 40,
	code: 64,
	id: 1000,
	address: 8 * KILOBYTE,
	free: 1000,
};

/** Until the headers of an answer arrive; of a token endpoint, of any other request, and of the Test of a credential. */
export const SIGN_IN_HEADERS_TIMEOUT_MS = MINUTE;
export const HEADERS_TIMEOUT_MS = 2 * MINUTE;
export const TEST_TIMEOUT_MS = 30 * SECOND;
/** For one question of Check Payer: sign-in, headers and body together. */
export const PROBE_TIMEOUT_MS = 10 * SECOND;
/** For all questions about one payer. */
export const CHECK_TIMEOUT_MS = 14 * SECOND;
/** For the body of an answer that is read into memory, and between two chunks of it. */
export const ANSWER_TIMEOUT_MS = 5 * MINUTE;
export const ANSWER_IDLE_TIMEOUT_MS = MINUTE;
/** For all attempts of one request, pauses included; of a file only what passes before and between attempts. */
export const RETRY_BUDGET_MS = 5 * MINUTE;
/** The same where the name of the host is not found: more often it was entered wrongly than that the network is in trouble. */
export const UNKNOWN_HOST_BUDGET_MS = 15 * SECOND;
/** For all attempts to have a job removed at the payer. */
export const REMOVE_BUDGET_MS = 15 * SECOND;
/** For one file, even if bytes arrive all the time. */
export const FILE_TIMEOUT_MS = 24 * 60 * MINUTE;
/** For all token requests of a credential whose endpoint is in trouble, pauses included. */
export const TOKEN_BUDGET_MS = 2 * MINUTE;
/** How long an export job may be unknown to the payer that has just started it. */
export const NEW_JOB_GRACE_MS = MINUTE;
/** How long pages and redirects may come in place of the status of a job at which the payer was working. */
export const OUT_OF_SIGHT_MS = MINUTE;
/** How long nothing but server errors may be heard of an export job. */
export const JOB_TROUBLE_LIMIT_MS = 24 * 60 * MINUTE;
/** What the list of files and the error files of a finished export may take, even where the deadline of the node is nearer. */
export const FINISHING_MS = 5 * SECOND;

/** Answers that the items of one node run carry as they came (`response`). */
export const KEPT_ANSWERS_LIMITS = { letters: 32 * MEGABYTE, values: 1_000_000 };

/** Fetch Batch: all items of a node run together, for Items and Bundles. The values go with the megabytes that are set. */
export const ITEMS_LIMITS = { resources: 200_000, megabytes: 100, valuesPerMegabyte: 60_000 };
/** Resources of one file whose type and id are remembered, to tell which it holds twice: 12 bytes each, in a table half empty. */
export const DUPLICATE_LIMITS = { resources: 500_000 };
/** FHIR to Table > One Claim Once: what is remembered of all claims of a run, 64 bytes for each and more where they name others. */
export const CLAIM_INDEX_LIMITS = { megabytes: 256 };
/** Fetch Batch: one NDJSON file. It may hold so many times the lines that are promised, which count as `leastPromised` at least. */
export const FILE_LIMITS = { gigabytes: 10, timesPromised: 10, leastPromised: 1000 };
/** Fetch Documents: one document. */
export const DOCUMENT_LIMITS = { megabytes: 500 };

/** What a payer signs for UDAP: letters of the JWT, and the certificates that come with it. */
export const UDAP_LIMITS = { letters: 400_000, certificates: 10, certificateBytes: 20_000 };

/** What a ViewDefinition may ask for: it cannot run for ever, nor fill the memory with the rows of one resource. */
export const VIEW_LIMITS = {
	/** Letters and tokens of one path: 250 codes joined by `or` fit. */
	pathLetters: 10_000,
	pathTokens: 1_000,
	columns: 500,
	/** Selects of a view, and how deep they may be nested. */
	selects: 500,
	selectDepth: 30,
	constants: 500,
	/** Rows of one resource. */
	rows: 100_000,
	/** Elements that are walked to make them: more, where a `forEach` inside another one finds nothing. */
	steps: 1_000_000,
	/** How deep `repeat` may follow elements; JSON is nested less deep. */
	repeatDepth: 200,
	/** Letters of a text that a path puts together. */
	textLetters: 10_000_000,
};
