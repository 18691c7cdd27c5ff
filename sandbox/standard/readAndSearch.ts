import { fhirAnswer, refusal, type Answer } from '../operationOutcome';
import { exportByGet, methodNotAllowed } from './exportOperations';
import { GROUP_NUMBERING } from './groups';
import { memberOfNumber, memberOfPatient, NUMBERING, patientOf } from './members';
import type { PayerRequest } from './payer';

/** A read of one patient; the names of operations that want POST come here too. */
export function readPatient(asked: PayerRequest): Answer {
	const { payer, params, checks } = asked;
	const isMatch = params.id === '$member-match';
	if (!checks.check('B1', '$member-match by POST', !isMatch)) return methodNotAllowed();
	if (params.id === '$export' && payer.rules.bulkData === 4) return exportByGet(asked);
	const member = memberOfPatient(params.id);
	return member ? fhirAnswer(200, patientOf(member)) : refusal(404, 'not-found', 'There is no such patient.');
}

/** `Patient?identifier=system|value` or `Patient?_id=`, by GET or as a form posted to `Patient/_search`. */
export function searchPatients({ payer, query, checks }: PayerRequest): Answer {
	const [system, value] = systemAndValue(query.identifier);
	checks.check('B33', 'identifier is system|value, or there is an _id', (value ?? query._id) !== undefined);
	const byNumber = system === NUMBERING ? memberOfNumber(value) : undefined;
	const member = query._id === undefined ? byNumber : memberOfPatient(query._id);
	if (member) payer.searchedMembers.add(member);
	return searchset(member ? [patientOf(member)] : []);
}

/** A read of one group; the names of operations that want POST come here too. */
export function readGroup({ payer, params, checks }: PayerRequest): Answer {
	const isMatch = params.id === '$bulk-member-match';
	if (!checks.check('C1', '$bulk-member-match by POST', !isMatch)) return methodNotAllowed();
	const known = payer.groups.find(params.id);
	return known ? fhirAnswer(200, known.group) : refusal(404, 'not-found', 'There is no such group.');
}

/** `Group?identifier=system|value`. */
export function searchGroups({ payer, query }: PayerRequest): Answer {
	const [system, value] = systemAndValue(query.identifier);
	const known = system === GROUP_NUMBERING ? payer.groups.find(value) : undefined;
	return searchset(known ? [known.group] : []);
}

function systemAndValue(token = ''): string[] {
	return (/^(.+?)\|(.+)$/.exec(token) ?? []).slice(1);
}

function searchset(resources: fhir4.FhirResource[]): Answer {
	const entry = resources.map((resource) => ({ resource }));
	return fhirAnswer(200, { resourceType: 'Bundle', type: 'searchset', total: entry.length, entry });
}
