import { TERMINOLOGY } from '../codeSystems';
import type { Checks } from './violations';

type Element = Record<string, unknown>;

const HREX_CONSENT = 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html';
const PARTS = {
	MemberPatient: 'Patient',
	CoverageToMatch: 'Coverage',
	Consent: 'Consent',
	CoverageToLink: 'Coverage',
};
const PROHIBITED = ['securityLabel', 'purpose', 'class', 'code', 'dataPeriod', 'data', 'provision'];
const BIRTH_SEX = 'http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex';
const BIRTH_SEXES = ['F', 'M', 'ASKU', 'OTH', 'UNK'];
/** Roles of who may consent for another, from the value set security-role-type, with their code systems. */
const REPRESENTS: Array<[system: string, code: string]> = [
	...['DPOWATT', 'GUADLTM', 'HPOWATT', 'POWATT', 'RESPRSN', 'SPOWATT'].map((code): [string, string] => [
		`${TERMINOLOGY}/v3-RoleCode`,
		code,
	]),
	[`${TERMINOLOGY}/v3-RoleClass`, 'GUARD'],
];
/** Of hrex-coverage, and what every resource may have. */
const MUST_SUPPORT = [
	...['resourceType', 'id', 'meta', 'text', 'identifier', 'status', 'type', 'policyHolder', 'subscriberId'],
	...['beneficiary', 'dependent', 'relationship', 'period', 'payor', 'class'],
];
const RELATIONSHIPS = ['child', 'parent', 'spouse', 'common', 'other', 'self', 'injured'];

type PartName = keyof typeof PARTS;

/**
 * By which version of HRex a request is judged. `both`: what either of them asks for; `1.0 strict`: the Patient's identifier
 * must have a system too, as HRex 1.0.0 has it from US Core 3.1.1.
 */
export type HrexVersion = '1.0' | '1.0 strict' | '1.2' | 'both';

/**
 * Checks the body of `$member-match` by hrex-parameters-member-match-in. It knows nothing of the nodes: what they build and
 * check is checked once more, from the tables of the guide.
 */
export function checkMatchBody(body: unknown, checks: Checks, version: HrexVersion = 'both'): void {
	const { resourceType, parameter } = elementOf(body);
	const entries = listOf(parameter);
	const names = entries.map(({ name }) => String(name));
	checks.check('B4', 'the body is a Parameters', resourceType === 'Parameters');
	checks.check(
		'B4',
		'only the four names, each once',
		new Set(names).size === names.length && names.every((name) => Object.hasOwn(PARTS, name)),
	);
	checks.check('B5', 'there is a MemberPatient', names.includes('MemberPatient'));
	checks.check(
		'B4',
		'there are a CoverageToMatch and a Consent',
		names.includes('CoverageToMatch') && (names.includes('Consent') || version === '1.2'),
	);
	checkParts(entries, checks, version);
}

/** Checks the body of `$bulk-member-match` by pdex-parameters-multi-member-match-bundle-in. */
export function checkBulkMatchBody(body: unknown, checks: Checks): void {
	const { resourceType, parameter } = elementOf(body);
	const bundles = listOf(parameter);
	checks.check('C2', 'the body is a Parameters', resourceType === 'Parameters');
	checks.check(
		'C2',
		'there are MemberBundles and nothing else',
		bundles.length > 0 && bundles.every(({ name }) => name === 'MemberBundle'),
	);
	const ids = new Set<unknown>();
	bundles.forEach(({ name: bundle, part }, index) => {
		if (bundle !== 'MemberBundle') return;
		const parts = listOf(part);
		const place = `MemberBundle ${index + 1}`;
		const times = (wanted: PartName) => parts.filter(({ name }) => name === wanted).length;
		const isWhole = times('MemberPatient') === 1 && times('CoverageToMatch') === 1 && times('Consent') === 1;
		checks.check('C2', `${place}: one each of what is required`, isWhole);
		checks.check('C2', `${place}: one CoverageToLink at most`, times('CoverageToLink') <= 1);
		const { id } = elementOf(parts.find(({ name }) => name === 'MemberPatient')?.resource);
		checks.check('C3', `${place}: an id of MemberPatient that no other has`, isText(id) && !ids.has(id));
		ids.add(id);
		checkParts(
			parts,
			{
				check: (line, says, holds) => checks.check(line, `${place}: ${says}`, holds),
			},
			'1.2',
		);
	});
}

