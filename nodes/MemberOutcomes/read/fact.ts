import type { IDataObject } from 'n8n-workflow';
import { sourceOutput, type SourceOutput } from '../../shared/exchange/envelope';
import { exchangeIdsOf } from '../../shared/exchange/exchange';
import { readPayerKey } from '../../shared/exchange/payerKey';
import { idText, isObject, textOf } from '../../shared/fhir/json';
import { isErrorItem } from '../../shared/n8n/errorItems';
import { isOutcome } from '../../shared/n8n/outcomes';
import { memberIdOf } from './rosterRow';

/** The steps of an exchange, as their nodes are called in a workflow file. */
export const STEPS = ['memberMatch', 'startExport', 'waitForExport', 'fetchBatch', 'fetchDocuments'] as const;
export type Step = (typeof STEPS)[number];

/** What an item says of an exchange. */
export type FactKind =
	| 'matched'
	| 'notMatched'
	| 'started'
	| 'notStarted'
	| 'running'
	| 'completed'
	| 'failed'
	| 'report'
	| 'document'
	| 'error';

/** An item of one of these nodes, wherever it was found. */
export interface Fact {
	kind: FactKind;
	step: Step;
	/** Its columns; those without a value are left out, since a table has empty cells. */
	json: IDataObject;
	/** The export job that it is of, at its payer. */
	job?: string;
	/** Ids of the exchanges that it is about; empty if it names none. */
	exchangeIds: readonly string[];
	/** Where it was found, if a node of this run gave it. */
	at?: { node: string; run: number };
	/** Index of its input item (from 0), where the item says so. */
	inputIndex?: number;
}

const KINDS: Partial<Record<SourceOutput, [kind: FactKind, step: Step]>> = {
	'Matched of Member Match': ['matched', 'memberMatch'],
	'Not Matched of Member Match': ['notMatched', 'memberMatch'],
	'Start Export': ['started', 'startExport'],
	'Not Started of Start Export': ['notStarted', 'startExport'],
	'Completed of Wait For Export': ['completed', 'waitForExport'],
	'Still Running of Wait For Export': ['running', 'waitForExport'],
	'Failed of Wait For Export': ['failed', 'waitForExport'],
	'Batch Report of Fetch Batch': ['report', 'fetchBatch'],
	'Report of Fetch Documents': ['document', 'fetchDocuments'],
};

/**
 * What an item says, judged by its columns alone; undefined if it is of none of these nodes.
 * @param given the node of this run that gave it, if it was one of them
 */
export function factOf(item: IDataObject, given?: { step: Step }): Fact | undefined {
	const json = withoutEmpty(item);
	// A FHIR resource, or a row of this node that was kept.
	if (json.resourceType !== undefined || json.askAgain !== undefined) return undefined;
	if (isErrorItem(json) || (isErrorWithRow(json) && (given || exchangeIdsOf(json).length > 0))) {
		const details = isObject(json.details) ? json.details : {};
		const about = { ...json, ...details };
		return {
			kind: 'error',
			step: given?.step ?? stepOfInput(about),
			json: about,
			...jobOf(about),
			exchangeIds: errorIds(about),
			...(typeof details.itemIndex === 'number' && { inputIndex: details.itemIndex }),
		};
	}
	if (json.outcome === 'payer-unknown' && !given) return ownEnd(json);
	const output = sourceOutput(json);
	const known = output && KINDS[output];
	if (!known || (json.outcome !== undefined && !isOutcome(json.outcome))) return undefined;
	const [kind, step] = known;
	// A row of somebody's own table may look like an item of Start Export.
	const exchangeIds = exchangeIdsOf(json);
	const job = jobOf(json);
	const isOurs = exchangeIds.length > 0 || (job.job !== undefined && readPayerKey(json) !== undefined);
	return isOurs || given ? { kind, step, json, ...job, exchangeIds } : undefined;
}

function jobOf(json: IDataObject): { job?: string } {
	const id = idText(json.jobId) ?? textOf(json.statusUrl);
	return id === undefined ? {} : { job: JSON.stringify([json.payer ?? json.tenant ?? '', id]) };
}

/** The only outcome that others give too: who looks up the payers before Member Match. */
function ownEnd(json: IDataObject): Fact {
	const memberId = memberIdOf(json);
	const about = { ...json, ...(memberId !== undefined && { memberId }) };
	return { kind: 'notMatched', step: 'memberMatch', json: about, exchangeIds: exchangeIdsOf(json) };
}

/** The error item of the error output: the input row, and what was wrong. */
function isErrorWithRow({ error, message }: IDataObject): boolean {
	return textOf(error) !== undefined && textOf(message) !== undefined;
}

/** Several ids stand in one text. */
function errorIds({ exchangeId, ...json }: IDataObject): string[] {
	return exchangeIdsOf({ ...json, moreExchangeIds: [exchangeId, json.moreExchangeIds].join(' ') });
}

/** Which step an error is of, by what its input item already knew. */
function stepOfInput(json: IDataObject): Step {
	if (json.batchCount !== undefined || json.batch !== undefined) return 'fetchBatch';
	if (json.jobId !== undefined) return 'waitForExport';
	return json.matchedAt === undefined ? 'memberMatch' : 'startExport';
}

function withoutEmpty(json: IDataObject): IDataObject {
	return Object.fromEntries(
		Object.entries(json).filter(([, value]) => value !== undefined && value !== null && value !== ''),
	);
}
