import type { Finding, LookedFor } from '../../shared/n8n/findings';
import { readDate, readFhirId, readText, readTexts } from '../../shared/fhir/values';
import { readPolicy, type ConsentPolicy } from './consentPolicy';
import { oneOf, readFields, type Field, type RawValues } from './fieldTable';

/** What the form of Member Match knows of a coverage besides its id. Dates are `YYYY-MM-DD`. */
export interface CoverageFields {
	coverageId?: string;
	coverageIdSystem?: string;
	subscriberId?: string;
	payerName?: string;
	payerNpi?: string;
	groupNumber?: string;
	planId?: string;
	periodStart?: string;
	periodEnd?: string;
	relationship?: string;
}

/** One member to be matched, read from a roster row and complete. Dates are `YYYY-MM-DD`. */
export interface MemberFields {
	/** The health plan, at a gateway that speaks for several. */
	tenant?: string;
	memberId: string;
	givenNames: string[];
	familyName: string;
	birthDate: string;
	gender?: string;
	coverageToMatch: CoverageFields & { coverageId: string };
	coverageToLink?: CoverageFields;
	consent: { id: string; start: string; end: string; policy: ConsentPolicy };
	memberIdentifier?: string;
	memberIdentifierSystem?: string;
	addressLine?: string;
	city?: string;
	state?: string;
	postalCode?: string;
	phone?: string;
	email?: string;
}

/** R4 administrative-gender. */
export const GENDERS = ['male', 'female', 'other', 'unknown'];
/** R4 subscriber-relationship. */
export const RELATIONSHIPS = ['child', 'parent', 'spouse', 'common', 'other', 'self', 'injured'];

/** The text parameters of the node: the columns of a roster row. */
export const MEMBER_FIELDS: Record<string, Field> = {
	memberId: { label: 'Member ID', read: readFhirId, required: true },
	givenName: { label: 'Given Name', read: readTexts, required: true },
	familyName: { label: 'Family Name', read: readText, required: true },
	birthDate: { label: 'Birth Date', read: readDate, required: true },
	gender: { label: 'Gender', read: oneOf(GENDERS) },
	coverageId: { label: 'Coverage ID', read: readText, required: true },
	consentId: { label: 'Consent ID', read: readFhirId, required: true },
	consentStart: { label: 'Consent Start', read: readDate, required: true },
	consentEnd: { label: 'Consent End', read: readDate, required: true },
};

const COVERAGE_FIELDS: Record<string, Field> = {
	coverageId: { label: 'Coverage ID', read: readText },
	coverageIdSystem: { label: 'Coverage ID System', read: readText },
	subscriberId: { label: 'Subscriber ID', read: readText },
	payerName: { label: 'Payer Name', read: readText },
	payerNpi: { label: 'Payer NPI', read: readText },
	groupNumber: { label: 'Group Number', read: readText },
	planId: { label: 'Plan ID', read: readText },
	periodStart: { label: 'Coverage Start', read: readDate },
	periodEnd: { label: 'Coverage End', read: readDate },
	relationship: { label: 'Relationship to Subscriber', read: oneOf(RELATIONSHIPS) },
};

const PERSON_FIELDS: Record<string, Field> = {
	memberIdentifier: { label: 'Member Identifier', read: readText },
	memberIdentifierSystem: { label: 'Member Identifier System', read: readText },
	addressLine: { label: 'Address Line', read: readText },
	city: { label: 'City', read: readText },
	state: { label: 'State', read: readText },
	postalCode: { label: 'Postal Code', read: readText },
	phone: { label: 'Phone', read: readText },
	email: { label: 'Email', read: readText },
};

/** What was read, and everything that is wrong with it. `member` is complete only where `findings` is empty. */
export interface MemberReading {
	member: MemberFields;
	findings: Finding[];
}

/** What the node has for one item. `policy` is the choice of the drop-down, or the item's own word. */
export interface MemberInput {
	tenant?: string;
	values: RawValues;
	policy: unknown;
	additional: RawValues;
	coverageToLink?: RawValues;
}

/**
 * Reads a member from the values of one item.
 *
 * @param today `YYYY-MM-DD`; a birth date after it is refused
 * @param lookedFor tells for a parameter name which column was looked for and which the item has
 */
export function readMember(
	input: MemberInput,
	today: string,
	lookedFor: (parameter: string) => LookedFor,
): MemberReading {
	const findings: Finding[] = [];
	const read = (fields: Record<string, Field>, values: RawValues, group = '') =>
		readFields(fields, values, findings, { group });

	const person = readFields(MEMBER_FIELDS, input.values, findings, { lookedFor });
	const extra = read(PERSON_FIELDS, input.additional);
	const coverage = read(withoutKey(COVERAGE_FIELDS, 'coverageId'), input.additional);
	const link = input.coverageToLink && read(COVERAGE_FIELDS, input.coverageToLink, 'Coverage to Link: ');
	const policy = readPolicy(input.policy);

	if (!policy) {
		findings.push({
			parameter: 'consentPolicy',
			says: `'Consent Policy' must be regular or sensitive`,
			lookedFor: lookedFor('consentPolicy'),
		});
	}
	if (isText(person.birthDate) && person.birthDate > today) {
		findings.push({ parameter: 'birthDate', says: `'Birth Date' lies in the future` });
	}
	if (isText(person.consentStart) && isText(person.consentEnd) && person.consentStart > person.consentEnd) {
		findings.push({
			parameter: 'consentEnd',
			says: `'Consent End' lies before 'Consent Start'`,
			whatToDo: 'The two dates, or their columns, may be exchanged. Correct them and run again.',
		});
	}
	for (const [name, period] of Object.entries({
		'Coverage End': coverage,
		'Coverage to Link: Coverage End': link,
	})) {
		if (isText(period?.periodStart) && isText(period?.periodEnd) && period.periodStart > period.periodEnd) {
			findings.push({ says: `'${name}' lies before the coverage starts` });
		}
	}

	const linked = link && Object.values(link).some(isText) ? link : undefined;
	if (linked && !linked.payerName && !linked.payerNpi) {
		findings.push({ says: `'Coverage to Link: Payer Name' is empty: name the plan that asks, your own` });
	}

	const { givenName, coverageId, consentId, consentStart, consentEnd, ...rest } = person;
	const member = {
		...rest,
		...extra,
		tenant: input.tenant,
		givenNames: givenName,
		coverageToMatch: { ...coverage, coverageId },
		coverageToLink: linked,
		consent: { id: consentId, start: consentStart, end: consentEnd, policy },
	};
	// The findings say which required field is missing; without findings each is there.
	return { member: member as unknown as MemberFields, findings };
}

function isText(value: unknown): value is string {
	return typeof value === 'string';
}

function withoutKey(fields: Record<string, Field>, key: string): Record<string, Field> {
	return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
}
