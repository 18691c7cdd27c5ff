import { NPI } from '../codeSystems';
import { base, pick, term, type ResourceSeed } from './context';

const cities: ReadonlyArray<[string, string, string]> = [
	['Springfield', 'IL', '62701'],
	['Madison', 'WI', '53703'],
	['Columbus', 'OH', '43215'],
	['Salem', 'OR', '97301'],
];

const practices = [
	'Lakeside Clinic',
	'Harbor Health Group',
	'Prairie Medical Center',
	'Cedar Family Practice',
];

const clinicians: ReadonlyArray<[string, string]> = [
	['Elena', 'Petrova'],
	['Samuel', 'Adeyemi'],
	['Grace', 'Yamamoto'],
	['Rafael', 'Núñez'],
];

function address(at: ResourceSeed): fhir4.Address {
	const [city, state, postalCode] = pick(at, cities);
	return { line: [`${100 + at.random(900)} Example Street`], city, state, postalCode, country: 'US' };
}

function npi(at: ResourceSeed): fhir4.Identifier {
	return { system: NPI, value: String(1_000_000_000 + at.random(900_000_000)) };
}

/** The member as the payer knows them. */
export function makePatient(at: ResourceSeed): fhir4.Patient {
	const { memberId, givenName, familyName, birthDate, gender, coverageId } = at.member.row;
	return {
		...base(at, 'Patient', 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient'),
		identifier: [
			{ type: term('v2-0203', 'MB'), system: 'https://payer.example/coverage-id', value: coverageId },
			{ type: term('v2-0203', 'PI'), system: 'https://payer.example/member-id', value: memberId },
		],
		active: true,
		name: [{ use: 'official', family: familyName, given: [givenName] }],
		telecom: [{ system: 'phone', value: `555-01${10 + at.random(90)}`, use: 'home' }],
		gender,
		birthDate,
		address: [address(at)],
	};
}

/** A payer or a practice; the first one is the payer. */
export function makeOrganization(at: ResourceSeed): fhir4.Organization {
	const isPayer = at.index === 0;
	return {
		...base(at, 'Organization', 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-organization'),
		identifier: [npi(at)],
		active: true,
		type: [term('organization-type', isPayer ? 'pay' : 'prov')],
		name: isPayer ? 'Example Health Plan' : pick(at, practices),
		address: [address(at)],
	};
}

/** A clinician. */
export function makePractitioner(at: ResourceSeed): fhir4.Practitioner {
	const [given, family] = pick(at, clinicians);
	return {
		...base(at, 'Practitioner', 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-practitioner'),
		identifier: [npi(at)],
		active: true,
		name: [{ family, given: [given], prefix: ['Dr.'] }],
	};
}

/** A place of care. */
export function makeLocation(at: ResourceSeed): fhir4.Location {
	return {
		...base(at, 'Location', 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-location'),
		status: 'active',
		name: `${pick(at, practices)}, room ${1 + at.random(40)}`,
		mode: 'instance',
		address: address(at),
	};
}
