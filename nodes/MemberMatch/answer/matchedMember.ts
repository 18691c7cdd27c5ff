import type { IDataObject } from 'n8n-workflow';
import { FHIR_ID_PATTERN, patientIdIn } from '../../shared/fhir/ids';
import { isObject, objectsOf, textOf, omitEmpty } from '../../shared/fhir/json';
import { TEXT_LIMITS } from '../../shared/fhir/limits';
import { shortText } from '../../shared/fhir/values';
import { payersIdentifier } from './answerPatients';
import type { AskedMember, MemberIdentifier } from './askedMember';

/** The payer's ids of a matched member. */
export interface MatchedMember {
	groupId?: string;
	memberIdentifier?: MemberIdentifier;
	/** Logical id of the member's Patient at the payer. */
	patientId?: string;
	/** The identifier is only one that the request held, so that nothing shows yet that the payer found the member. */
	isEcho?: boolean;
	/** The answer names different members. */
	isSeveral?: boolean;
}

/** What an answer is read against. */
export interface ReadAgainst {
	/** Whether a URL is on the payer's own server; an id on another server is ignored. */
	isOwn?: (url: string) => boolean;
	/** The member as the request describes her. */
	asked?: AskedMember;
}

/**
 * Reads MemberIdentifier and MemberId of a match response (hrex-parameters-member-match-out). Any identifier type is
 * accepted: HRex 1.0 uses MB, 1.1 and 1.2 use UMB, some servers have none. MemberId is a relative or absolute reference; the id of
 * the Patient that we sent is none of the payer's. Where MemberIdentifier only repeats the request, the payer's own identifier is
 * looked for in the Patient of the answer.
 */
export function readMatchedMember(
	answer: unknown,
	{ isOwn = () => true, asked }: ReadAgainst = {},
): MatchedMember {
	if (!isObject(answer)) return {};
	const parameters = answer.resourceType === 'Parameters' ? objectsOf(answer.parameter) : [];
	const valuesOf = (name: string, key: string) =>
		parameters.flatMap((each) => (each.name === name && isObject(each[key]) ? [each[key]] : []));
	const identifiers = valuesOf('MemberIdentifier', 'valueIdentifier').flatMap(
		(each) => readIdentifier(each) ?? [],
	);
	const ids = valuesOf('MemberId', 'valueReference').flatMap(({ reference }) => {
		const text = textOf(reference);
		const isElsewhere = text !== undefined && isAbsolute(text) && !isOwn(text);
		const id = isElsewhere ? undefined : patientIdIn(text);
		return id === undefined || id === asked?.patientId ? [] : [id];
	});
	const [stated] = identifiers;
	const isSeveral =
		ids.some((id) => id !== ids[0]) ||
		identifiers.some(({ system, value }) => system !== stated.system || value !== stated.value);
	const isRepeated = stated !== undefined && asked?.hasSent(stated.system, stated.value) === true;
	const found = asked && (stated === undefined || isRepeated) ? payersIdentifier(answer, asked) : undefined;
	return omitEmpty<MatchedMember>({
		memberIdentifier: found ?? stated,
		patientId: ids[0],
		isEcho: isRepeated && !found ? true : undefined,
		isSeveral: isSeveral ? true : undefined,
	});
}

/** An Identifier; undefined if it has no value, or one of its texts is longer than an identifier's can be. */
export function readIdentifier({ system, value }: IDataObject): MemberIdentifier | undefined {
	const [shortSystem, shortValue] = [
		shortText(system, TEXT_LIMITS.address),
		shortText(value, TEXT_LIMITS.id),
	];
	// Without its system, it could be somebody else's.
	if (shortValue === undefined || (textOf(system) !== undefined && shortSystem === undefined))
		return undefined;
	return omitEmpty<MemberIdentifier>({ system: shortSystem, value: shortValue });
}

/** A reference with a scheme, or a protocol-relative one (`//host/Patient/1`). */
function isAbsolute(reference: string): boolean {
	return /^(?:[A-Za-z][A-Za-z0-9+.-]*:|\/\/)/.test(reference);
}

/** The result of a search by identifier: one Patient with its logical id, or a fixed sentence why there is none. */
export type FoundPatient = { patientId: string; patient: IDataObject } | { notFound: string };

const NOBODY_OR_SEVERAL = 'The payer has nobody, or more than one, of this identifier.';
const NOT_THIS_ONE = 'The payer answered the search with a patient who does not have this identifier.';

/**
 * Reads the result of a search by identifier (`Patient?identifier=`, a searchset Bundle). A server may ignore a parameter that it does
 * not support (FHIR R4, search), so the Patient must carry the identifier. A total above 1 or a next page means several.
 * @param isId whether the value of the identifier is the Patient's logical id
 */
export function readFoundPatient(
	answer: unknown,
	{ system, value }: MemberIdentifier,
	isId = false,
): FoundPatient {
	const bundle = isObject(answer) && answer.resourceType === 'Bundle' ? answer : {};
	const patients = objectsOf(bundle.entry)
		.map(({ resource }) => resource)
		.filter(isObject)
		.filter(({ resourceType }) => resourceType === 'Patient');
	const [id, ...others] = new Set(patients.map((patient) => textOf(patient.id)));
	const hasMore =
		Number(bundle.total) > 1 ||
		objectsOf(bundle.link).some(({ relation }) => textOf(relation)?.toLowerCase() === 'next');
	if (id === undefined || !FHIR_ID_PATTERN.test(id) || others.length > 0 || hasMore)
		return { notFound: NOBODY_OR_SEVERAL };
	const carries = isId
		? id === value
		: objectsOf(patients[0].identifier).some(
				(each) => textOf(each.value) === value && (system === undefined || textOf(each.system) === system),
			);
	return carries ? { patientId: id, patient: patients[0] } : { notFound: NOT_THIS_ONE };
}
