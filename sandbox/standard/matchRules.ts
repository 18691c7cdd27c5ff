import type { Violations } from './violations';

type Element = Record<string, unknown>;

const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
const HREX_CONSENT = 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html';
const PARTS = {
	MemberPatient: 'Patient',
	CoverageToMatch: 'Coverage',
	Consent: 'Consent',
	CoverageToLink: 'Coverage',
};
const PROHIBITED = ['securityLabel', 'purpose', 'class', 'code', 'dataPeriod', 'data', 'provision'];
const BEYOND_MUST_SUPPORT = [
	'subscriber',
	'order',
	'network',
	'costToBeneficiary',
	'subrogation',
	'contract',
];
const RELATIONSHIPS = ['child', 'parent', 'spouse', 'common', 'other', 'self', 'injured'];

/**
 * Checks the body of `$member-match` by hrex-parameters-member-match-in, HRex 1.0.0 and 1.2 alike. It knows nothing of the nodes:
 * what they build and check is checked once more, from the tables of the guide.
 */
export function checkMatchBody(body: unknown, seen: Violations): void {
	const { resourceType, parameter } = elementOf(body);
	const entries = listOf(parameter);
	const names = entries.map(({ name }) => String(name));
	seen.check('B4', 'the body is a Parameters', resourceType === 'Parameters');
	seen.check(
		'B4',
		'only the four names, each once',
		new Set(names).size === names.length && names.every((name) => name in PARTS),
	);
	const part = (name: keyof typeof PARTS): Element => {
		const resource = elementOf(entries.find((entry) => entry.name === name)?.resource);
		const isThere = names.includes(name);
		if (isThere) seen.check('B6', `${name} is a ${PARTS[name]}`, resource.resourceType === PARTS[name]);
		return isThere ? resource : {};
	};
	seen.check('B5', 'there is a MemberPatient', names.includes('MemberPatient'));
	seen.check(
		'B4',
		'there are a CoverageToMatch and a Consent',
		names.includes('CoverageToMatch') && names.includes('Consent'),
	);
	seen.check('B15', 'there is a CoverageToLink', names.includes('CoverageToLink'));
	const patient = part('MemberPatient');
	const member = `Patient/${String(patient.id)}`;
	checkPatient(patient, seen);
	for (const name of ['CoverageToMatch', 'CoverageToLink'] as const)
		checkCoverage(part(name), member, name, seen);
	checkConsent(part('Consent'), member, seen);
}

function checkPatient(patient: Element, seen: Violations): void {
	const names = listOf(patient.name);
	const isComplete = ({ family, given }: Element) =>
		isText(family) && Array.isArray(given) && given.length > 0 && given.every(isText);
	seen.check('B7', 'a name with family and given', names.length > 0 && names.every(isComplete));
	seen.check('B7', 'birthDate is a date', /^\d{4}-\d{2}-\d{2}$/.test(String(patient.birthDate)));
	seen.check('B8', 'gender', ['male', 'female', 'other', 'unknown'].includes(String(patient.gender)));
	seen.check(
		'B8',
		'an identifier with a value',
		listOf(patient.identifier).some(({ value }) => isText(value)),
	);
	seen.check(
		'B9',
		'no UMB identifier',
		!listOf(patient.identifier).some(({ type }) => codes(type).some(([, code]) => code === 'UMB')),
	);
}

