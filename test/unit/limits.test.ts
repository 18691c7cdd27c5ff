/* eslint-disable @n8n/community-nodes/no-restricted-imports, @n8n/community-nodes/no-restricted-globals */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties } from 'n8n-workflow';
import { fetchBatchForm } from '../../nodes/FetchBatch/form';
import { fetchDocumentsForm } from '../../nodes/FetchDocuments/form';
import { startExportForm } from '../../nodes/StartExport/form';
import * as limits from '../../nodes/shared/fhir/limits';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'reliability.md'), 'utf8');
/** The cells of each row of the tables, without what only aligns them. */
const ROWS = PAGE.split('\n').map((line) =>
	line
		.split('|')
		.map((cell) => cell.trim())
		.join('|'),
);

const number = (value: number) => value.toLocaleString('en-US');
const megabytes = (bytes: number) => `${bytes / 1024 / 1024} MB`;
const time = (ms: number) => (ms % 60_000 === 0 && ms > 60_000 ? `${ms / 60_000} minutes` : `${ms / 1000} s`);

const {
	ANSWER_LIMITS,
	LINE_LIMITS,
	MANIFEST_LIMITS,
	ERROR_FILE_LIMITS,
	TEXT_LIMITS,
	ITEMS_LIMITS,
	FILE_LIMITS,
	KEPT_ANSWERS_LIMITS,
	UDAP_LIMITS,
	VIEW_LIMITS,
} = limits;

test.each(
	Object.entries({ ...ANSWER_LIMITS, line: LINE_LIMITS }).map(([kind, { bytes, values }]) => [
		`\`${kind}\``,
		`${megabytes(bytes)}|${number(values)}|${limits.MAX_DEPTH}`,
	]),
)('C docs/reliability.md gives the limits of an answer of the kind %s as they are', (kind, cells) => {
	expect(ROWS).toContainEqual(expect.stringMatching(new RegExp(`^\\|${kind}[^|]*\\|${cells}\\|$`)));
});