/** Checks what is there; that a part is missing is told by its name (B4, B5, B15, C2). */
function checkParts(entries: Element[], checks: Checks, version: HrexVersion): void {
	const part = (name: PartName): Element | undefined => {
		const entry = entries.find((each) => each.name === name);
		const resource = elementOf(entry?.resource);
		if (entry) checks.check('B6', `${name} is a ${PARTS[name]}`, resource.resourceType === PARTS[name]);
		return entry && resource;
	};
	const patient = part('MemberPatient');
	const member = `Patient/${String(patient?.id)}`;
	if (patient) checkPatient(patient, checks, version);
	const coverages = { CoverageToMatch: part('CoverageToMatch'), CoverageToLink: part('CoverageToLink') };
	checks.check('B15', 'there is a CoverageToLink', coverages.CoverageToLink !== undefined);
	for (const name of ['CoverageToMatch', 'CoverageToLink'] as const) {
		const coverage = coverages[name];
		if (coverage) checkCoverage(coverage, patient && member, name, checks, version);
	}
	const consent = part('Consent');
	const { CoverageToMatch = {}, CoverageToLink = {} } = coverages;
	if (consent) checkConsent(consent, patient && member, [CoverageToMatch, CoverageToLink], checks);
}

function checkPatient(patient: Element, checks: Checks, version: HrexVersion): void {
	const names = listOf(patient.name);
	const isComplete = ({ family, given }: Element) =>
		isText(family) && Array.isArray(given) && given.length > 0 && given.every(isText);
	checks.check('B7', 'a name with family and given', names.length > 0 && names.every(isComplete));
	checks.check('B7', 'birthDate is a date', isDate(patient.birthDate, /^\d{4}-\d{2}-\d{2}$/));
	const hasGender = ['male', 'female', 'other', 'unknown'].includes(String(patient.gender));
	const hasBirthSex = listOf(patient.extension).some(
		({ url, valueCode }) => url === BIRTH_SEX && BIRTH_SEXES.includes(String(valueCode)),
	);
	checks.check('B8', 'gender', hasGender || (version === '1.2' && hasBirthSex && !('gender' in patient)));
	checks.check(
		'B8',
		'an identifier with a value, and a system',
		version === '1.2' ||
			listOf(patient.identifier).some(
				({ system, value }) => isText(value) && (isText(system) || version !== '1.0 strict'),
			),
	);
	checks.check(
		'B9',
		'no UMB identifier',
		!listOf(patient.identifier).some(({ type }) => codes(type).some(([, code]) => code === 'UMB')),
	);
}

function checkCoverage(
	coverage: Element,
	member: string | undefined,
	name: PartName,
	checks: Checks,
	version: HrexVersion,
): void {
	const says = (what: string) => `${name}: ${what}`;
	const identifiers = listOf(coverage.identifier);
	const isMemberNumber = ({ type, value }: Element) =>
		has(type, `${TERMINOLOGY}/v2-0203`, 'MB') && isText(value);
	checks.check(
		'B10',
		says('status'),
		['active', 'cancelled', 'draft', 'entered-in-error'].includes(String(coverage.status)),
	);
	const payors = listOf(coverage.payor);
	const names = ({ display, identifier, reference }: Element) =>
		isText(display) || isText(reference) || isText(elementOf(identifier).value);
	checks.check('B10', says('one payor that is named'), payors.length === 1 && payors.every(names));
	checks.check(
		'B11',
		says('an MB identifier or a subscriberId'),
		identifiers.some(isMemberNumber) || isText(coverage.subscriberId),
	);
	checks.check('B12', says('one identifier at most'), identifiers.length <= 1 || version === '1.2');
	checks.check(
		'B13',
		says('relationship'),
		(version.startsWith('1.0') && !('relationship' in coverage)) ||
			RELATIONSHIPS.some((code) =>
				has(coverage.relationship, `${TERMINOLOGY}/subscriber-relationship`, code),
			) ||
			has(coverage.relationship, `${TERMINOLOGY}/data-absent-reason`, 'unknown'),
	);
	const { reference } = elementOf(coverage.beneficiary);
	checks.check('B14', says('beneficiary is the member'), member === undefined || reference === member);
	if (name === 'CoverageToLink') {
		const more = Object.keys(coverage).filter((element) => !MUST_SUPPORT.includes(element));
		checks.check('B16', says('must-support elements only'), more.length === 0);
	}
}

