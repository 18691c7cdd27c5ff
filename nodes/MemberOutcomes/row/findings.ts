import type { IDataObject } from 'n8n-workflow';
import { readAsked } from '../../shared/exchange/asked';
import { tryParseJson } from '../../shared/fhir/json';
import { pluralize } from '../../shared/n8n/hints';
import type { Files } from '../judge/files';
import { joined } from '../judge/verdict';
import type { Documents } from './documents';
import { isParsed, isWholeReport, numberOf } from './reports';

/** What stands in a cell where nobody has looked. */
export const NOT_CHECKED = 'not checked';
/** What stands there where somebody has, and found nothing. */
const NONE = 'none';

/** What is known of the export besides its reports. */
interface About {
	/** Resources that came, by type. */
	byType: ReadonlyMap<string, number>;
	documents: Documents;
	/** Of several members. */
	isShared: boolean;
}

/** What the reports say that should not be so, or should be looked at. */
export function findingsOf({ reports, listed }: Files, about: About): string {
	const told = reports.flatMap(({ findings }) => listIn(findings));
	const isChecked = reports.length > 0 && reports.every(isParsed);
	if (!isChecked) return joined(told) || NOT_CHECKED;
	const found = [...told, ...unwanted(reports), ...documentsLeft(about.documents)];
	// What was asked for, and what Fetch Batch found, stands in whole reports only.
	if (!reports.every(isWholeReport)) return joined(found) || NOT_CHECKED;
	const isWhole = listed !== undefined && reports.length >= listed;
	return joined([...found, ...(isWhole ? missing(reports, about) : [])]) || NONE;
}

/** A table may hold a list as text. */
function listIn(value: unknown): unknown[] {
	const list = typeof value === 'string' ? (tryParseJson(value) ?? value) : value;
	return Array.isArray(list) ? list : [list];
}

const UNWANTED: ReadonlyArray<[column: string, what: string]> = [
	['moneyAmounts', 'with amounts of money, which are not part of the exchange.'],
	['deniedAuthorizations', 'of a denied prior authorization, which is not part of the exchange.'],
	['drugAuthorizations', 'of a prior authorization for drugs, which is not part of the exchange.'],
	[
		'authorizationsWithoutDocuments',
		'of a prior authorization that names no document: ask the payer whether a provider sent any.',
	],
];
const PROTECTED = 'with a label of special protection, though the consent is for regular data only.';

function unwanted(reports: readonly IDataObject[]): string[] {
	const told = (some: readonly IDataObject[], column: string, what: string) => {
		const count = some.reduce((sum, report) => sum + (numberOf(report[column]) ?? 0), 0);
		return count > 0 ? [`${pluralize(count, 'resource', 'resources')} ${what}`] : [];
	};
	const regular = reports.filter(({ consentPolicy }) => consentPolicy === 'regular');
	return [
		...UNWANTED.flatMap(([column, what]) => told(reports, column, what)),
		...told(regular, 'protectedResources', PROTECTED),
	];
}

function documentsLeft({ named = 0, fetched, failed = 0 }: Documents): string[] {
	const left = fetched === undefined ? named : failed;
	if (left === 0) return [];
	const why = fetched === undefined ? 'named by an address, and not fetched.' : 'could not be fetched whole.';
	return [`${pluralize(left, 'document', 'documents')} ${why}`];
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
function missing(reports: readonly IDataObject[], { byType, isShared }: About): string[] {
	const asked = reports.map((report) => readAsked(report.asked)).find((each) => each !== undefined);
	const isPlain = asked?.since === undefined && asked?.until === undefined && !byType.has('not stated');
	if (!isPlain || byType.size === 0) return [];
	const isAsked = (type: string) => asked?.types === undefined || asked.types.includes(type);
	const lacks = (types: readonly string[]) =>
		types.some(isAsked) && !types.some((type) => (byType.get(type) ?? 0) > 0);
	const transmitters = reports.reduce((sum, report) => sum + (numberOf(report.transmitters) ?? 0), 0);
	const isOfEverything = asked?.types === undefined && asked?.serviceFrom === undefined && !isShared;
	return [
		...(lacks(['ExplanationOfBenefit']) ? ['No claims came (ExplanationOfBenefit).'] : []),
		...(lacks(['Coverage']) ? ['No Coverage came.'] : []),
		...(lacks(CLINICAL) ? ['No clinical data came.'] : []),
		...(isAsked('Provenance') && transmitters === 0 ? ['No Provenance names the payer that transmits.'] : []),
		...(isOfEverything ? tooRecent(reports) : []),
	];
}

/** Where a coverage is as old as the five years that the rule asks for, care may be expected from about their beginning on. */
const EXPECTED_MONTHS = 59;

function tooRecent(reports: readonly IDataObject[]): string[] {
	const [service, coverage] = [
		oldestOf(reports, 'oldestServiceMonths'),
		oldestOf(reports, 'oldestCoverageMonths'),
	];
	if (service === undefined || coverage === undefined) return [];
	return service < EXPECTED_MONTHS && coverage >= EXPECTED_MONTHS
		? [
				`The oldest date of service is ${pluralize(service, 'month', 'months')} before the request, though a Coverage began ${coverage} months before it: see whether earlier care is missing.`,
			]
		: [];
}

/** The most of a column of months; undefined if no report has it. */
export function oldestOf(reports: readonly IDataObject[], column: string): number | undefined {
	const months = reports.flatMap((report) => numberOf(report[column]) ?? []);
	return months.length > 0 ? months.reduce((most, each) => Math.max(most, each), 0) : undefined;
}
