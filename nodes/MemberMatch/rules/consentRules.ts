import type { IDataObject } from 'n8n-workflow';
import { isObject, objectsOf, textOf } from '../../shared/fhir/json';
import { policyFromUri, REPRESENTATIVE_ROLES } from '../request/consent';
import {
	CODES,
	DAY_LENGTH,
	EVERYONE,
	HREX,
	HREX_SHOULD,
	ONE_UP,
	HREX_1UP_SHOULD,
	RESOURCE_RULES,
	hasCode,
	isAboutTheMember,
	isDateTime,
	isLocalToMember,
	type Rule,
} from './rule';

/** Provision elements that an HRex consent must not have. */
const PROHIBITED = ['securityLabel', 'purpose', 'class', 'code', 'dataPeriod', 'data', 'provision'];

/** Rules for the Consent (hrex-consent). */
export const CONSENT_RULES: Rule[] = [
	...RESOURCE_RULES,
	{ key: 'id', asks: ONE_UP, says: ': id must be given', holds: ({ id }) => id !== undefined },
	{ key: 'B17', asks: EVERYONE, says: ': status must be active', holds: ({ status }) => status === 'active' },
	{
		key: 'B18',
		asks: HREX_1UP_SHOULD,
		says: ': scope must be patient-privacy',
		holds: ({ scope }) => hasCode(scope, `${CODES}consentscope`, 'patient-privacy'),
	},
	{
		key: 'B18',
		asks: HREX_1UP_SHOULD,
		says: ': category must be given',
		holds: ({ category }) => objectsOf(category).length > 0,
	},
	{
		key: 'B18',
		asks: { 'hrex-1.0': 'SHOULD', 'hrex-1.2': 'SHALL' },
		says: ': category must be IDSCL exactly once',
		holds: ({ category }) =>
			objectsOf(category).filter((each) => hasCode(each, `${CODES}v3-ActCode`, 'IDSCL')).length === 1,
	},
	{ key: 'B14', asks: HREX, says: ': patient must be given', holds: ({ patient }) => isObject(patient) },
	{
		key: 'B14',
		asks: EVERYONE,
		says: ': patient must be the Patient of this request',
		holds: ({ patient }, request) => isAboutTheMember(patient, request),
	},
	{
		key: 'B14',
		asks: HREX_1UP_SHOULD,
		says: ': patient must refer to Patient/ and the id of the Patient, without a host',
		holds: ({ patient }, request) => patient === undefined || isLocalToMember(patient, request),
	},
	{
		key: 'B19',
		asks: HREX,
		says: ' needs exactly one performer',
		holds: ({ performer }) => objectsOf(performer).length === 1,
	},
	{
		key: 'B19',
		asks: HREX,
		says: ' needs a sourceReference to the document, and no sourceAttachment',
		holds: ({ sourceReference, sourceAttachment }) =>
			isObject(sourceReference) && sourceAttachment === undefined,
	},
	{
		key: 'B20',
		asks: EVERYONE,
		says: ' needs exactly one policy, with the address of regular or sensitive',
		holds: ({ policy }) =>
			objectsOf(policy).length === 1 && objectsOf(policy).every(({ uri }) => policyFromUri(uri)),
	},
	{
		key: 'B21',
		asks: EVERYONE,
		says: ': provision.type must be permit',
		holds: (consent) => provisionOf(consent).type === 'permit',
	},
	{
		key: 'B21',
		asks: ONE_UP,
		says: ': provision.period needs a start and an end, each a date',
		holds: (consent) => periodOf(consent).every((each) => isDateTime(each) && each.length >= DAY_LENGTH),
	},
	{
		key: 'B21',
		asks: HREX,
		says: ': provision.period needs a start and an end, each a FHIR dateTime',
		holds: (consent) => periodOf(consent).every(isDateTime),
	},
	{
		key: 'B21',
		asks: EVERYONE,
		says: ': provision.period ends before it starts',
		holds: (consent) => isInOrder(periodOf(consent)),
	},
	{
		key: 'B22',
		asks: HREX,
		says: ': provision.actor must name the payer asked, with the role performer',
		holds: (consent) => hasActor(consent, 'provenance-participant-type', 'performer'),
	},
	{
		key: 'B23',
		asks: HREX,
		says: ': provision.actor must name the plan that asks, with the role IRCP',
		holds: (consent) => hasActor(consent, 'v3-ParticipationType', 'IRCP'),
	},
	{
		key: 'B22',
		asks: HREX,
		says: ': provision.actor with the role performer must be the payor of the Coverage to Match',
		fill: `'Payer NPI' in 'Additional Fields' and 'Responding Plan NPI' in 'HRex Details' (or the credential's) with the same number`,
		holds: (consent, { resources }) =>
			isPayorOf(resources.CoverageToMatch, consent, 'provenance-participant-type', 'performer'),
	},
	{
		key: 'B23',
		asks: HREX,
		says: ': provision.actor with the role IRCP must be the payor of the Coverage to Link',
		fill: `'Payer NPI' in 'Coverage to Link' and 'Requesting Plan NPI' in 'HRex Details' (or the credential's) with the same number`,
		holds: (consent, { resources }) =>
			isPayorOf(resources.CoverageToLink, consent, 'v3-ParticipationType', 'IRCP'),
	},
	{
		key: 'B24',
		asks: HREX,
		says: ': provision.action must be disclose and nothing else',
		holds: (consent) => {
			const actions = objectsOf(provisionOf(consent).action);
			return actions.length === 1 && hasCode(actions[0], `${CODES}consentaction`, 'disclose');
		},
	},
	{
		key: 'B25',
		asks: HREX,
		says: `: provision may not have ${PROHIBITED.join(', ')}`,
		holds: (consent) => PROHIBITED.every((element) => provisionOf(consent)[element] === undefined),
	},
	{
		// R4 ref-1: a local reference must resolve to a contained resource.
		key: 'B19',
		asks: HREX,
		says: ': performer names a contained person who is not there',
		holds: (consent) => localsOf(consent.performer).every((id) => containedIn(consent, id) !== undefined),
	},
	{
		key: 'B26',
		asks: HREX_SHOULD,
		says: ': who consents for the member should be contained, and be a provision.actor with that role',
		holds: (consent) =>
			!isByRepresentative(consent) ||
			objectsOf(consent.performer).every((performer) => isRepresentative(performer, consent)),
	},
];

