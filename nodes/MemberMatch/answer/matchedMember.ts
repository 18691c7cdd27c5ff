import { patientIdIn } from '../../shared/fhir/ids';
import { isObject, objectsOf, textOf, omitEmpty } from '../../shared/fhir/json';

/** An identifier of the member. */
export interface MemberIdentifier {
	system?: string;
	value: string;
}

/** The payer's ids of a matched member. */
export interface MatchedMember {
	groupId?: string;
	memberIdentifier?: MemberIdentifier;
	/** Logical id of the member's Patient at the payer. */
	patientId?: string;
}

/**
 * Reads MemberIdentifier and MemberId of a match response (hrex-parameters-member-match-out). Any identifier type is
 * accepted: HRex 1.0 uses MB, 1.1 and 1.2 use UMB, some servers have none. MemberId is a relative or absolute reference.
 */
export function readMatchedMember(answer: unknown): MatchedMember {
	if (!isObject(answer) || answer.resourceType !== 'Parameters') return {};
	const parameterNamed = (name: string) =>
		objectsOf(answer.parameter).find((each) => each.name === name) ?? {};
	const { valueIdentifier } = parameterNamed('MemberIdentifier');
	const { valueReference } = parameterNamed('MemberId');
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
 * The id of the Patient in the result of a search by identifier (`Patient?identifier=`, a searchset Bundle).
 * @returns undefined if there is none, or more than one
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