test.each([
	[
		'all pages of a manifest',
		`${number(MANIFEST_LIMITS.pages)} pages, ${number(MANIFEST_LIMITS.files)} files, ${megabytes(MANIFEST_LIMITS.bytes)}`,
	],
	[
		'error files of an export',
		`${ERROR_FILE_LIMITS.files} files, ${ERROR_FILE_LIMITS.issues} issues, ${megabytes(ERROR_FILE_LIMITS.bytes)} a file`,
	],
	['issues of an answer', `the first ${limits.MAX_ISSUES}`],
	[
		'an instant, a code, an id',
		`${TEXT_LIMITS.instant}, ${TEXT_LIMITS.code}, ${number(TEXT_LIMITS.id)} letters`,
	],
	['an address', `${TEXT_LIMITS.address / 1024} kB`],
	['free text', `${number(TEXT_LIMITS.free)} letters`],
	[
		'answers that items carry (`response`)',
		`${megabytes(KEPT_ANSWERS_LIMITS.letters)}, ${number(KEPT_ANSWERS_LIMITS.values)} JSON values, of all items of a run`,
	],
	[
		'items of a run of Fetch Batch',
		`${number(ITEMS_LIMITS.resources)} resources, ${ITEMS_LIMITS.megabytes} MB of NDJSON, ${number(ITEMS_LIMITS.valuesPerMegabyte)} JSON values for each of the MB`,
	],
	['a document of Fetch Documents', `${limits.DOCUMENT_LIMITS.megabytes} MB`],
	['duplicates of a file', `${number(limits.DUPLICATE_LIMITS.resources)} resources`],
	[
		'claims of a run (One Claim Once)',
		`${limits.CLAIM_INDEX_LIMITS.megabytes} MB, which is ${number((limits.CLAIM_INDEX_LIMITS.megabytes / 64) * 1_000_000)} claims`,
	],
	[
		'an NDJSON file',
		`${FILE_LIMITS.gigabytes} GB, ${FILE_LIMITS.timesPromised} times the lines of the promised count, which counts as ${number(FILE_LIMITS.leastPromised)} at least`,
	],
	[
		'signed UDAP metadata',
		`${number(UDAP_LIMITS.letters)} letters, ${UDAP_LIMITS.certificates} certificates of ${number(UDAP_LIMITS.certificateBytes)} bytes`,
	],
	['a path of a view', `${number(VIEW_LIMITS.pathLetters)} letters, ${number(VIEW_LIMITS.pathTokens)} parts`],
	[
		'a view',
		`${VIEW_LIMITS.columns} columns, ${VIEW_LIMITS.selects} selects, ${VIEW_LIMITS.selectDepth} deep, ${VIEW_LIMITS.constants} constants`,
	],
	[
		'the rows of a view for one resource',
		`${number(VIEW_LIMITS.rows)} rows, ${number(VIEW_LIMITS.steps)} steps`,
	],
	[
		'headers of an answer',
		`${time(limits.HEADERS_TIMEOUT_MS)}; of a token endpoint ${time(limits.SIGN_IN_HEADERS_TIMEOUT_MS)}`,
	],
	[
		'an answer read into memory',
		`${time(limits.ANSWER_TIMEOUT_MS)}, ${time(limits.ANSWER_IDLE_TIMEOUT_MS)} without a byte`,
	],
	['a file without a byte, in all attempts', time(limits.RETRY_BUDGET_MS)],
	['a file, even if bytes arrive all the time', `${limits.FILE_TIMEOUT_MS / 3_600_000} hours`],
	['token requests of a credential whose endpoint is in trouble', time(limits.TOKEN_BUDGET_MS)],
	['a host that is not found', time(limits.UNKNOWN_HOST_BUDGET_MS)],
	['the removal of a job', time(limits.REMOVE_BUDGET_MS)],
	['a new job that the payer does not know yet', time(limits.NEW_JOB_GRACE_MS)],
	['pages in place of a job', time(limits.OUT_OF_SIGHT_MS)],
	['a job of which only server errors are heard', `${limits.JOB_TROUBLE_LIMIT_MS / 3_600_000} hours`],
	['pages and error files past Give Up After', time(limits.FINISHING_MS)],
	['the Test of a credential', time(limits.TEST_TIMEOUT_MS)],
	[
		'Check Payer',
		`${time(limits.PROBE_TIMEOUT_MS)} for each question, ${time(limits.CHECK_TIMEOUT_MS)} for all of a payer, side by side`,
	],
])('C docs/reliability.md gives the limit of %s as it is', (what, cells) => {
	expect(ROWS.some((row) => row.startsWith(`|${what}|${cells}|`))).toBe(true);
});

const defaultOf = (form: INodeProperties[], name: string) => {
	const options = form.find((field) => field.name === 'options')?.options as INodeProperties[];
	return options.find((option) => option.name === name)?.default;
};

test.each([
	['Items Up To (Resources)', defaultOf(fetchBatchForm, 'itemsResources'), ITEMS_LIMITS.resources],
	['Items Up To (MB)', defaultOf(fetchBatchForm, 'itemsMegabytes'), ITEMS_LIMITS.megabytes],
	['File Size Up To (GB)', defaultOf(fetchBatchForm, 'fileGigabytes'), FILE_LIMITS.gigabytes],
	[
		'Document Size Up To (MB)',
		defaultOf(fetchDocumentsForm, 'documentMegabytes'),
		limits.DOCUMENT_LIMITS.megabytes,
	],
	['Keep Trying For (Minutes)', defaultOf(fetchBatchForm, 'keepTryingFor'), limits.RETRY_BUDGET_MS / 60_000],
	[
		'Wait for Answer (Seconds)',
		defaultOf(startExportForm, 'answerSeconds'),
		limits.HEADERS_TIMEOUT_MS / 1000,
	],
])('C the form shows the limit of %s as it is', (_, shown, limit) => {
	expect(shown).toBe(limit);
});
