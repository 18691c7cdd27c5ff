import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { readAsked } from '../../shared/exchange/asked';
import { sourceExportOf } from '../../shared/exchange/sourceExport';
import { idText, isObject, textOf, tryParseJson } from '../../shared/fhir/json';
import { PACKAGE_VERSION } from '../../shared/n8n/packageVersion';
import { ERROR } from '../judge/verdict';
import type { Exchange } from '../judge/exchanges';
import type { Fact } from '../read/fact';
import { numberOf } from './reports';

/** The run of n8n that gives the row; absent where n8n does not say. */
export interface RunOfNode {
	workflowId?: string;
	executionId?: string;
}

/** Filled in by whoever loads the data; this node cannot know them. */
const OF_THE_LOAD = { incorporatedAt: null, stored: null, refused: null, target: null };

/** Which run of which version says so. */
export function runColumns({ workflowId, executionId }: RunOfNode): IDataObject {
	return {
		...OF_THE_LOAD,
		workflowId: textOf(workflowId) ?? null,
		executionId: textOf(executionId) ?? null,
		packageVersion: PACKAGE_VERSION,
	};
}

/** What the match was answered with, and a hash of the member's identifier at the payer, which names nobody by itself. */
export function matchColumns({ state, facts }: Exchange): IDataObject {
	const ofMatch = facts.filter(({ step }) => step === 'memberMatch');
	const status = lastOf(ofMatch, 'httpStatus');
	return {
		matchOutcome: matchOutcome(ofMatch.at(-1), state) ?? null,
		matchHttpStatus: numberOf(status) ?? null,
		memberIdentifierHash: identifierHash(lastOf(facts, 'memberIdentifier')) ?? null,
	};
}

/** Later items carry `matchedAt` only of a member who was matched. */
function matchOutcome(last: Fact | undefined, { matchedAt }: IDataObject): string | undefined {
	if (last === undefined) return matchedAt === undefined ? undefined : 'matched';
	return last.kind === 'error' ? ERROR : textOf(last.json.outcome);
}

/** SHA-256 of `system|value`. A table may hold the identifier as text. */
function identifierHash(column: unknown): string | undefined {
	const identifier = typeof column === 'string' ? tryParseJson(column) : column;
	const value = isObject(identifier) ? textOf(identifier.value) : undefined;
	if (!isObject(identifier) || value === undefined) return undefined;
	return createHash('sha256')
		.update(`${textOf(identifier.system) ?? ''}|${value}`)
		.digest('hex');
}

function lastOf(facts: readonly Fact[], column: string): unknown {
	return facts.map(({ json }) => json[column]).findLast((each) => each !== undefined);
}

/**
 * What was asked for, and the mark that the resources themselves bear (Prepare For My Server). Of several exports of one exchange, what
 * each says, separated by commas.
 */
export function exportColumns(facts: readonly Fact[]): IDataObject {
	const jobs = jobsOf(facts);
	const asked = jobs.flatMap((job) => readAsked(job.asked) ?? []);
	return {
		sourceExport: listed(jobs.flatMap((job) => sourceExportIn(job) ?? [])),
		statusUrlHost: listed(jobs.flatMap(({ statusUrl }) => hostOf(statusUrl) ?? [])),
		since: listed(asked.flatMap(({ since }) => since ?? [])),
		types: listed(asked.flatMap(({ types }) => types ?? [])),
	};
}

const OF_A_JOB = ['payer', 'directoryKey', 'jobId', 'statusUrl', 'transactionTime', 'asked'];

/** What the items of each export say of it; not each item says all. An export can have 200,000 files. */
function jobsOf(facts: readonly Fact[]): IDataObject[] {
	const jobs = new Map<string, IDataObject>();
	for (const { job, kind, json } of facts) {
		if (job === undefined) continue;
		const known = jobs.get(job) ?? {};
		jobs.set(job, known);
		for (const column of OF_A_JOB) known[column] ??= json[column];
		known.isFetched ??= kind === 'report' || undefined;
	}
	return [...jobs.values()];
}

/** Only of an export that has ended: before, its transaction time is not known. Some payers never state one. */
function sourceExportIn({ payer, transactionTime, isFetched, ...of }: IDataObject): string | undefined {
	const [key, job, time] = [textOf(payer), textOf(of.jobId), textOf(transactionTime)];
	const isEnded = time !== undefined || isFetched === true;
	return key !== undefined && job !== undefined && isEnded
		? sourceExportOf(key, { jobId: job, transactionTime: time, directoryKey: idText(of.directoryKey) })
		: undefined;
}

function hostOf(url: unknown): string | undefined {
	const text = textOf(url);
	return text !== undefined && URL.canParse(text) ? textOf(new URL(text).host) : undefined;
}

function listed(values: readonly string[]): string | null {
	return values.length > 0 ? [...new Set(values)].join(', ') : null;
}

/** Counts that Fetch Batch and FHIR to Table make of the contents of a file. */
const CONTENT = [
	'moneyAmounts',
	'deniedAuthorizations',
	'drugAuthorizations',
	'authorizationsWithoutDocuments',
	'protectedResources',
	'transmitters',
];

/** How much came, and what of it. A count is null where a file was not looked at, or is of several members. */
export function reportColumns(reports: readonly IDataObject[], isShared: boolean): IDataObject {
	const ofResources = reports.filter(({ deletions }) => deletions === undefined);
	const counts = CONTENT.map((column) => [column, isShared ? null : sumOf(ofResources, column)]);
	const withContent = reports.filter(
		({ bytes, resources }) => bytes !== undefined || numberOf(resources) !== 0,
	);
	return { bytes: sumOf(withContent, 'bytes'), ...Object.fromEntries(counts) };
}

function sumOf(reports: readonly IDataObject[], column: string): number | null {
	const counts = reports.map((report) => numberOf(report[column]));
	const known = counts.filter((count) => count !== undefined);
	return counts.length === 0 || known.length < counts.length
		? null
		: known.reduce((total, count) => total + count, 0);
}
