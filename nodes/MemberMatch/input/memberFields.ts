import { ColumnProblem } from '../../shared/exchange/columns';
import { columnFinding } from '../../shared/exchange/fieldValues';
import { readDate, readFhirId, readText, readTexts } from '../../shared/fhir/values';
import type { ColumnSource, Finding, Reading } from '../../shared/n8n/findings';
import { readPolicy } from '../request/consent';
import { GENDERS, RELATIONSHIPS, type CoverageFields, type MemberFields } from '../request/member';
import { FieldReader, oneOf, type Field, type RawValues } from './fieldTable';

/** The string parameters of the node, usually columns of a roster row. */
export const MEMBER_FIELDS = {
	memberId: { label: 'Member ID', read: readFhirId, required: true },
	givenName: { label: 'Given Name', read: readTexts, required: true },
	familyName: { label: 'Family Name', read: readText, required: true },
	birthDate: { label: 'Birth Date', read: readDate, required: true },
	gender: { label: 'Gender', read: oneOf(GENDERS), required: false },
	coverageId: { label: 'Coverage ID', read: readText, required: true },
	consentId: { label: 'Consent ID', read: readFhirId, required: true },
	consentStart: { label: 'Consent Start', read: readDate, required: true },
	consentEnd: { label: 'Consent End', read: readDate, required: true },
} satisfies Record<string, Field<unknown>>;

/** Names of these parameters. */
export const FIELD_NAMES = Object.keys(MEMBER_FIELDS) as Array<keyof typeof MEMBER_FIELDS>;

/** The unvalidated input of one item. `policy` is the selected option, or the item's value. */
export interface MemberInput {
	tenant?: string;
	values: RawValues;
	policy: unknown;
	additional: RawValues;
	coverageToLink?: RawValues;
	/** The requesting plan is named elsewhere: in the credential, or in HRex Details. */
	requestingPlanIsNamed?: boolean;
}

/**
 * Reads a member from the values of one item.
 * @param today `YYYY-MM-DD`; a later birth date is rejected
 * @param columnSource looks up the source column of a parameter
 * @returns the member, or all problems found
 */
export function readMember(
	input: MemberInput,
	today: string,
	columnSource: (parameter: string) => ColumnSource,
): Reading<MemberFields> {
	const findings: Finding[] = [];
	const row = new FieldReader(input.values, findings, { columnSource });
	const memberId = row.read('memberId', MEMBER_FIELDS.memberId);
	const givenNames = row.read('givenName', MEMBER_FIELDS.givenName);
	const familyName = row.read('familyName', MEMBER_FIELDS.familyName);
	const birthDate = row.read('birthDate', MEMBER_FIELDS.birthDate);
	const gender = row.read('gender', MEMBER_FIELDS.gender);
	const coverageId = row.read('coverageId', MEMBER_FIELDS.coverageId);
	const consentId = row.read('consentId', MEMBER_FIELDS.consentId);
	const start = row.read('consentStart', MEMBER_FIELDS.consentStart);
	const end = row.read('consentEnd', MEMBER_FIELDS.consentEnd);

	const additional = new FieldReader(input.additional, findings);
	const person = readPerson(additional);
	const coverage = readCoverage(additional);
	const link =
		input.coverageToLink && readLink(new FieldReader(input.coverageToLink, findings, { label: LINK_GROUP }));
	const { policy: entered } = input;
	const policy = entered instanceof ColumnProblem ? undefined : readPolicy(entered);
	if (entered instanceof ColumnProblem) {
		findings.push(columnFinding(entered, 'Consent Policy', 'consentPolicy'));
	} else if (!policy) {
		findings.push({
			parameter: 'consentPolicy',
			says: `'Consent Policy' must be regular or sensitive`,
			columnSource: columnSource('consentPolicy'),
		});
	}
	if (birthDate !== undefined && birthDate > today) {
		findings.push({ parameter: 'birthDate', says: `'Birth Date' lies in the future` });
	}
	if (start !== undefined && end !== undefined && start > end) {
		findings.push({
			parameter: 'consentEnd',
			says: `'Consent End' lies before 'Consent Start'`,
			whatToDo: 'The two dates, or their columns, may be exchanged. Correct them and run again.',
		});
	}
	findings.push(...periodFindings('', coverage), ...periodFindings(LINK_GROUP, link));
	const linked = link && Object.values(link).some((value) => value !== undefined) ? link : undefined;
	if (linked && !linked.payerName && !linked.payerNpi && !input.requestingPlanIsNamed) {
		findings.push({ says: `'${LINK_GROUP}Payer Name' is empty: name the plan that asks, your own` });
	}

	// Missing required fields already have findings; the checks for undefined are for the compiler.
	if (
		findings.length > 0 ||
		memberId === undefined ||
		givenNames === undefined ||
		familyName === undefined ||
		birthDate === undefined ||
		coverageId === undefined ||
		consentId === undefined ||
		start === undefined ||
		end === undefined ||
		policy === undefined
	) {
		return { findings };
	}
	return {
		value: {
			tenant: input.tenant,
			memberId,
			givenNames,
			familyName,
			birthDate,
			gender,
			...person,
			coverageToMatch: { ...coverage, coverageId },
			coverageToLink: linked,
			consent: { id: consentId, start, end, policy },
		},
	};
}

const LINK_GROUP = 'Coverage to Link: ';

function text(label: string): Field<string> {
	return { label, read: readText };
}

function date(label: string): Field<string> {
	return { label, read: readDate };
}

function readPerson(fields: FieldReader) {
	return {
		memberIdentifier: fields.read('memberIdentifier', text('Member Identifier')),
		memberIdentifierSystem: fields.read('memberIdentifierSystem', text('Member Identifier System')),
		addressLine: fields.read('addressLine', text('Address Line')),
		city: fields.read('city', text('City')),
		state: fields.read('state', text('State')),
		postalCode: fields.read('postalCode', text('Postal Code')),
		phone: fields.read('phone', text('Phone')),
		email: fields.read('email', text('Email')),
	};
}

function readCoverage(fields: FieldReader): CoverageFields {
	return {
		coverageIdSystem: fields.read('coverageIdSystem', text('Coverage ID System')),
		subscriberId: fields.read('subscriberId', text('Subscriber ID')),
		payerName: fields.read('payerName', text('Payer Name')),
		payerNpi: fields.read('payerNpi', text('Payer NPI')),
		groupNumber: fields.read('groupNumber', text('Group Number')),
		planId: fields.read('planId', text('Plan ID')),
		periodStart: fields.read('periodStart', date('Coverage Start')),
		periodEnd: fields.read('periodEnd', date('Coverage End')),
		relationship: fields.read('relationship', {
			label: 'Relationship to Subscriber',
			read: oneOf(RELATIONSHIPS),
		}),
	};
}

function readLink(fields: FieldReader): CoverageFields {
	return { coverageId: fields.read('coverageId', text('Coverage ID')), ...readCoverage(fields) };
}

function periodFindings(group: string, coverage: CoverageFields | undefined): Finding[] {
	const { periodStart, periodEnd } = coverage ?? {};
	const isReversed = periodStart !== undefined && periodEnd !== undefined && periodStart > periodEnd;
	return isReversed ? [{ says: `'${group}Coverage End' lies before the coverage starts` }] : [];
}
