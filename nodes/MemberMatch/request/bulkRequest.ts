import type { ExchangeError } from '../../shared/n8n/exchangeError';
import { findingsError } from '../../shared/n8n/findings';
import type { MatchParameters, PartName, RequestResource } from './matchRequest';

interface Part {
	name: PartName;
	resource: RequestResource;
}

/** The body of `$bulk-member-match`, a FHIR Parameters. */
export interface BulkParameters {
	resourceType: 'Parameters';
	parameter: Array<{ name: 'MemberBundle'; part: Part[] }>;
}

/**
 * The body of `$bulk-member-match` (PDex, pdex-parameters-multi-member-match-bundle-in): one MemberBundle per member, whose
 * parts are the parameters of a single `$member-match`.
 */
export function bulkParameters(members: readonly MatchParameters[]): BulkParameters {
	const used = new Set<string>();
	return {
		resourceType: 'Parameters',
		parameter: members.map(({ parameter }, index) => ({
			name: 'MemberBundle',
			part: parameter.map((part) => withUniqueId(part, used, index + 1)),
		})),
	};
}

/** Makes coverage ids unique, because the payer can echo the matched coverages inside one Group. */
function withUniqueId(part: Part, used: Set<string>, index: number): Part {
	const { resource } = part;
	if (resource.resourceType !== 'Coverage' || !('id' in resource) || typeof resource.id !== 'string')
		return part;
	const id = used.has(resource.id) ? `${resource.id.slice(0, 57)}-${index}` : resource.id;
	used.add(id);
	const withId: RequestResource & { id: string } = { ...resource, id };
	return { ...part, resource: withId };
}

/** The error for a member that occurs twice: the response identifies members only by that ID (pdex-150). */
export function duplicateMemberError(firstIndex: number): ExchangeError {
	return findingsError('The match request', [
		{
			parameter: 'memberId',
			says: `'Member ID' is the same as that of row ${firstIndex + 1}; a request for all items can hold a member once. Take the row out, or ask for a second coverage of the member in a run of its own`,
		},
	]);
}

/** The error for a Patient id that occurs twice (pdex-150). */
export function duplicatePatientError(firstIndex: number): ExchangeError {
	return findingsError('The match request', [
		{
			parameter: 'patient',
			says: `'Patient' has the same id as that of row ${firstIndex + 1}; a request for all items tells members apart by it. Give each Patient an id of its own, or set Match Mode to 'Each Item by Its Own Request'`,
		},
	]);
}
