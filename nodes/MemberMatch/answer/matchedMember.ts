import { patientIdIn } from '../../shared/fhir/ids';
import { isObject, objectsOf, textOf, omitEmpty } from '../../shared/fhir/json';

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
 */
export function readMatchedMember(answer: unknown): MatchedMember {
	if (!isObject(answer) || answer.resourceType !== 'Parameters') return {};
	const named = (name: string) => objectsOf(answer.parameter).find((each) => each.name === name) ?? {};
	const { valueIdentifier } = named('MemberIdentifier');
	const { valueReference } = named('MemberId');
	const value = isObject(valueIdentifier) ? textOf(valueIdentifier.value) : undefined;
	const reference = isObject(valueReference) ? textOf(valueReference.reference) : undefined;
	return omitEmpty<MatchedMember>({
		memberIdentifier:
			value === undefined || !isObject(valueIdentifier)
				? undefined
				: omitEmpty<MemberIdentifier>({ system: textOf(valueIdentifier.system), value }),
		patientId: patientIdIn(reference),
	});
}

/**
 * The one Patient that a search by identifier found (`Patient?identifier=`, a searchset Bundle).
 * @returns undefined where it found none, or several: then nobody may be chosen
 */
export function readFoundPatient(answer: unknown): string | undefined {
	if (!isObject(answer) || answer.resourceType !== 'Bundle') return undefined;
	const ids = objectsOf(answer.entry)
		.map(({ resource }) => resource)
		.filter(isObject)
		.filter(({ resourceType }) => resourceType === 'Patient')
		.map(({ id }) => textOf(id));
	return new Set(ids).size === 1 ? ids[0] : undefined;
}
