import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import { referenceKey } from '../../shared/sqlOnFhir/keys';
import { addressIn } from '../shipped/shippedView';
import view from '../views/medical_claim.json';
import { claimId, currentFlag, inNetworkFlag, lineNumber, moneyColumns } from './claims';
import { codeType } from './codeSystems';
import { type FinishingColumn, firstOf, made, type Row, textIn } from './finishingColumn';
import { standingColumns } from './standing';

/** Types of claims in Tuva. Claims for vision are professional ones (CARIN for Blue Button, Professional and NonClinician). */
const CLAIM_TYPES: ReadonlyMap<unknown, string> = new Map([
	['institutional', 'institutional'],
	['professional', 'professional'],
	['vision', 'professional'],
]);

/** Finishing columns of the table medical_claim. */
export const medicalClaim: FinishingColumn[] = [
	claimId,
	lineNumber,
	made(
		'claim_type',
		'string',
		'professional, institutional, or undetermined for oral claims and where the type is missing; a claim for vision is professional.',
		(row) => CLAIM_TYPES.get(row.claim_type_code) ?? 'undetermined',
	),
	currentFlag,
	...standingColumns,
	made(
		'claim_line_start_date',
		'date',
		'First day of the service of the line: service_date, or else service_period_start.',
		firstOf('service_date', 'service_period_start'),
	),
	made(
		'claim_line_end_date',
		'date',
		'Last day of the service of the line: service_date, or else service_period_end.',
		firstOf('service_date', 'service_period_end'),
	),
	made(
		'bill_type_code',
		'code',
		'Type of bill, NUBC, without the leading 0 of a code of four digits (supportingInfo of category typeofbill).',
		(row) => textIn(row, 'bill_type_code')?.replace(/^0(?=.{3}$)/, '') ?? null,
	),
	codeType('drg_code_type', 'drg_system'),
	made(
		'rendering_key',
		'string',
		'Key of the provider who rendered the service, in the table of practitioners and organizations: of the line where it names one, else of the claim (item.careTeamSequence; careTeam of role rendering, or performing before CARIN 2.0).',
		lineProvider,
	),
	inNetworkFlag,
	...moneyColumns(
		'paid_amount',
		'allowed_amount',
		'charge_amount',
		'coinsurance_amount',
		'copayment_amount',
		'deductible_amount',
		'total_cost_amount',
	),
];

const CARE_TEAM_ROLE = addressIn(view, 'role');

/** The references to the rendering providers of a claim by their sequence, kept for its next line. */
const RENDERING = new WeakMap<IDataObject, ReadonlyMap<unknown, string>>();

/**
 * Key of the rendering provider of a line. No path finds it, because a path that starts from the line cannot see the claim; the view gives
 * the first one of the claim. It stays empty where the line names one whose reference is no key.
 */
function lineProvider(row: Row, resource: IDataObject, _: readonly Row[], index: number): string | null {
	const first = textIn(row, 'rendering_key');
	const item: unknown = Array.isArray(resource.item) ? resource.item[index] : undefined;
	const named: unknown = isObject(item) ? item.careTeamSequence : undefined;
	if (!Array.isArray(named)) return first;
	const rendering = RENDERING.get(resource) ?? renderingProviders(resource);
	RENDERING.set(resource, rendering);
	const reference = rendering.get(named.find((sequence) => rendering.has(sequence)));
	if (reference === undefined) return first;
	const own = `ExplanationOfBenefit/${textOf(resource.id) ?? ''}`;
	const claimKey = textIn(row, 'claim_key') ?? '';
	if (!claimKey.endsWith(own)) return null;
	const keyPrefix = claimKey.slice(0, -own.length);
	const [firstReference = ''] = rendering.values();
	const tail = (first ?? '').slice(keyPrefix.length);
	// What stands before the type and id of the first one, whose key is known: the payer's own address, or nothing.
	const fhirBase = firstReference.endsWith(tail)
		? firstReference.slice(0, firstReference.length - tail.length)
		: '';
	const key = referenceKey({ reference }, undefined, { resource, rowIndex: 0, keyPrefix, fhirBase });
	return typeof key === 'string' ? key : null;
}

function renderingProviders({ careTeam }: IDataObject): ReadonlyMap<unknown, string> {
	return new Map(
		objectsOf(careTeam).flatMap(({ sequence, role, provider }): Array<[unknown, string]> => {
			const reference = isObject(provider) ? provider.reference : undefined;
			const renders = objectsOf(isObject(role) ? role.coding : undefined).some(
				({ system, code }) => system === CARE_TEAM_ROLE && (code === 'rendering' || code === 'performing'),
			);
			return renders && typeof reference === 'string' ? [[sequence, reference]] : [];
		}),
	);
}
