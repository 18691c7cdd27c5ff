import type { IDataObject } from 'n8n-workflow';
import { readAsked } from '../../shared/exchange/asked';
import { countOf, tryParseJson } from '../../shared/fhir/json';
import { pluralize } from '../../shared/n8n/hints';
import type { Files } from '../judge/files';
import { joined } from '../judge/verdict';

/** What stands in a cell where nobody has looked. */
export const NOT_CHECKED = 'not checked';
/** What stands there where somebody has, and found nothing. */
const NONE = 'none';

/**
 * Whether each line of the file was parsed. A table may hold some columns of a report: then these have to say so.
 * @param report without empty columns
 */
export function isParsed(report: IDataObject): boolean {
	return numberOf(report.moneyAmounts) !== undefined || (isWholeReport(report) && report.checked !== 'ends');
}

/** Whether all columns of a report are there: this one always is in it. */
function isWholeReport({ rejectedLines }: IDataObject): boolean {
	return rejectedLines !== undefined;
}

/** What the reports say that should not be so, or should be looked at. @param byType resources that came, by type */
export function findingsOf(files: Files, byType: ReadonlyMap<string, number>): string {
	const { reports, listed } = files;
	const told = reports.flatMap(({ findings }) => listIn(findings));
	const isChecked = reports.length > 0 && reports.every(isParsed);
	if (!isChecked) return joined(told) || NOT_CHECKED;
	const found = [...told, ...unwanted(reports)];
	// What was asked for, and what Fetch Batch found, stands in whole reports only.
	if (!reports.every(isWholeReport)) return joined(found) || NOT_CHECKED;
	const isWhole = listed !== undefined && reports.length >= listed;
	const missing = isWhole ? missingTypes(reports, byType) : [];
	return joined([...found, ...missing]) || NONE;
}

/** A table may hold a list as text. */
function listIn(value: unknown): unknown[] {
	const list = typeof value === 'string' ? (tryParseJson(value) ?? value) : value;
	return Array.isArray(list) ? list : [list];
}

function numberOf(value: unknown): number | undefined {
	return countOf(typeof value === 'string' ? Number(value) : value);
}

const UNWANTED: ReadonlyArray<[column: string, what: string]> = [
	['moneyAmounts', 'with amounts of money, which are not part of the exchange.'],
	['deniedAuthorizations', 'of a denied prior authorization, which is not part of the exchange.'],
	['drugAuthorizations', 'of a prior authorization for drugs, which is not part of the exchange.'],
];

function unwanted(reports: readonly IDataObject[]): string[] {
	return UNWANTED.flatMap(([column, what]) => {
		const count = reports.reduce((sum, report) => sum + (numberOf(report[column]) ?? 0), 0);
		return count > 0 ? [`${pluralize(count, 'resource', 'resources')} ${what}`] : [];
	});
}

const CLINICAL = [
	'AllergyIntolerance',
	'CarePlan',
	'Condition',
	'DiagnosticReport',
	'DocumentReference',
	'Encounter',
	'Immunization',
	'MedicationRequest',
	'Observation',
	'Procedure',
];

/** What an export of everything should hold. An export of some types, or of changes only, may well hold none of them. */
function missingTypes(reports: readonly IDataObject[], byType: ReadonlyMap<string, number>): string[] {
	const asked = reports.map((report) => readAsked(report.asked)).find((each) => each !== undefined);
	const isPlain = asked?.since === undefined && asked?.until === undefined && !byType.has('not stated');
	if (!isPlain || byType.size === 0) return [];
	const isAsked = (type: string) => asked?.types === undefined || asked.types.includes(type);
	const lacks = (types: readonly string[]) =>
		types.some(isAsked) && !types.some((type) => (byType.get(type) ?? 0) > 0);
	const transmitters = reports.reduce((sum, report) => sum + (numberOf(report.transmitters) ?? 0), 0);
	return [
		...(lacks(['ExplanationOfBenefit']) ? ['No claims came (ExplanationOfBenefit).'] : []),
		...(lacks(['Coverage']) ? ['No Coverage came.'] : []),
		...(lacks(CLINICAL) ? ['No clinical data came.'] : []),
		...(isAsked('Provenance') && transmitters === 0 ? ['No Provenance names the payer that transmits.'] : []),
	];
}
