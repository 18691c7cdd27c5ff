import { createHash } from 'crypto';
import type { IDataObject } from 'n8n-workflow';
import { exchangeIn } from '../../shared/exchange/exchange';
import type { OwnId } from '../../shared/exchange/ownId';
import { countOf, flagOf, textOf } from '../../shared/fhir/json';
import type { Exchange } from '../judge/exchanges';
import { filesOf, type Files } from '../judge/files';
import type { Fact } from '../read/fact';
import { askAgain, UNKNOWN, type Verdict } from '../judge/verdict';
import { documentsOf, type Documents } from './documents';
import { exportColumns, matchColumns, reportColumns, runColumns, type RunOfNode } from './evidence';
import { findingsOf, NOT_CHECKED, oldestOf } from './findings';
import { isParsed } from './reports';
import { rosterColumns } from './rosterColumns';

/** The columns that a person reads (Simplify). */
export const SIMPLE_COLUMNS = [
	'memberId',
	'row',
	'payerName',
	'outcome',
	'reason',
	'nextStep',
	'askAgain',
	'resources',
];

/**
 * The row of an exchange, which is never changed: another attempt is another row. What is not known is null. Every row has all columns, so
 * that a table made of the first has room for all.
 */
export function outcomeRow(
	verdict: Verdict,
	exchange: Exchange | undefined,
	roster: { json: IDataObject; row: number; memberId: OwnId | undefined } | undefined,
	run: RunOfNode = {},
): IDataObject {
	const state = exchange?.state ?? {};
	const facts = exchange?.facts ?? [];
	const files = filesOf(facts);
	const lastOf = (column: string) =>
		facts
			.map(({ json }) => json[column])
			.filter((each) => each !== undefined)
			.at(-1);
	const members = facts.reduce((most, { json }) => Math.max(most, membersOf(json)), 1);
	const jobs = new Set(facts.flatMap(({ json }) => textOf(json.jobId) ?? []));
	return {
		memberId: state.memberId ?? roster?.memberId ?? null,
		// A table may have kept the number as text.
		row: roster?.row ?? exchangeIn(state)?.row ?? placeOfError(facts[0]) ?? null,
		payer: state.payer ?? null,
		payerName: state.payerName ?? state.payer ?? null,
		tenant: state.tenant ?? null,
		...verdict,
		askAgain: askAgain(verdict),
		consentId: state.consentId ?? null,
		consentPolicy: state.consentPolicy ?? null,
		consentEnd: state.consentEnd ?? null,
		...rosterColumns(roster?.json),
		askedAt: state.askedAt ?? null,
		matchedAt: state.matchedAt ?? null,
		...matchColumns({ state, facts }),
		requestedAt: state.requestedAt ?? null,
		completedAt: state.completedAt ?? null,
		fetchedAt: lastOf('fetchedAt') ?? null,
		jobId: jobs.size > 0 ? [...jobs].join(', ') : null,
		transactionTime: state.transactionTime ?? null,
		...exportColumns(facts),
		files: files.listed ?? null,
		filesFetched: files.reports.length,
		exportMembers: jobs.size > 0 ? members : null,
		...contents(files, {
			isShared: members > 1,
			documents: documentsOf(facts, files),
			isUnknown: verdict.outcome === UNKNOWN,
			isExportPartial: facts.some(({ kind, json }) => kind === 'failed' && json.outcome === 'partial'),
		}),
		...runColumns(run),
		exchangeId: state.exchangeId ?? null,
	};
}

/** The input row of an error of the first step that names nothing else. */
function placeOfError(fact: Fact | undefined): number | undefined {
	const index = fact?.step === 'memberMatch' ? fact.inputIndex : undefined;
	return index === undefined ? undefined : index + 1;
}

/** How many members share the export of an item. */
function membersOf(json: IDataObject): number {
	const count = countOf(Number(json.memberCount ?? 0));
	return count ? count : Array.isArray(json.members) ? json.members.length : 1;
}

/** What the reports say together. How much of a shared export is of which member, they do not say. */
function contents(
	files: Files,
	{
		documents,
		isShared,
		isUnknown,
		isExportPartial,
	}: { documents: Documents } & Record<'isShared' | 'isUnknown' | 'isExportPartial', boolean>,
): IDataObject {
	const { reports } = files;
	const sum = (column: string) =>
		reports.reduce((total, report) => total + (countOf(Number(report[column] ?? 0)) ?? 0), 0);
	const byType = typesOf(reports);
	const isSeen = reports.length > 0;
	const notWhole = reports
		.filter(({ outcome }) => outcome !== 'complete')
		.map(({ type }) => textOf(type) ?? 'a file');
	const lost = [
		...(isExportPartial ? ['the export'] : []),
		...notWhole,
		...files.errors.map(({ type }) => textOf(type) ?? 'a file'),
	];
	return {
		resources: isShared || (isUnknown && !isSeen) ? null : sum('resources'),
		resourcesByType:
			isSeen && !isShared
				? [...byType]
						.sort()
						.map(([type, count]) => `${type} ${count}`)
						.join(', ')
				: null,
		rejected: isSeen ? sum('rejected') : null,
		otherPatients: isSeen && reports.every(isOwnerChecked) ? sum('otherPatients') : NOT_CHECKED,
		deletions: isSeen ? sum('deletions') : null,
		documentsNamed: documents.named ?? null,
		documentsFetched: documents.fetched ?? null,
		documentsFailed: documents.failed ?? null,
		oldestServiceMonths: isShared ? null : (oldestOf(reports, 'oldestServiceMonths') ?? null),
		...reportColumns(reports, isShared),
		partial: lost.length > 0 ? [...new Set(lost)].join(', ') : null,
		findings: findingsOf(files, { byType, documents, isShared }),
		filesSha256: hashOf(files) ?? null,
	};
}

/** Resources by type: that of the file, or of a file that holds several, what its report lists. */
function typesOf(reports: readonly IDataObject[]): Map<string, number> {
	const byType = new Map<string, number>();
	const add = (type: string, count: number) => byType.set(type, (byType.get(type) ?? 0) + count);
	for (const { type, types, resources } of reports) {
		const listed = type === undefined ? [...(textOf(types) ?? '').matchAll(/([A-Za-z]+) (\d+)/g)] : [];
		for (const [, name, count] of listed) add(name, Number(count));
		if (listed.length === 0) add(textOf(type) ?? 'not stated', Number(resources ?? 0));
	}
	return byType;
}

/** Whether somebody has looked whose the resources of the file are, and could tell. Of none of others, a report says nothing. */
function isOwnerChecked(report: IDataObject): boolean {
	const { otherPatients, patientChecked, outcome } = report;
	const isRead = otherPatients !== undefined || isParsed(report);
	return isRead && flagOf(patientChecked) !== false && outcome !== 'consent-ended';
}

/** SHA-256 over the hashes of all files, sorted, each on a line; undefined unless all are known. */
function hashOf({ listed, reports }: Files): string | undefined {
	const hashes = reports.flatMap(({ sha256 }) => textOf(sha256) ?? []);
	if (hashes.length === 0 || hashes.length !== listed) return undefined;
	return createHash('sha256').update(hashes.sort().join('\n')).digest('hex');
}