function checkCoverage(coverage: Element, member: string, name: string, seen: Violations): void {
	const says = (what: string) => `${name}: ${what}`;
	const identifiers = listOf(coverage.identifier);
	const isMemberNumber = ({ type, value }: Element) =>
		has(type, `${TERMINOLOGY}/v2-0203`, 'MB') && isText(value);
	seen.check(
		'B10',
		says('status'),
		['active', 'cancelled', 'draft', 'entered-in-error'].includes(String(coverage.status)),
	);
	const payors = listOf(coverage.payor);
	const names = ({ display, identifier, reference }: Element) =>
		isText(display) || isText(reference) || isText(elementOf(identifier).value);
	seen.check('B10', says('one payor that is named'), payors.length === 1 && payors.every(names));
	seen.check(
		'B11',
		says('an MB identifier or a subscriberId'),
		identifiers.some(isMemberNumber) || isText(coverage.subscriberId),
	);
	seen.check('B12', says('one identifier at most'), identifiers.length <= 1);
	seen.check(
		'B13',
		says('relationship'),
		RELATIONSHIPS.some((code) =>
			has(coverage.relationship, `${TERMINOLOGY}/subscriber-relationship`, code),
		) || has(coverage.relationship, `${TERMINOLOGY}/data-absent-reason`, 'unknown'),
	);
	seen.check('B14', says('beneficiary is the member'), elementOf(coverage.beneficiary).reference === member);
	if (name === 'CoverageToLink') {
		seen.check(
			'B16',
			says('must-support elements only'),
			BEYOND_MUST_SUPPORT.every((element) => !(element in coverage)),
		);
	}
}

function checkConsent(consent: Element, member: string, seen: Violations): void {
	const provision = elementOf(consent.provision);
	const period = elementOf(provision.period);
	const actors = listOf(provision.actor);
	const isNamed = ({ reference }: Element) =>
		isText(elementOf(reference).display) || isText(elementOf(elementOf(reference).identifier).value);
	const plays = (system: string, code: string) =>
		actors.some((actor) => has(actor.role, `${TERMINOLOGY}/${system}`, code) && isNamed(actor));
	seen.check('B14', 'Consent.patient is the member', elementOf(consent.patient).reference === member);
	seen.check('B17', 'status is active', consent.status === 'active');
	seen.check(
		'B18',
		'scope is patient-privacy',
		has(consent.scope, `${TERMINOLOGY}/consentscope`, 'patient-privacy'),
	);
	seen.check(
		'B18',
		'category is IDSCL once',
		listOf(consent.category).filter((each) => has(each, `${TERMINOLOGY}/v3-ActCode`, 'IDSCL')).length === 1,
	);
	seen.check('B19', 'one performer', listOf(consent.performer).length === 1);
	seen.check(
		'B19',
		'sourceReference and no sourceAttachment',
		'sourceReference' in consent && !('sourceAttachment' in consent),
	);
	const policies = listOf(consent.policy).map(({ uri }) => uri);
	seen.check(
		'B20',
		'one policy of HRex',
		policies.length === 1 &&
			[`${HREX_CONSENT}#regular`, `${HREX_CONSENT}#sensitive`].includes(String(policies[0])),
	);
	seen.check(
		'B21',
		'provision permits, for a period',
		provision.type === 'permit' &&
			isText(period.start) &&
			isText(period.end) &&
			String(period.start) <= String(period.end),
	);
	seen.check(
		'B22',
		'the payer asked is named as performer',
		plays('provenance-participant-type', 'performer'),
	);
	seen.check('B23', 'the plan that asks is named as IRCP', plays('v3-ParticipationType', 'IRCP'));
	const actions = listOf(provision.action);
	seen.check(
		'B24',
		'one action, disclose',
		actions.length === 1 && has(actions[0], `${TERMINOLOGY}/consentaction`, 'disclose'),
	);
	seen.check(
		'B25',
		'nothing that restricts',
		PROHIBITED.every((element) => !(element in provision)),
	);
}

function elementOf(value: unknown): Element {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Element) : {};
}

function listOf(value: unknown): Element[] {
	return Array.isArray(value) ? value.map(elementOf) : [];
}

function isText(value: unknown): boolean {
	return typeof value === 'string' && value.trim() !== '';
}

function codes(concept: unknown): Array<[unknown, unknown]> {
	return listOf(elementOf(concept).coding).map(({ system, code }) => [system, code]);
}

function has(concept: unknown, system: string, code: string): boolean {
	return codes(concept).some(([itsSystem, itsCode]) => itsSystem === system && itsCode === code);
}
