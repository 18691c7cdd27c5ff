import { ColumnProblem } from '../../shared/exchange/columnProblems';
import { DAY_BEFORE } from '../../shared/exchange/dateAndTime';
import { columnFinding } from '../../shared/exchange/fieldValues';
import type { DateUse } from '../../shared/exchange/moments';
import { isAged, readRosterDate } from '../../shared/exchange/rosterDates';
import {
	readGender,
	readPersonName,
	readPersonNames,
	readPostalCode,
	readRosterFhirId,
	readRosterId,
} from '../../shared/exchange/rosterValues';
import { readText } from '../../shared/fhir/values';
import type { ColumnSource, Finding, Reading } from '../../shared/n8n/findings';
import { readPolicy } from '../request/consent';
import { RELATIONSHIPS, type CoverageFields, type MemberFields } from '../request/member';
import { FieldReader, oneOf, type Field, type RawValues } from './fieldTable';
import { ADDITIONAL_PATH, LINK_PATH, type RosterReading } from './rosterReading';

/** The string parameters of the node, usually columns of a roster row. */
export const MEMBER_FIELDS = {
	memberId: { label: 'Member ID', read: readRosterFhirId, required: true },
	givenName: { label: 'Given Name', read: readPersonNames, required: true },
	familyName: { label: 'Family Name', read: readPersonName, required: true },
	birthDate: { label: 'Birth Date', use: 'birth', required: true },
	gender: { label: 'Gender', read: readGender, required: false },
	coverageId: { label: 'Coverage ID', read: readRosterId, required: true },
	consentId: { label: 'Consent ID', read: readRosterFhirId, required: true },
	consentStart: { label: 'Consent Start', use: 'consentStart', required: true },
	consentEnd: { label: 'Consent End', use: 'consentEnd', required: true },
} satisfies Record<string, Field<unknown> | DateField>;

/** A field that is a date. How it is read depends on its column. */
interface DateField extends Omit<Field<string>, 'read'> {
	use: DateUse;
}

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
 * @param reading how its dates are read; a birth date after `today` is rejected
 * @param columnSource looks up the source column of a parameter
 * @returns the member, or all problems found
 */
export function readMember(
	input: MemberInput,
	reading: RosterReading,
	columnSource: (parameter: string) => ColumnSource,
): Reading<MemberFields> {
	const findings: Finding[] = [];
	const { today } = reading;
	const row = new FieldReader(input.values, findings, { columnSource });
	const memberId = row.read('memberId', MEMBER_FIELDS.memberId);
	const givenNames = row.read('givenName', MEMBER_FIELDS.givenName);
	const familyName = row.read('familyName', MEMBER_FIELDS.familyName);
	const birthDate = row.read('birthDate', dated(MEMBER_FIELDS.birthDate, reading, 'birthDate'));
	const gender = row.read('gender', MEMBER_FIELDS.gender);
	const coverageId = row.read('coverageId', MEMBER_FIELDS.coverageId);
	const consentId = row.read('consentId', MEMBER_FIELDS.consentId);
	const start = row.read('consentStart', dated(MEMBER_FIELDS.consentStart, reading, 'consentStart'));
	const end = row.read('consentEnd', dated(MEMBER_FIELDS.consentEnd, reading, 'consentEnd'));

	const additional = new FieldReader(input.additional, findings, {
		columnSource: (name) => columnSource(ADDITIONAL_PATH + name),
	});
	const person = readPerson(additional);
	const coverage = readCoverage(additional, reading, ADDITIONAL_PATH);
	const link =
		input.coverageToLink &&
		readLink(
			new FieldReader(input.coverageToLink, findings, {
				label: LINK_GROUP,
				columnSource: (name) => columnSource(LINK_PATH + name),
			}),
			reading,
		);
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
	if (birthDate !== undefined && (birthDate > today || isAged(birthDate, MAX_AGE, today))) {
		findings.push({
			parameter: 'birthDate',
			says:
				birthDate > today
					? `'Birth Date' lies in the future`
					: `'Birth Date' lies more than ${MAX_AGE} years ago`,
			columnSource: columnSource('birthDate'),
		});
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

/** Nobody is as old. Tables write 1900-01-01 and the like where a birth date is not known. */
const MAX_AGE = 120;
const LINK_GROUP = 'Coverage to Link: ';

function text(label: string): Field<string> {
	return { label, read: readText };
}

/** @param path of the parameter, by which its column is known */
function dated({ label, required, use }: DateField, reading: RosterReading, path: string): Field<string> {
	const column = reading.columns.get(path);
	const read = (value: unknown) => {
		const day = readRosterDate(value, use, { ...reading, column });
		return typeof day === 'string' && reading.daysBefore.has(path) ? DAY_BEFORE : day;
	};
	return { label, required, read };
}

function id(label: string): Field<string> {
	return { label, read: readRosterId };
}

function readPerson(fields: FieldReader) {
	return {
		memberIdentifier: fields.read('memberIdentifier', id('Member Identifier')),
		memberIdentifierSystem: fields.read('memberIdentifierSystem', text('Member Identifier System')),
		addressLine: fields.read('addressLine', text('Address Line')),
		city: fields.read('city', text('City')),
		state: fields.read('state', text('State')),
		postalCode: fields.read('postalCode', { label: 'Postal Code', read: readPostalCode }),
		phone: fields.read('phone', id('Phone')),
		email: fields.read('email', text('Email')),
	};
}

function readCoverage(fields: FieldReader, reading: RosterReading, path: string): CoverageFields {
	const day = (parameter: string, label: string, use: DateUse) =>
		fields.read(parameter, dated({ label, use }, reading, path + parameter));
	return {
		coverageIdSystem: fields.read('coverageIdSystem', text('Coverage ID System')),
		subscriberId: fields.read('subscriberId', id('Subscriber ID')),
		payerName: fields.read('payerName', text('Payer Name')),
		payerNpi: fields.read('payerNpi', id('Payer NPI')),
		groupNumber: fields.read('groupNumber', id('Group Number')),
		planId: fields.read('planId', id('Plan ID')),
		periodStart: day('periodStart', 'Coverage Start', 'coverageStart'),
		periodEnd: day('periodEnd', 'Coverage End', 'coverageEnd'),
		relationship: fields.read('relationship', {
			label: 'Relationship to Subscriber',
			read: oneOf(RELATIONSHIPS),
		}),
	};
}

function readLink(fields: FieldReader, reading: RosterReading): CoverageFields {
	return {
		coverageId: fields.read('coverageId', id('Coverage ID')),
		...readCoverage(fields, reading, LINK_PATH),
	};
}

function periodFindings(group: string, coverage: CoverageFields | undefined): Finding[] {
	const { periodStart, periodEnd } = coverage ?? {};
	const isReversed = periodStart !== undefined && periodEnd !== undefined && periodStart > periodEnd;
	return isReversed ? [{ says: `'${group}Coverage End' lies before the coverage starts` }] : [];
}
