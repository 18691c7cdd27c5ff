import { findingsError } from '../../shared/n8n/findings';
import type { ExchangeError } from '../../shared/n8n/exchangeError';

/**
 * The body of `$bulk-member-match` (PDex, pdex-parameters-multi-member-match-bundle-in): one MemberBundle for each member, whose
 * parts are the parameters of a `$member-match` of that member alone.
 */
export function bulkParameters(members: readonly fhir4.Parameters[]): fhir4.Parameters {
	const taken = new Set<string>();
	return {
		resourceType: 'Parameters',
		parameter: members.map(({ parameter = [] }, index) => ({
			name: 'MemberBundle',
			part: parameter.map((part) => withOwnId(part, taken, index + 1)),
		})),
	};
}

/** The payer can echo the coverage it matched inside one Group for all, where each id can stand once. */
function withOwnId(
	part: fhir4.ParametersParameter,
	taken: Set<string>,
	place: number,
): fhir4.ParametersParameter {
	const { resource } = part;
	if (resource?.resourceType !== 'Coverage' || resource.id === undefined) return part;
	const id = taken.has(resource.id) ? `${resource.id.slice(0, 57)}-${place}` : resource.id;
	taken.add(id);
	return { ...part, resource: { ...resource, id } };
}

/** The error of an item whose member another item of the request has too: the answer tells members apart by that ID alone (pdex-150). */
export function memberTwice(firstIndex: number): ExchangeError {
	return findingsError('The match request', [
		{
			parameter: 'memberId',
			says: `'Member ID' is the same as that of item ${firstIndex}; a request for all items can hold a member once. Take the row out, or ask for a second coverage of the member in a run of its own`,
		},
	]);
}

/** The error of an item whose Patient has an id that the Patient of another item of the request has too (pdex-150). */
export function patientTwice(firstIndex: number): ExchangeError {
	return findingsError('The match request', [
		{
			parameter: 'patient',
			says: `'Patient' has the same id as that of item ${firstIndex}; a request for all items tells members apart by it. Give each Patient an id of its own, or set Match Mode to 'Each Item by Its Own Request'`,
		},
	]);
}
