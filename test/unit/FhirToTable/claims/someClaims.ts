import type { IDataObject } from 'n8n-workflow';
import { RunClaims } from '../../../../nodes/FhirToTable/claims/runClaims';
import type { Standing } from '../../../../nodes/FhirToTable/claims/standing';
import { originOf, type Origin } from '../../../../nodes/shared/files/rowOrigin';

/** Claims with nothing in them but what says which of them stands. All of it is invented. */

const CARIN = 'http://hl7.org/fhir/us/carin-bb/CodeSystem';
export const NPI = 'http://hl7.org/fhir/sid/us-npi';
export const BISON = { identifier: { system: NPI, value: '1982947230' } };

const typed = (code: string, system = `${CARIN}/C4BBIdentifierType`) => ({ coding: [{ system, code }] });
export const uc = (value: string, system?: string) => ({ type: typed('uc', system), value });

/** What a claim says. */
export interface Said {
	id?: string;
	/** Its numbers; one like its id if nothing is said. */
	numbers?: string[];
	prior?: string[];
	replacedBy?: string[];
	status?: string;
	updated?: string;
	insurer?: object;
	use?: string;
	more?: object;
}

export function claim(said: Said): IDataObject {
	const { id = '1', numbers = [id], prior = [], replacedBy = [], status = 'active', updated, more } = said;
	const related = [
		...prior.map((value) => ({
			relationship: typed('prior', 'http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship'),
			reference: { value },
		})),
		...replacedBy.map((value) => ({
			relationship: typed('replacedby', `${CARIN}/C4BBRelatedClaimRelationshipCodes`),
			reference: { value },
		})),
	];
	return {
		resourceType: 'ExplanationOfBenefit',
		id,
		...(updated !== undefined && { meta: { lastUpdated: updated } }),
		identifier: numbers.map((value) => uc(value)),
		status,
		use: said.use ?? 'claim',
		insurer: said.insurer ?? BISON,
		...(related.length > 0 && { related }),
		...more,
	} as IDataObject;
}

/** Where claims come from. */
export const from = (payer: string, transactionTime = '2026-03-01T00:00:00Z', more: object = {}): Origin =>
	originOf({ payer: `pdex:${payer}.example/r4`, transactionTime, memberId: 'm1', ...more }, '');

export type Seen = [resource: IDataObject, origin?: Origin];

/** What is said of each resource, in their order. */
export function standings(seen: readonly Seen[], own: string[] = []): Array<Standing | undefined> {
	const claims = new RunClaims(new Set(own));
	for (const [resource, origin = from('a')] of seen) claims.look(resource, origin);
	claims.close();
	return seen.map(([resource, origin = from('a')]) => claims.standingOf(resource, origin));
}

/** Whether each is current, and why not. */
export function words(seen: readonly Seen[], own?: string[]): string[] {
	return standings(seen, own).map((standing) =>
		standing === undefined ? '-' : `${standing.isCurrent ?? 'null'} ${standing.reason ?? ''}`.trim(),
	);
}

/** All orders of a few. */
export function orders<T>(list: readonly T[]): T[][] {
	if (list.length < 2) return [[...list]];
	return list.flatMap((first, at) =>
		orders([...list.slice(0, at), ...list.slice(at + 1)]).map((rest) => [first, ...rest]),
	);
}
