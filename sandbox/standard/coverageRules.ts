import { TERMINOLOGY } from '../codeSystems';
import { elementOf, has, isText, listOf, type Element } from './elements';
import type { Checks } from './violations';
import type { HrexVersion } from './patientRules';

/** Of hrex-coverage, and what every resource may have. */
const MUST_SUPPORT = [
	...['resourceType', 'id', 'meta', 'text', 'identifier', 'status', 'type', 'policyHolder', 'subscriberId'],
	...['beneficiary', 'dependent', 'relationship', 'period', 'payor', 'class'],
];
const RELATIONSHIPS = ['child', 'parent', 'spouse', 'common', 'other', 'self', 'injured'];

export function checkCoverage(
	coverage: Element,
	member: string | undefined,
	name: 'CoverageToMatch' | 'CoverageToLink',
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
