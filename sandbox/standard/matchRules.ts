import { checkConsent } from './consentRules';
import { checkCoverage } from './coverageRules';
import { elementOf, isText, listOf, type Element } from './elements';
import { checkPatient, type HrexVersion } from './patientRules';
import type { Checks } from './violations';

export type { HrexVersion } from './patientRules';

const PARTS = {
	MemberPatient: 'Patient',
	CoverageToMatch: 'Coverage',
	Consent: 'Consent',
	CoverageToLink: 'Coverage',
};
type PartName = keyof typeof PARTS;

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