/** Whether a local reference points to a contained person who is an actor with a representative role. */
function isRepresentative({ reference }: IDataObject, consent: IDataObject): boolean {
	const [person] = localsOf([{ reference }]).map((id) => containedIn(consent, id));
	return (
		['Patient', 'RelatedPerson'].some((type) => type === person?.resourceType) &&
		objectsOf(provisionOf(consent).actor).some(
			(actor) =>
				isObject(actor.reference) &&
				actor.reference.reference === reference &&
				Object.entries(REPRESENTATIVE_ROLES).some(([code, system]) => hasCode(actor.role, system, code)),
		)
	);
}

/** Whether the consent was given by a contained or related person, not by the member. */
function isByRepresentative({ performer }: IDataObject): boolean {
	return objectsOf(performer).some(({ reference }) =>
		/^#|(?:^|\/)RelatedPerson\//.test(textOf(reference) ?? ''),
	);
}

/** The ids in local references. */
function localsOf(references: unknown): string[] {
	return objectsOf(references).flatMap(({ reference }) => {
		const text = textOf(reference);
		return text?.startsWith('#') ? [text.slice(1)] : [];
	});
}

function containedIn({ contained }: IDataObject, id: string): IDataObject | undefined {
	return objectsOf(contained).find((resource) => resource.id === id);
}

function provisionOf({ provision }: IDataObject): IDataObject {
	return isObject(provision) ? provision : {};
}

function periodOf(consent: IDataObject): [start: unknown, end: unknown] {
	const { period } = provisionOf(consent);
	return isObject(period) ? [period.start, period.end] : [undefined, undefined];
}

function hasActor(consent: IDataObject, system: string, code: string): boolean {
	return actorsOf(consent, system, code).length > 0;
}

/** The references of actors with a role. */
function actorsOf(consent: IDataObject, system: string, code: string): IDataObject[] {
	return objectsOf(provisionOf(consent).actor)
		.filter(({ role }) => hasCode(role, CODES + system, code))
		.flatMap(({ reference }) => (isObject(reference) ? [reference] : []));
}

/** Whether an actor is the payor of a coverage, by identifier; true if one of them has no identifier. */
function isPayorOf(
	coverage: IDataObject | undefined,
	consent: IDataObject,
	system: string,
	code: string,
): boolean {
	const numberOf = ({ identifier }: IDataObject) =>
		isObject(identifier) ? textOf(identifier.value) : undefined;
	const payors = objectsOf(coverage?.payor).flatMap((payor) => numberOf(payor) ?? []);
	const actors = actorsOf(consent, system, code).map(numberOf);
	return payors.length === 0 || actors.length === 0 || actors.some((each) => !each || payors.includes(each));
}

/** Whether a period ends on or after its start, at the precision common to both; true if one is not a dateTime. */
function isInOrder([start, end]: [unknown, unknown]): boolean {
	if (!isDateTime(start) || !isDateTime(end)) return true;
	if (start.length > DAY_LENGTH && end.length > DAY_LENGTH) return !(Date.parse(start) > Date.parse(end));
	const length = Math.min(start.length, end.length, DAY_LENGTH);
	return start.slice(0, length) <= end.slice(0, length);
}
