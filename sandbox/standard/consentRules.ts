import { TERMINOLOGY } from '../codeSystems';
import { elementOf, has, isDate, isText, listOf, MOMENT, type Element } from './elements';
import type { Checks } from './violations';

const HREX_CONSENT = 'http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html';
const PROHIBITED = ['securityLabel', 'purpose', 'class', 'code', 'dataPeriod', 'data', 'provision'];
/** Roles of who may consent for another, from the value set security-role-type, with their code systems. */
const REPRESENTS: Array<[system: string, code: string]> = [
	...['DPOWATT', 'GUADLTM', 'HPOWATT', 'POWATT', 'RESPRSN', 'SPOWATT'].map((code): [string, string] => [
		`${TERMINOLOGY}/v3-RoleCode`,
		code,
	]),
	[`${TERMINOLOGY}/v3-RoleClass`, 'GUARD'],
];

export function checkConsent(
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

/** Whether a payor is one of these organizations; where one side has no identifier, nothing speaks against it. */
function isAmong(payors: Element[], organizations: Element[]): boolean {
	const values = (all: Element[]) => all.map(({ identifier }) => elementOf(identifier).value).filter(isText);
	const [asked, named] = [values(payors), values(organizations)];
	return (
		asked.length === 0 || named.length < organizations.length || asked.some((each) => named.includes(each))
	);
}