function checkConsent(
	consent: Element,
	member: string | undefined,
	[toMatch, toLink]: Element[],
	checks: Checks,
): void {
	const provision = elementOf(consent.provision);
	const period = elementOf(provision.period);
	const actors = listOf(provision.actor);
	const isNamed = ({ reference }: Element) =>
		isText(elementOf(reference).display) || isText(elementOf(elementOf(reference).identifier).value);
	const plays = (system: string, code: string, coverage: Element) => {
		const named = actors.filter(
			(actor) => has(actor.role, `${TERMINOLOGY}/${system}`, code) && isNamed(actor),
		);
		return (
			named.length > 0 &&
			isAmong(
				listOf(coverage.payor),
				named.map(({ reference }) => elementOf(reference)),
			)
		);
	};
	const { reference: patient } = elementOf(consent.patient);
	checks.check('B14', 'Consent.patient is the member', member === undefined || patient === member);
	checks.check('B17', 'status is active', consent.status === 'active');
	checks.check(
		'B18',
		'scope is patient-privacy',
		has(consent.scope, `${TERMINOLOGY}/consentscope`, 'patient-privacy'),
	);
	checks.check(
		'B18',
		'category is IDSCL once',
		listOf(consent.category).filter((each) => has(each, `${TERMINOLOGY}/v3-ActCode`, 'IDSCL')).length === 1,
	);
	checks.check('B19', 'one performer', listOf(consent.performer).length === 1);
	checkRepresentative(consent, listOf(consent.performer)[0] ?? {}, actors, member, checks);
	checks.check(
		'B19',
		'sourceReference and no sourceAttachment',
		'sourceReference' in consent && !('sourceAttachment' in consent),
	);
	const policies = listOf(consent.policy).map(({ uri }) => uri);
	checks.check(
		'B20',
		'one policy of HRex',
		policies.length === 1 &&
			[`${HREX_CONSENT}#regular`, `${HREX_CONSENT}#sensitive`].includes(String(policies[0])),
	);
	checks.check(
		'B21',
		'provision permits, for a period',
		provision.type === 'permit' &&
			isDate(period.start, MOMENT) &&
			isDate(period.end, MOMENT) &&
			String(period.start) <= String(period.end),
	);
	checks.check(
		'B22',
		'the payer asked is named as performer',
		plays('provenance-participant-type', 'performer', toMatch),
	);
	checks.check('B23', 'the plan that asks is named as IRCP', plays('v3-ParticipationType', 'IRCP', toLink));
	const actions = listOf(provision.action);
	checks.check(
		'B24',
		'one action, disclose',
		actions.length === 1 && has(actions[0], `${TERMINOLOGY}/consentaction`, 'disclose'),
	);
	checks.check(
		'B25',
		'nothing that restricts',
		PROHIBITED.every((element) => !(element in provision)),
	);
}

/** Whom a local reference names is there; who is not the member is a person, and an actor by a right to consent. */
function checkRepresentative(
	consent: Element,
	{ reference }: Element,
	actors: Element[],
	member: string | undefined,
	checks: Checks,
): void {
	const name = String(reference ?? '');
	const person = listOf(consent.contained).find(({ id }) => isText(id) && name === `#${String(id)}`);
	checks.check('B19', 'the performer is there', !name.startsWith('#') || person !== undefined);
	if (person === undefined) {
		checks.check('B26', 'a representative is contained', !name.includes('RelatedPerson/'));
		return;
	}
	const { resourceType, patient, name: names } = person;
	const isPerson = resourceType === 'Patient' || resourceType === 'RelatedPerson';
	checks.check('B26', 'the representative is a person with a name', isPerson && listOf(names).length > 0);
	const { reference: whose } = elementOf(patient);
	checks.check(
		'B26',
		"the representative is the member's",
		resourceType !== 'RelatedPerson' || member === undefined || whose === member,
	);
	const acts = actors.some(
		({ role, reference: actor }) =>
			elementOf(actor).reference === name && REPRESENTS.some(([system, code]) => has(role, system, code)),
	);
	checks.check('B26', 'the representative is an actor with a role that lets them consent', acts);
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

const MOMENT = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** Whether a date of the calendar has this form. */
function isDate(value: unknown, form: RegExp): boolean {
	if (typeof value !== 'string' || !form.test(value)) return false;
	const day = value.slice(0, 10);
	const date = new Date(`${day}T00:00:00Z`);
	return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** Whether a payor is one of these organizations; where one side has no identifier, nothing speaks against it. */
function isAmong(payors: Element[], organizations: Element[]): boolean {
	const values = (all: Element[]) => all.map(({ identifier }) => elementOf(identifier).value).filter(isText);
	const [asked, named] = [values(payors), values(organizations)];
	return (
		asked.length === 0 || named.length < organizations.length || asked.some((each) => named.includes(each))
	);
}

function codes(concept: unknown): Array<[unknown, unknown]> {
	return listOf(elementOf(concept).coding).map(({ system, code }) => [system, code]);
}

function has(concept: unknown, system: string, code: string): boolean {
	return codes(concept).some(([itsSystem, itsCode]) => itsSystem === system && itsCode === code);
}
