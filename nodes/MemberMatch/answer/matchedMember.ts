import { patientIdIn } from '../../shared/fhir/ids';
import { countOf, isObject, objectsOf, textOf, withoutBlanks } from '../../shared/fhir/json';

/** A number of the member by the numbering that `system` names. */
export interface MemberIdentifier {
	system?: string;
	value: string;
}

/** How the payer names a member that it matched. */
export interface MatchedMember {
	groupId?: string;
	memberIdentifier?: MemberIdentifier;
	/** Logical id of the member's Patient at the payer. */
	patientId?: string;
}

/**
 * Reads MemberIdentifier and MemberId of a match answer (hrex-parameters-member-match-out). The identifier is taken whatever its
 * type: HRex 1.0 says MB, 1.1 and 1.2 say UMB, some servers say none. MemberId is a relative or absolute reference.
 *
 * @param isOwn whether an absolute address is the payer's own; an id on another server means nothing here
 */
export function readMatchedMember(
	answer: unknown,
	isOwn: (address: string) => boolean = () => true,
): MatchedMember {
	if (!isObject(answer) || answer.resourceType !== 'Parameters') return {};
	const named = (name: string) => objectsOf(answer.parameter).find((each) => each.name === name) ?? {};
	const { valueIdentifier } = named('MemberIdentifier');
	const { valueReference } = named('MemberId');
	const value = isObject(valueIdentifier) ? textOf(valueIdentifier.value) : undefined;
	const reference = isObject(valueReference) ? textOf(valueReference.reference) : undefined;
	return withoutBlanks<MatchedMember>({
		memberIdentifier:
			value === undefined || !isObject(valueIdentifier)
				? undefined
				: withoutBlanks<MemberIdentifier>({ system: textOf(valueIdentifier.system), value }),
		patientId:
			reference !== undefined && isAbsolute(reference) && !isOwn(reference)
				? undefined
				: patientIdIn(reference),
	});
}

/** A reference with a scheme, or one that leaves the scheme out (`//host/Patient/1`). */
function isAbsolute(reference: string): boolean {
	return /^(?:[A-Za-z][A-Za-z0-9+.-]*:|\/\/)/.test(reference);
}

/** What a search by identifier found: the logical id of one Patient, or in a fixed sentence why none may be chosen. */
export type FoundPatient = { patientId: string } | { notFound: string };

const NOBODY_OR_SEVERAL = 'The payer has nobody, or more than one, of this identifier.';
const NOT_THIS_ONE = 'The payer answered the search with a patient who does not have this identifier.';

/**
 * The one Patient that a search by identifier found (`Patient?identifier=`, a searchset Bundle). A server may ignore a parameter that
 * it does not know (FHIR R4, search), so the Patient must carry the identifier; a total or a next page that speaks of more is several.
 */
export function readFoundPatient(answer: unknown, { system, value }: MemberIdentifier): FoundPatient {
	const bundle = isObject(answer) && answer.resourceType === 'Bundle' ? answer : {};
	const patients = objectsOf(bundle.entry)
		.map(({ resource }) => resource)
		.filter(isObject)
		.filter(({ resourceType }) => resourceType === 'Patient');
	const [id, ...others] = new Set(patients.map((patient) => textOf(patient.id)));
	const hasMore =
		(countOf(bundle.total) ?? 0) > 1 || objectsOf(bundle.link).some(({ relation }) => relation === 'next');
	if (id === undefined || others.length > 0 || hasMore) return { notFound: NOBODY_OR_SEVERAL };
	const carries = objectsOf(patients[0].identifier).some(
		(each) => textOf(each.value) === value && (system === undefined || textOf(each.system) === system),
	);
	return carries ? { patientId: id } : { notFound: NOT_THIS_ONE };
}
